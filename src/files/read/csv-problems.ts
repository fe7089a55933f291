import { counted } from '../../domain/counted.ts';
import type { GroupctlError } from '../../errors.ts';
import { fileError } from '../file-error.ts';
import { badRow, type Problem } from '../problems.ts';
import type { CsvTrouble } from './csv-reader.ts';

/** What is wrong with a row of a CSV file, whatever the file is about; never with a cell of it. */

/** Quotes that make a row unreadable. */
export const TROUBLE: Readonly<Record<CsvTrouble['kind'], Problem>> = {
  'unclosed-quote': {
    code: 'bad-row',
    message: 'a quoted cell in this row is never closed',
    hint: 'Put a quote (") at the end of the cell, or quote it whole and double the quotes in it.',
  },
  'stray-quote': badRow(
    'a quote stands in the middle of a cell; a cell with quotes is quoted whole, its quotes doubled',
  ),
};

/**
 * A row with more cells than the header.
 *
 * @param length how many it has
 */
export function tooLongMessage(length: number, width: number, delimiter: string): string {
  const mark = delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
  return `${counted(length, 'cell')}, and the header has ${width}; a cell that holds ${mark} has to be quoted`;
}

/** @returns usage (2), `bad-row`: a row that makes the whole file unreadable */
export function badRowError(
  file: string,
  line: number,
  { message, hint }: Pick<Problem, 'message' | 'hint'>,
): GroupctlError {
  return fileError('bad-row', `${file}, line ${line}: ${message}.`, { file, line }, hint);
}
