import { stringify } from 'csv-stringify/sync';

/** Rows of cells as CSV text; only writing a CSV file of failures loads this. */
export function csvText(
  rows: readonly (readonly string[])[],
  delimiter: string,
  newline: string,
): string {
  return stringify(
    rows.map((row) => [...row]),
    // Blanks at an end are trimmed where a cell is not quoted; a lone CR would end the row.
    { delimiter, record_delimiter: newline, quoted_match: /^\s|[\r\n]|\s$/ },
  );
}
