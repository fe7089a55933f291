import { stringify } from 'csv-stringify/sync';

/** The cells of one row. */
export type CsvRow = readonly (string | number | boolean | undefined)[];

/** RFC 4180: one header line, then a row an element; quoted where it must be, CRLF nowhere. */
export function toCsv(columns: readonly string[], rows: readonly CsvRow[]): string {
  return stringify([[...columns], ...rows.map(cellsOf)], QUOTED);
}

/** Rows that go on below others. */
export function moreCsv(rows: readonly CsvRow[]): string {
  return stringify(rows.map(cellsOf), QUOTED);
}

/** What would not come back otherwise: blanks around a cell, and a line end of any kind in it. */
const QUOTED = { quoted_match: /^\s|\s$|\r/ };

function cellsOf(row: CsvRow): string[] {
  return row.map((cell) => (cell === undefined ? '' : String(cell)));
}
