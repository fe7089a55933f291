import type { CsvRow } from './csv.ts';

/** The CSV of things with these fields: a row for each thing, a column for each field. */
export function csvOf<K extends string>(
  columns: readonly K[],
  things: readonly { readonly [field in K]?: CsvRow[number] }[],
): { columns: readonly string[]; rows: CsvRow[] } {
  return { columns, rows: things.map((thing) => columns.map((column) => thing[column])) };
}
