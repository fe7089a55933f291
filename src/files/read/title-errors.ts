import { inQuotes } from '../../domain/shorten.ts';
import type { GroupctlError } from '../../errors.ts';
import type { SkippedLine } from '../member-file.ts';
import { fileError } from '../file-error.ts';

/** Errors of lines that may be a header, a title or names. */

/** @returns usage (2), `no-header`: a line that may be the header, or a name of a list */
export function notCertainError(
  file: string,
  header: SkippedLine,
  above: readonly SkippedLine[] = [],
): GroupctlError {
  const [first] = above;
  const line = first?.line ?? header.line;
  const message =
    first === undefined
      ? `${inQuotes(header.text)} may be a header or a name`
      : `${inQuotes(first.text)} may be a title or a name, so it is not certain that line ${header.line} (${inQuotes(header.text)}) is the header`;
  const isHeader = first === undefined ? 'use --format=csv' : 'delete the lines above it';
  return fileError(
    'no-header',
    `${file}, line ${line}: ${message}.`,
    { file, line },
    `If it is the header, ${isHeader}. If the file is a plain list of names, use --format=list.`,
  );
}

/** @returns usage (2), `no-header`: a title, and no header below it */
export function notAHeaderError(file: string, { line, text }: SkippedLine): GroupctlError {
  return fileError(
    'no-header',
    `${file}, line ${line}: ${inQuotes(text)} is not a header; no line below it has a column that is known (Member, User, Username, Login, Email, Name).`,
    { file, line },
    'Delete what stands above the header. In a plain list a name that is called like a column goes in double quotes.',
  );
}
