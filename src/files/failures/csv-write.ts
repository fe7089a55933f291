import { stringify } from 'csv-stringify/sync';

/** Rows of cells as CSV text; only writing a CSV file of failures loads this. */
export function csvText(
  rows: readonly (readonly string[])[],
  delimiter: string,
  newline: string,
): string {
  return stringify(
    rows.map((row) => [...row]),
    // Without quotes, blanks at an end are trimmed, a lone CR ends the row, and `#` begins a comment.
    { delimiter, record_delimiter: newline, quoted_match: /^[\s#]|[\r\n]|\s$/ },
  );
}
