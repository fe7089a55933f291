import { harmlessPath } from '../../domain/shorten.ts';
import { rowErrorOf } from '../../backends/shared/row-error.ts';
import { notTriedRow } from '../../backends/shared/rows.ts';
import type { ChangeOp } from '../../domain/change.ts';
import { isDone, type ChangeResult, type MemberOutcome } from '../../domain/outcome.ts';
import type { RequestedMember } from './plan.ts';
import { distinct } from './member-names.ts';
import { asGroupctlError, GroupctlError, reworded } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { sentences } from '../../domain/sentences.ts';

/**
 * Leaves the rows that are not done in the file of --failures, once the run has its outcomes. If that
 * fails, the outcomes are printed all the same, and the failure of the run says so as well.
 *
 * @param save writes the file, and returns its path if it has rows
 * @param saved says which rows are in it; undefined: there are none, which needs no words
 * @returns exit 7, `failures-not-saved`, where rows are done; else the run's own failure
 */
export async function savingFailures<T extends ChangeResult>(
  done: VerbResult<T>,
  save: () => Promise<string | undefined>,
  saved: (path: string | undefined) => string | undefined = savedHint,
): Promise<VerbResult<T>> {
  try {
    const words = saved(await save());
    return { ...done, failure: done.failure && withSaved(done.failure, words) };
  } catch (error) {
    const isSomeDone = done.result.outcomes.some(({ outcome }) => isDone(outcome));
    return { ...done, failure: unsavedError(asGroupctlError(error), done.failure, isSomeDone) };
  }
}

/** The sentence about the rows in the file. */
export function savedHint(path: string | undefined): string | undefined {
  return path === undefined
    ? undefined
    : `The rows that are not done are in ${harmlessPath(path)}.`;
}

/** A command that may end the hint stays its end. */
function withSaved(failure: GroupctlError, saved: string | undefined): GroupctlError {
  if (saved === undefined) return failure;
  return reworded(failure, { hint: sentences(saved, failure.hint) });
}

/**
 * Runs a command whose rows are known. If it ends before they have outcomes, none of them was tried, and
 * --failures says so: what is there is about an earlier run. Exit 2 leaves it: what is wrong is the command
 * itself, or one of its files.
 *
 * @param save writes the file, and returns its path if it has rows
 */
export async function savingNotTried<T>(
  work: () => Promise<T>,
  save: (error: GroupctlError) => Promise<string | undefined>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const error = asGroupctlError(thrown);
    if (error.exitCode === 2) throw error;
    let path: string | undefined;
    try {
      path = await save(error);
    } catch (unsaved) {
      throw unsavedError(asGroupctlError(unsaved), error, false);
    }
    throw withSaved(error, savedHint(path));
  }
}

/** The rows of a run that ended before any of them was tried. */
export function notTriedRows(
  op: ChangeOp,
  requested: readonly RequestedMember[],
  failure: GroupctlError,
): MemberOutcome[] {
  const error = rowErrorOf(failure);
  return distinct(requested).map(({ type, name, row }) =>
    notTriedRow({ op, type, member: name, requested: name, row }, error),
  );
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
  const ending = failure?.message ?? 'All changes are done.';
  const message = sentences(ending, unsaved.message);
  if (failure !== undefined && (!isSomeDone || failure.kind === 'interrupted')) {
    return reworded(failure, { message });
  }
  const { details, cause } = unsaved;
  const hint = failure?.hint ?? 'The outcomes are on standard output.';
  const facts = { code: 'failures-not-saved', hint, details, cause, source: failure?.source };
  return new GroupctlError('partial', message, facts);
}
