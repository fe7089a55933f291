import type { GroupctlError } from '../../errors.ts';
import { firstRecord } from './csv-reader.ts';
import { findColumn } from '../columns.ts';
import { isGroupColumn, rankOf } from '../known-columns.ts';
import type { SkippedLine } from '../member-file.ts';
import { pastedTextError, pastedLine, SEVERAL } from './pasted.ts';
import { oneCell } from '../quoted-name.ts';
import { notCertainError } from './title-errors.ts';

/** A title or a version line above the header of a CSV file. */

/** A line that is neither blank nor a comment, and where it is in the text. */
interface Line {
  readonly text: string;
  /** The place of its first character. */
  readonly start: number;
  /** From 1. */
  readonly line: number;
}

interface HeaderBelow {
  readonly start: number;
  readonly line: number;
  readonly delimiter: string;
  /** The title above it. */
  readonly skipped: readonly SkippedLine[];
}

/** How many lines a title may have. */
const TITLE_LINES = 10;
/** How many rows below a header have to be of its width. */
const ROWS_LOOKED_AT = 20;
const VERSION = /^version\s*:/i;

/** The first line of a text that is neither blank nor a comment. */
export interface FirstLine extends Line {
  readonly head: string;
}

/**
 * The header below a title, where it is certain that it is one: what stands above it cannot be names
 * of a list, and rows follow.
 *
 * @throws usage (2) `no-header`: a title stands above a header, and a list could look the same
 */
export async function headerBelow(
  { head, ...first }: FirstLine,
  { file, column }: { readonly file: string; readonly column?: string },
  delimiters: readonly string[],
): Promise<HeaderBelow | undefined> {
  const lines = linesFrom(head, first, TITLE_LINES + 1);
  const cut = async ({ text, start, line }: Line, delimiter: string): Promise<readonly string[]> =>
    oneCell(text) ?? (await firstRecord({ text: head, delimiter, start, line }));
  for (const [at, header] of lines.entries()) {
    if (at === 0) continue;
    const above = lines.slice(0, at);
    for (const delimiter of delimiters) {
      const cells = await cut(header, delimiter);
      if (findColumn(cells, column) === undefined) continue;
      const skipped = above.map(({ line, text }) => ({ line, text }));
      const place = { start: header.start, line: header.line, delimiter, skipped };
      if (cells.length === 1) {
        if (above.every(({ text }) => VERSION.test(text))) return place;
        // `User` may be a name of a list whose first is `jsmith`, but not where that is a sentence.
        if (at === 1 && /[\s:]/.test(first.text)) throw unclearColumnError(file, header, above);
        continue;
      }
      const titles = await Promise.all(
        above.map(async (each) =>
          isTitleAbove(each.text, await cut(each, delimiter), cells.length),
        ),
      );
      const below = linesFrom(head, header, ROWS_LOOKED_AT + 1).slice(1);
      const hasRows = below.length > 0 && below.every(({ text }) => text.includes(delimiter));
      const isHeader = hasRows && (column !== undefined || !mayBeName(header.text, cells));
      if (isHeader && titles.every(Boolean)) return place;
      throw unclearColumnError(file, header, above);
    }
  }
  return undefined;
}

/** @returns usage (2): what the first line looks like (`not-names`), else {@link notCertainError} */
function unclearColumnError(file: string, header: Line, above: readonly Line[]): GroupctlError {
  const { line, text } = above[0] ?? header;
  const like = pastedLine(text);
  return like === undefined || like === SEVERAL
    ? notCertainError(file, header, above)
    : pastedTextError(file, line, text, like);
}

/**
 * True for a line above a header that cannot be a name: a version, a cell of a spreadsheet with
 * nothing beside it, or several words that hold a year, or cells of another number than the rows.
 */
function isTitleAbove(text: string, cells: readonly string[], width: number): boolean {
  if (VERSION.test(text) || filled(cells) === 0) return true;
  const hasWords = /\S\s+\S/.test(text);
  if (filled(cells) === 1 && cells.length > 1) return hasWords;
  if (cells.length === width) return false;
  if (hasWords && /\d{4}/.test(text)) return true;
  const mayBeNames = /^[^,;\t]+(?:,[^,;\t]+)*$/.test(text);
  return !mayBeNames && (hasWords || cells.length > 2);
}

/**
 * True for a header of two cells that may be a name: `User, Test`, as `Smith, John` is one. Nobody is
 * called by two words that both head columns.
 */
export function mayBeName(text: string, cells: readonly string[]): boolean {
  const isKnown = (cell: string): boolean =>
    rankOf(cell) !== undefined || isGroupColumn(cell) || /^type$/i.test(cell);
  return /^[^,;\t"]*[^,;\t"\s], [^,;\t"]+$/.test(text) && !cells.every(isKnown);
}

/** True for what heads a file, and is neither a header nor a name. */
export function isCertainTitle(text: string, cells: readonly string[]): boolean {
  return VERSION.test(text) || (cells.length > 1 && filled(cells) <= 1);
}

/**
 * True for a list of names as `Smith, John` is one: the commas have blanks after them, and other lines
 * have none, as the rows of a CSV file would.
 *
 * @param others the lines that follow
 */
export function isListOfNames(first: string, others: readonly string[]): boolean {
  const below = others.slice(0, ROWS_LOOKED_AT);
  return COMMAS_OF_NAMES.test(first) && below.some((each) => !each.includes(','));
}

const COMMAS_OF_NAMES = /^[^,;\t]+(?:, [^,;\t]+)+$/;

/**
 * True for lines that are rows of a table, though none of them has a known column: whatever stands
 * above them is a title.
 */
export function areRows(lines: readonly string[]): boolean {
  const below = lines.slice(0, ROWS_LOOKED_AT);
  // A comma with a blank behind it is one of a name.
  return [/,(?! )/g, /;/g, /\t/g].some((delimiter) => {
    const cells = new Set(below.map((each) => each.match(delimiter)?.length ?? 0));
    return below.length > 1 && cells.size === 1 && !cells.has(0);
  });
}

/** The lines below the first. */
export function linesBelow({ head, ...first }: FirstLine): string[] {
  return linesFrom(head, first, ROWS_LOOKED_AT + 1)
    .slice(1)
    .map(({ text }) => text);
}

function filled(cells: readonly string[]): number {
  return cells.filter((cell) => cell.trim() !== '').length;
}

/** Lines from a place on, without blank ones and comments. */
function linesFrom(head: string, from: Pick<Line, 'start' | 'line'>, limit: number): Line[] {
  const lines: Line[] = [];
  const end = /\r\n|\n|\r|$/g;
  let { start, line } = from;
  for (; start < head.length && lines.length < limit; line++) {
    end.lastIndex = start;
    const found = end.exec(head);
    const stop = found?.index ?? head.length;
    const text = head.slice(start, stop).trim();
    if (text !== '' && !text.startsWith('#')) lines.push({ text, start, line });
    start = stop + Math.max(1, found?.[0].length ?? 1);
  }
  return lines;
}
