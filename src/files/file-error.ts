import { GroupctlError } from '../errors.ts';

/**
 * Something that is wrong with a file of names: usage (2), and nothing was written.
 *
 * @param details for JSON: the file, the line, and what else is known
 */
export function fileError(
  code: string,
  message: string,
  details: object,
  hint?: string,
): GroupctlError {
  return new GroupctlError('usage', message, { code, hint, nothingWritten: true, details });
}
