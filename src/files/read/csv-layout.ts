import { findColumn, noSuchColumn, twoColumns } from '../columns.ts';
import type { Shape } from './detect.ts';
import { isGroupColumn, isLogin, rankOf } from '../known-columns.ts';
import type { CsvLayout, ReadContext } from '../member-file.ts';

/** Which column of a CSV file is which. */

export type CsvShape = Extract<Shape, { format: 'csv' }>;

/** The layout, and what only reading needs. */
export interface ReadLayout extends CsvLayout {
  /** The place of the group's name, where the file has it. */
  readonly groupColumn?: number;
  /** The places of other columns that hold logins. */
  readonly loginColumns: readonly number[];
  /** Columns that could hold the names as well. */
  readonly others: readonly string[];
  readonly opColumn: number;
  readonly outcomeColumn: number;
  /** `members list` wrote it: its names are as the server has them. */
  readonly isOwnList: boolean;
}

/** @throws usage (2): `no-such-column`, `bad-header` */
export function layoutOf(
  cells: readonly string[],
  shape: CsvShape,
  context: ReadContext,
): ReadLayout {
  const { file, column: asked } = context;
  const { delimiter, sepLine, line } = shape;
  const header = cells.map((cell) => cell.trim());
  const column = findColumn(header, asked);
  // It was found there when the format was told.
  if (column === undefined) throw noSuchColumn({ file, line, found: header }, asked ?? 'User');
  const name = header[column] ?? '';
  const twin =
    asked === undefined
      ? header.findLastIndex((cell) => isSameColumn(cell, name))
      : header.findLastIndex((cell) => cell === name);
  if (twin !== column) throw twoColumns(file, line, name);
  const type = header.findIndex((cell) => cell.toLowerCase() === 'type');
  const group = groupColumnOf(header, column, line, context);
  const known = asked === undefined ? otherColumns(header, column) : [];
  return {
    header,
    column,
    ...(type === -1 || type === column ? {} : { typeColumn: type }),
    ...(group === undefined ? {} : { groupColumn: group }),
    loginColumns: known.filter((at) => isLogin(header[at] ?? '')),
    others: known.map((at) => header[at] ?? ''),
    opColumn: header.findIndex((cell) => cell.toLowerCase() === 'op'),
    outcomeColumn: header.findIndex((cell) => cell.toLowerCase() === 'outcome'),
    isOwnList: header.join() === 'member,type',
    delimiter,
    sepLine,
  };
}

/** Twice the same word, in any spelling; two words for a login are compared row by row. */
function isSameColumn(cell: string, name: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z]+/g, '');
  return rankOf(cell) === rankOf(name) && plain(cell) === plain(name);
}

function otherColumns(header: readonly string[], column: number): number[] {
  return header.flatMap((cell, at) => (at !== column && rankOf(cell) !== undefined ? [at] : []));
}

/** @throws usage (2), `no-such-column`: the one asked for is not there */
function groupColumnOf(
  header: readonly string[],
  names: number,
  line: number,
  { file, groupColumn: asked }: ReadContext,
): number | undefined {
  if (asked === 'none') return undefined;
  if (asked === undefined) {
    const at = header.findIndex((cell, at) => at !== names && isGroupColumn(cell));
    return at === -1 ? undefined : at;
  }
  const at = findColumn(header, asked);
  if (at === undefined) throw noSuchColumn({ file, line, found: header }, asked, '--group-column');
  return at;
}
