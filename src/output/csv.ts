import { stringify } from 'csv-stringify/sync';
import type { CsvRow } from './present.ts';

/** RFC 4180: one header line, then a row an element; quoted where it must be, CRLF nowhere. */
export function toCsv(columns: readonly string[], rows: readonly CsvRow[]): string {
  return stringify([[...columns], ...rows.map(cellsOf)]);
}

/** Rows that go on below others. */
export function moreCsv(rows: readonly CsvRow[]): string {
  return stringify(rows.map(cellsOf));
}

function cellsOf(row: CsvRow): string[] {
  return row.map((cell) => (cell === undefined ? '' : String(cell)));
}
