import { shortened } from '../../domain/shorten.ts';
import type { GroupctlError } from '../../errors.ts';
import { fileError } from '../file-error.ts';

/** Results of this program that are given to it as a file of names. */

/** What a row of a result says of its member. */
interface ResultCells {
  readonly op: string;
  readonly outcome: string;
}

/** True for a row of somebody who was removed, or was to be: adding them is the opposite. */
export function isRemoval({ op, outcome }: ResultCells): boolean {
  const word = outcome.trim().toLowerCase();
  return word === 'removed' || word === 'already-absent' || op.trim().toLowerCase() === 'remove';
}

/** @returns usage (2), `own-result` */
export function removedRowError(
  file: string,
  line: number,
  name: string,
  { op, outcome }: ResultCells,
): GroupctlError {
  const says = [op, outcome].map((each) => each.trim()).filter((each) => each !== '');
  return ownResultError(
    file,
    line,
    `${file}, line ${line}: the row of ${shortened(name)} tells of a removal (${says.join(', ')}), so it is not added.`,
  );
}

/** True for a whole result as --json prints it. */
export function isResultDocument(value: object): boolean {
  return 'schema' in value && ('outcomes' in value || 'sources' in value);
}

/** @returns usage (2), `own-result` */
export function resultDocumentError(file: string): GroupctlError {
  return ownResultError(file, 1, `${file} is the result of a run (--json), not a list of members.`);
}

function ownResultError(file: string, line: number, message: string): GroupctlError {
  return fileError(
    'own-result',
    message,
    { file, line },
    'To repeat the rows that failed, use --failures. For the members of a group, use "members list --output=csv".',
  );
}
