import { defined } from '../../domain/defined.ts';
import { lineEnds } from './decode.ts';

/**
 * The records of a CSV text. What has no quote in it needs no parser, and 10,000 names are read
 * while the program has hardly started; whatever has one is read by csv-parse.
 */

export interface CsvTrouble {
  /** Where the row begins that cannot be read. */
  readonly line: number;
  readonly kind: 'unclosed-quote' | 'stray-quote';
}

export interface CsvText {
  readonly text: string;
  readonly delimiter: string;
  /** Where the first record begins. */
  readonly start: number;
  /** The line of that, from 1. */
  readonly line: number;
}

/**
 * Gets the cells of a record, trimmed where they are not quoted, the line it begins in, and the record as
 * it is written.
 */
type Visit = (cells: string[], line: number, written: () => string) => void;

/**
 * Visits each record; a blank line is a record of one empty cell.
 *
 * @returns what ended the records before the end of the text
 */
export async function eachRecord(csv: CsvText, visit: Visit): Promise<CsvTrouble | undefined> {
  const text = csv.text.slice(csv.start);
  if (text.includes('"')) return await eachParsed(text, csv, visit);
  let { line } = csv;
  const lines = text.split(LINE_END);
  // What stands behind the last line end is no line, if it is nothing.
  if (lines.at(-1) === '') lines.pop();
  for (const each of lines) visit(splitCells(each, csv.delimiter), line++, () => each);
  return undefined;
}

/** The cells of the first record; none where it cannot be read. */
export async function firstRecord(csv: CsvText): Promise<string[]> {
  const text = csv.text.slice(csv.start);
  const line = text.slice(0, text.search(/[\r\n]|$/));
  if (!line.includes('"')) return splitCells(line, csv.delimiter);
  let first: string[] = [];
  await eachParsed(text, csv, (cells) => void (first = cells), 1);
  return first;
}

const LINE_END = /\r\n|\n|\r/;

function splitCells(line: string, delimiter: string): string[] {
  return line.split(delimiter).map((cell) => cell.trim());
}

/**
 * The cells of a record with the blanks around those that are not quoted.
 *
 * @param cells as they are visited
 * @param written the record as it is written
 */
export function untrimmed(
  cells: readonly string[],
  written: string,
  delimiter: string,
): readonly string[] {
  const raw = rawCells(written, delimiter);
  return cells.map((cell, at) => {
    const own = raw[at] ?? cell;
    return own.trimStart().startsWith('"') ? cell : own;
  });
}

/** The cells as they are written, with their quotes. */
function rawCells(written: string, delimiter: string): string[] {
  const cells: string[] = [];
  let cell = '';
  // A delimiter in quotes leaves an odd number of them behind.
  for (const part of written.split(delimiter)) {
    cell += part;
    if (!hasOpenQuote(cell)) {
      cells.push(cell);
      cell = '';
    } else cell += delimiter;
  }
  return cells;
}

/** True for a part of a record in which a quote is opened or closed, and its other one is elsewhere. */
export function hasOpenQuote(part: string): boolean {
  return (part.match(/"/g)?.length ?? 0) % 2 !== 0;
}

const STRAY_QUOTE = new Set([
  'INVALID_OPENING_QUOTE',
  'CSV_INVALID_CLOSING_QUOTE',
  'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE',
]);

async function eachParsed(
  text: string,
  { delimiter, line }: CsvText,
  visit: Visit,
  limit?: number,
): Promise<CsvTrouble | undefined> {
  const { parse } = await import('./csv-parse.ts');
  const bytes = Buffer.from(text);
  let next = line;
  let ended = 0;
  try {
    parse(bytes, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      trim: true,
      ...defined({ to: limit }),
      // The records are taken here; none is kept in a list.
      on_record: (cells: string[], { bytes: end }) => {
        const from = ended;
        visit(cells, next, () => bytes.toString('utf8', from, end).replace(/(?:\r\n|\n|\r)$/, ''));
        // Its own count of lines takes a CRLF inside a cell for two.
        next += lineEnds(bytes, ended, end);
        ended = end;
        return null;
      },
    });
    return undefined;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'CSV_QUOTE_NOT_CLOSED') return { line: next, kind: 'unclosed-quote' };
    if (STRAY_QUOTE.has(code ?? '')) return { line: next, kind: 'stray-quote' };
    throw error;
  }
}
