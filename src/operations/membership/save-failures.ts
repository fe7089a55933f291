import { harmlessPath } from '../../domain/shorten.ts';
import { isDone, type ChangeResult } from '../../domain/outcome.ts';
import { asGroupctlError, GroupctlError, reworded } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { sentences } from '../../domain/sentences.ts';

/**
 * Leaves the rows that are not done in the file of --failures, once the run has its outcomes. If that
 * fails, the outcomes are printed all the same, and the failure of the run says so as well.
 *
 * @param save writes the file, and returns its path if it has rows
 * @returns exit 7, `failures-not-saved`, where rows are done; else the run's own failure
 */
export async function savingFailures<T extends ChangeResult>(
  done: VerbResult<T>,
  save: () => Promise<string | undefined>,
): Promise<VerbResult<T>> {
  try {
    const path = await save();
    if (path === undefined || done.failure === undefined) return done;
    const saved = `The rows that are not done are in ${harmlessPath(path)}.`;
    // A command that may end the hint stays its end.
    const hint = sentences(saved, done.failure.hint);
    return { ...done, failure: reworded(done.failure, { hint }) };
  } catch (error) {
    const isSomeDone = done.result.outcomes.some(({ outcome }) => isDone(outcome));
    return { ...done, failure: unsavedError(asGroupctlError(error), done.failure, isSomeDone) };
  }
}

/**
 * A run whose failures could not be written to their file.
 *
 * @param unsaved why
 * @param failure what the run failed with, if it did
 * @returns partial (7) `failures-not-saved`; the failure itself, and why, where nothing is done or it was
 *   interrupted
 */
export function unsavedError(
  unsaved: GroupctlError,
  failure: GroupctlError | undefined,
  isSomeDone = true,
): GroupctlError {
  const said = failure?.message ?? 'All changes are done.';
  const message = sentences(said, unsaved.message);
  if (failure !== undefined && (!isSomeDone || failure.kind === 'interrupted')) {
    return reworded(failure, { message });
  }
  const { details, cause } = unsaved;
  const hint = failure?.hint ?? 'The outcomes are on standard output.';
  const facts = { code: 'failures-not-saved', hint, details, cause, source: failure?.source };
  return new GroupctlError('partial', message, facts);
}
