import { usageError } from '../../errors.ts';
import { firstRecord } from './csv-reader.ts';
import { findColumn, noHeaderError, noSuchColumnError } from '../columns.ts';
import type { InputFormat, SkippedLine } from '../member-file.ts';
import { OWN_LONG, pastedTextError, pastedLine, SEVERAL } from './pasted.ts';
import { oneCell, quotedName } from '../quoted-name.ts';
import {
  areRows,
  type FirstLine,
  headerBelow,
  isListOfNames,
  isCertainTitle,
  linesBelow,
  mayBeName,
} from './title.ts';
import { notAHeaderError, notCertainError } from './title-errors.ts';

/** What kind of file it is, by its first lines. */

export type Shape =
  | { readonly format: 'json' | 'list' }
  | {
      readonly format: 'csv';
      readonly delimiter: string;
      /** Where the header begins, in characters of the head. */
      readonly start: number;
      /** The line of that, from 1. */
      readonly line: number;
      readonly sepLine: boolean;
      /** A title above the header. */
      readonly skipped?: readonly SkippedLine[];
    };

export interface Asked {
  readonly file: string;
  readonly format?: InputFormat;
  readonly column?: string;
  readonly groupColumn?: string;
}

export const DELIMITERS = [',', ';', '\t'] as const;
/** `sep=;`: how some spreadsheets write the delimiter. */
export const SEP_LINE = /^"?sep=([,;\t|])"?[,;\t| ]*(?:\r\n|\n|\r|$)/i;
/** The first line of a list that --failures writes: that it is a list, and whose. */
export const LEFT_LIST_LINE = '# format: list; rows that were not done';
/** The first line of a list that says what it is; what follows a semicolon is for people. */
const IS_LIST = /^#[ \t]*format:[ \t]*list[ \t]*(?:;.*)?$/i;

/**
 * Tells the formats apart.
 *
 * @param head the beginning of the text, which holds the header whole
 * @throws usage (2): `no-header`, `no-such-column`, `not-names`, `usage`
 */
export async function detect(head: string, asked: Asked): Promise<Shape> {
  const { file, format, column } = asked;
  if (format === 'json') return { format };
  if (format === 'list') return list(asked);
  // Names do not begin so, but for those of a list, which --format=list is for.
  if (format === undefined && /^\s*[[{]/.test(head)) return { format: 'json' };
  const sep = SEP_LINE.exec(head);
  let [at, line] = sep === null ? [0, 1] : [sep[0].length, 2];
  const delimiters = sep?.[1] === undefined ? DELIMITERS : [sep[1]];
  for (; at < head.length; at = afterLineEnd(head, at), line++) {
    const start = at;
    const length = head.slice(at).search(/[\r\n]|$/);
    at += length;
    const trimmed = head.slice(start, at).trim();
    if (trimmed === '') continue;
    if (format === undefined && IS_LIST.test(trimmed)) return list(asked);
    const first = { head, start, line, text: trimmed };
    if (format === undefined && isLongList(first)) {
      throw pastedTextError(file, line, trimmed, OWN_LONG);
    }
    const best = await cutBest(first, delimiters, column);
    if (best.found) {
      const isAsked = format === 'csv' || column !== undefined;
      if (!isAsked && mayBeName(trimmed, best.cells)) throw notCertainError(file, first);
      if (!isAsked && sep === null && isQuotedName(first)) return list(asked);
      return { format: 'csv', delimiter: best.delimiter, start, line, sepLine: sep !== null };
    }
    if (trimmed.startsWith('#')) continue;
    if (format === undefined && /^[[{/]/.test(trimmed)) {
      const { commentedError, isCommented } = await import('./json-elements.ts');
      const isJson = isCommented(trimmed, linesBelow(first), head.slice(0, start));
      if (isJson) throw commentedError(file, line);
    }
    const below = await headerBelow(first, asked, delimiters);
    if (below !== undefined) return { format: 'csv', ...below, sepLine: sep !== null };
    return listFrom(first, best.cells, format === undefined && sep === null, asked);
  }
  // No names at all: the reader of a list says so.
  return { format: 'list' };
}

/**
 * A file without a known column is a list, unless its first line shows that it is none.
 *
 * @throws usage (2): `no-header`, `no-such-column`, `not-names`
 */
function listFrom(
  first: FirstLine,
  cells: readonly string[],
  mayBeList: boolean,
  asked: Asked,
): Shape {
  const { file, column } = asked;
  const { line, text } = first;
  const place = { file, line, found: cells };
  if (column !== undefined) throw noSuchColumnError(place, column);
  if (mayBeList && quotedName(text) !== undefined) return list(asked);
  const like = pastedLine(text);
  // These may be the cells of a file without a header.
  if (like !== undefined && like !== SEVERAL) throw pastedTextError(file, line, text, like);
  const below = linesBelow(first);
  const isAlone = !/[,;\t]/.test(text);
  if (isCertainTitle(text, cells) || (isAlone && areRows(below))) {
    throw notAHeaderError(file, { line, text });
  }
  const hasCells = !isAlone && !isListOfNames(text, below);
  if (!mayBeList || hasCells) throw noHeaderError(place, mayBeList);
  return list(asked);
}

/** True for the lines of `members list --long`, whose type would be taken for the header of a column. */
function isLongList(first: FirstLine): boolean {
  return LONG_LINE.test(first.text) && linesBelow(first).every((line) => LONG_LINE.test(line));
}

const LONG_LINE = /^[^\t]+\t(?:user|identity)(?:\t[^\t]*){0,2}$/;

/**
 * True for a name in quotes that is called like a column. Programs that quote a header quote the rows
 * below it as well.
 */
function isQuotedName(first: FirstLine): boolean {
  const below = linesBelow(first);
  const isColumn = below.length > 0 && below.every((line) => /^".*"$/.test(line));
  return quotedName(first.text) !== undefined && !isColumn;
}

/** The line cut by the delimiter that makes a known column of it, else the most cells. */
async function cutBest(
  { head, start, line, text }: FirstLine,
  delimiters: readonly string[],
  column: string | undefined,
): Promise<Tried> {
  const tried: Tried[] = [];
  for (const delimiter of delimiters) {
    const cells = oneCell(text) ?? (await firstRecord({ text: head, delimiter, start, line }));
    tried.push({ delimiter, cells, found: findColumn(cells, column) !== undefined });
  }
  tried.sort((a, b) => Number(b.found) - Number(a.found) || b.cells.length - a.cells.length);
  return tried[0] ?? { delimiter: ',', cells: [], found: false };
}

/** The first row, cut by one delimiter. */
interface Tried {
  readonly delimiter: string;
  readonly cells: readonly string[];
  readonly found: boolean;
}

/** @throws usage (2): a list has no columns that could be asked for */
function list({ column, groupColumn }: Asked): Shape {
  const given = column === undefined ? '--group-column' : '--column';
  if (column === undefined && (groupColumn === undefined || groupColumn === 'none')) {
    return { format: 'list' };
  }
  throw usageError('A plain list has no columns.', `${given} is for CSV and JSON files.`);
}

function afterLineEnd(text: string, at: number): number {
  return at + (text.startsWith('\r\n', at) ? 2 : 1);
}
