import { didYouMean } from '../domain/sentences.ts';
import { firstOf } from '../domain/first-of.ts';
import { forShell, shortened } from '../domain/shorten.ts';
import { distance } from 'fastest-levenshtein';
import { sameName } from '../domain/names.ts';
import { nearest } from '../domain/near.ts';
import type { GroupctlError } from '../errors.ts';
import { isSameHeader, RANKS, rankOf } from './known-columns.ts';
import { fileError } from './file-error.ts';

/** Which column, or which key of an object, holds the names. */

/**
 * The place of the names among the cells of a header: the column asked for ({@link columnsAsked}), else
 * the first known column.
 */
export function findColumn(cells: readonly string[], column?: string): number | undefined {
  if (column !== undefined) return columnsAsked(cells, column)[0];
  let best: number | undefined;
  let bestRank = RANKS;
  cells.forEach((cell, at) => {
    const rank = rankOf(cell);
    if (rank === undefined || rank >= bestRank) return;
    best = at;
    bestRank = rank;
  });
  return best;
}

/**
 * The places of the columns of that name: as it is written, else in any case, else as headers
 * compare. More than one: it is not certain which is meant.
 */
export function columnsAsked(cells: readonly string[], column: string): number[] {
  for (const isIt of ASKED) {
    const found = cells.flatMap((cell, at) => (isIt(cell.trim(), column) ? [at] : []));
    if (found.length > 0) return found;
  }
  return [];
}

/** How a column that was asked for is found, one after the other. */
const ASKED = [(cell: string, column: string): boolean => cell === column, sameName, isSameHeader];

interface HeaderPlace {
  readonly file: string;
  readonly line: number;
  /** The cells of the header, or the keys of the objects. */
  readonly found: readonly string[];
}

/** @returns usage (2), `no-such-column`: what was asked for is not there */
export function noSuchColumnError(
  { file, line, found }: HeaderPlace,
  column: string,
  option = '--column',
): GroupctlError {
  const near = nearest(
    column,
    found.map((cell) => cell.trim()),
    distance,
  );
  const otherwise = `Name one of its columns with ${option}, or leave it out.`;
  const hint = didYouMean(near.map(shortened)) ?? otherwise;
  return fileError(
    'no-such-column',
    `${file} has no column ${shortened(column)}; it has ${words(found)}.`,
    { file, line, column, columns: listed(found), ...(near.length > 0 ? { near } : {}) },
    hint,
  );
}

/**
 * @param list that it may be a plain list
 * @returns usage (2), `no-header`: no column that is known to hold names
 */
export function noHeaderError({ file, line, found }: HeaderPlace, list: boolean): GroupctlError {
  const asList = found.length > 1 ? 'write one name a line' : 'use --format=list';
  const plain = list ? `, or if this is a plain list of names, ${asList}` : '';
  return fileError(
    'no-header',
    `${file}, line ${line}: no column is called Member, User, Username, Login, Email or Name; it has ${words(found)}.`,
    { file, line, columns: listed(found) },
    `Name the column with --column${plain}.`,
  );
}

/** @returns usage (2), `bad-header`: two columns that could both be meant */
export function twoColumnsError(
  file: string,
  line: number,
  name: string,
  spelled: readonly string[] = [],
): GroupctlError {
  // Two spellings, each of which can be asked for.
  const areTwoSpellings = new Set(spelled).size === spelled.length && spelled.length > 1;
  return fileError(
    'bad-header',
    areTwoSpellings
      ? `${file}, line ${line}: ${shortened(name)} can mean the columns ${spelled.map(shortened).join(' and ')}.`
      : `${file}, line ${line}: two columns are called ${shortened(name)}.`,
    { file, line, column: name },
    areTwoSpellings ? 'Type the column as the file spells it.' : 'Rename one of them.',
  );
}

/** @returns usage (2), `ambiguous-column`: two columns that hold logins name two people */
export function loginsDifferError(
  { file, line }: Pick<HeaderPlace, 'file' | 'line'>,
  one: ColumnValue,
  other: ColumnValue,
): GroupctlError {
  return fileError(
    'ambiguous-column',
    `${file}, line ${line}: the columns ${shortened(one.column)} and ${shortened(other.column)} hold different names (${shortened(one.value)}, ${shortened(other.value)}).`,
    { file, line, columns: [one.column, other.column] },
    `Choose one of them with --column=${forShell(one.column)} or --column=${forShell(other.column)}.`,
  );
}

/** @returns usage (2), `ambiguous-column`: a name of a person, and a login that is no text beside it */
export function loginElsewhereError(
  file: string,
  line: number,
  name: string,
  login: string,
): GroupctlError {
  return fileError(
    'ambiguous-column',
    `${file}, line ${line}: ${shortened(name)} is what somebody may be called, and the login may be in ${shortened(login)}.`,
    { file, line, columns: [name, login] },
    `Write an array of the logins, or use --column=${forShell(name)}.`,
  );
}

interface ColumnValue {
  readonly column: string;
  readonly value: string;
}

function listed(found: readonly string[]): string[] {
  return found.slice(0, 20).map((cell) => shortened(cell.trim()));
}

/** The columns of a sentence; they may be names, and many. */
function words(found: readonly string[]): string {
  const named = found.map((cell) => cell.trim()).filter((cell) => cell !== '');
  if (named.length === 0) return 'none';
  return firstOf(named, shortened, 8);
}
