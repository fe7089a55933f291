import { sourceOption } from '../../domain/shorten.ts';
import { GroupctlError, isGroupctlError, partlyDoneError } from '../../errors.ts';
import type { CreatedKey } from '../../output/results/security/created-key.ts';
import { leavesInDoubt } from '../call-journal.ts';

/** What may go wrong with a new API key that exists, or may exist. */

/** A key whose answer got lost may exist, and nobody knows it: "try again" would make another one. */
export function unknownKeyError(thrown: unknown, source: string): unknown {
  if (!isGroupctlError(thrown) || !leavesInDoubt(thrown)) return thrown;
  const onSource = sourceOption(source);
  return new GroupctlError(
    'safety',
    `It is not known whether the API key was created. ${thrown.message}`,
    {
      code: 'outcome-unknown',
      hint: `Look for it with: groupctl apikeys list${onSource}. Nobody can use a key that was not shown: delete it with: groupctl apikeys delete --id=<id>${onSource}`,
      status: thrown.status,
      cause: thrown,
    },
  );
}

/** The key exists, and no source holds it. The server shows a key once, so it was printed. */
export function unsavedKeyError(
  { id, source, savedAs = '' }: CreatedKey,
  thrown: unknown,
): GroupctlError {
  const onSource = sourceOption(source);
  const key = id === undefined ? 'API key' : `API key ${id}`;
  const list = id === undefined ? `Its ID is in: groupctl apikeys list${onSource}. ` : '';
  return partlyDoneError(
    `The ${key} was created and printed, and not saved as the source "${savedAs}".`,
    thrown,
    `${list}Keep the key, or delete it with: groupctl apikeys delete --id=${id ?? '<id>'}${onSource}`,
  );
}
