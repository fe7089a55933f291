import { stringify } from 'csv-stringify/sync';
import type { CsvRow } from './present.ts';

/** RFC 4180: one header line, then a row an element; quoted where it must be, CRLF nowhere. */
export function toCsv(columns: readonly string[], rows: readonly CsvRow[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === undefined ? '' : String(cell))));
  return stringify([[...columns], ...cells]);
}
