import { columnsAsked, findColumn, noSuchColumnError, twoColumnsError } from '../columns.ts';
import { DisplayNames, isFailuresColumn } from '../display-names.ts';
import { OWN_LISTS } from './decode.ts';
import type { Shape } from './detect.ts';
import { isGroupColumn, isLogin, rankOf } from '../known-columns.ts';
import type { CsvLayout, ReadContext } from '../member-file.ts';
import { GROUPS, pastedTextError } from './pasted.ts';

/** Which column of a CSV file is which. */

export type CsvShape = Extract<Shape, { format: 'csv' }>;

/** The layout, and what only reading needs. */
export interface ReadLayout extends CsvLayout {
  /** The places of the columns that say which group a row is about. */
  readonly groupColumns: readonly number[];
  /** The places of other columns that hold logins. */
  readonly loginColumns: readonly number[];
  /** The places of columns that could hold the names as well. */
  readonly others: readonly number[];
  /** Where the names are from a column that says what people are called. */
  readonly displayNames?: DisplayNames;
  readonly opColumn: number;
  readonly outcomeColumn: number;
  /** `members list` wrote it: its names are as the server has them. */
  readonly isOwnList: boolean;
}

/** What "users list" prints: the account is the name, whatever its e-mail address is. */
const USERS_HEADER = /^name,displayName,email(,groups)?(,Outcome,Error)?$/;
const GROUPS_HEADER = 'name,id,slug,memberCount';

/** @throws usage (2): `no-such-column`, `bad-header`, `not-names` */
export function layoutOf(
  cells: readonly string[],
  shape: CsvShape,
  context: ReadContext,
): ReadLayout {
  const { file } = context;
  const { delimiter, sepLine, line } = shape;
  const header = cells.map((cell) => cell.trim());
  const words = header.join();
  if (words === GROUPS_HEADER && context.column === undefined) {
    throw pastedTextError(file, line, words, GROUPS);
  }
  const isOwnList = OWN_LISTS.includes(words);
  const own = isOwnList ? 'member' : USERS_HEADER.test(words) ? 'name' : undefined;
  const asked = context.column ?? own;
  const column = findColumn(header, asked);
  // It was found there when the format was detected.
  if (column === undefined) throw noSuchColumnError({ file, line, found: header }, asked ?? 'User');
  const name = header[column] ?? '';
  const same =
    asked === undefined
      ? header.flatMap((cell, at) => (isSameColumn(cell, name) ? [at] : []))
      : columnsAsked(header, asked);
  if (same.length > 1) {
    const spelled = asked === undefined ? [] : same.map((at) => header[at] ?? '');
    throw twoColumnsError(file, line, asked ?? name, spelled);
  }
  const type = header.findIndex((cell) => cell.toLowerCase() === 'type');
  const groupColumns = groupColumnsOf(header, column, line, context);
  const known = asked === undefined ? otherColumns(header, column) : [];
  const isName = asked === undefined && !isLogin(name);
  const others = isName ? columnsBeside(header, [column, type, ...groupColumns]) : known;
  return {
    header,
    column,
    ...(type === -1 || type === column ? {} : { typeColumn: type }),
    groupColumns,
    ...(isName ? { displayNames: new DisplayNames(name) } : {}),
    loginColumns: known.filter((at) => isLogin(header[at] ?? '')),
    others,
    opColumn: header.findIndex((cell) => cell.toLowerCase() === 'op'),
    outcomeColumn: header.findIndex((cell) => cell.toLowerCase() === 'outcome'),
    isOwnList,
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

/** Beside what people are called, any other column may say how they log in. */
function columnsBeside(header: readonly string[], but: readonly number[]): number[] {
  return header.flatMap((cell, at) =>
    cell === '' || isFailuresColumn(cell) || but.includes(at) ? [] : [at],
  );
}

/** @throws usage (2): the one asked for is not there (`no-such-column`), or twice (`bad-header`) */
function groupColumnsOf(
  header: readonly string[],
  nameColumn: number,
  line: number,
  { file, groupColumn: asked }: ReadContext,
): number[] {
  if (asked === 'none') return [];
  if (asked === undefined) {
    return header.flatMap((cell, at) => (at !== nameColumn && isGroupColumn(cell) ? [at] : []));
  }
  const found = columnsAsked(header, asked);
  if (found.length === 0) {
    throw noSuchColumnError({ file, line, found: header }, asked, '--group-column');
  }
  if (found.length > 1) {
    const names = found.map((at) => header[at] ?? '');
    throw twoColumnsError(file, line, asked, names);
  }
  return found;
}
