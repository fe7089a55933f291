import { usageError } from '../errors.ts';
import { firstRecord } from './csv-reader.ts';
import { findColumn, noHeader, noSuchColumn } from './columns.ts';
import type { InputFormat } from './member-file.ts';

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
    };

export interface Asked {
  readonly file: string;
  readonly format?: InputFormat;
  readonly column?: string;
}

const DELIMITERS = [',', ';', '\t'] as const;
/** `sep=;`: how some spreadsheets are told the delimiter. */
const SEP_LINE = /^"?sep=([,;\t|])"?[,;\t| ]*(?:\r\n|\n|\r|$)/i;
/** The first line of a list that --failures writes: that it is a list, and whose. */
export const LEFT_MARK = '# format: list; rows that were not done';
/** The first line of a list that says what it is; what follows a semicolon is for people. */
const IS_LIST = /^#[ \t]*format:[ \t]*list[ \t]*(?:;.*)?$/i;

/**
 * Tells the formats apart.
 *
 * @param head the beginning of the text, which holds the header whole
 * @throws usage (2): `no-header`, `no-such-column`, `usage`
 */
export async function detect(head: string, asked: Asked): Promise<Shape> {
  const { file, format, column } = asked;
  if (format === 'json') return { format };
  if (format === 'list') return list(column);
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
    if (format === undefined && IS_LIST.test(trimmed)) return list(column);
    const tried: Tried[] = [];
    for (const delimiter of delimiters) {
      const cells = await firstRecord({ text: head, delimiter, start, line });
      tried.push({ delimiter, cells, found: findColumn(cells, column) !== undefined });
    }
    // Where the column is found, and by what makes the most cells.
    tried.sort((a, b) => Number(b.found) - Number(a.found) || b.cells.length - a.cells.length);
    const [best] = tried;
    if (best?.found === true) {
      return { format: 'csv', delimiter: best.delimiter, start, line, sepLine: sep !== null };
    }
    if (trimmed.startsWith('#')) continue;
    const place = { file, line, found: best?.cells ?? [] };
    if (column !== undefined) throw noSuchColumn(place, column);
    const mayBeList = format === undefined && sep === null;
    if (!mayBeList || /[,;\t]/.test(trimmed)) throw noHeader(place, mayBeList);
    return { format: 'list' };
  }
  // No names at all: the reader of a list says so.
  return { format: 'list' };
}

/** The first row, cut by one delimiter. */
interface Tried {
  readonly delimiter: string;
  readonly cells: readonly string[];
  readonly found: boolean;
}

function list(column: string | undefined): Shape {
  if (column === undefined) return { format: 'list' };
  throw usageError('A plain list has no columns;', '--column is for CSV and JSON files.');
}

function afterLineEnd(text: string, at: number): number {
  return at + (text.startsWith('\r\n', at) ? 2 : 1);
}
