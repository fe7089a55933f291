import { asGroupctlError, type GroupctlError } from '../../errors.ts';
import type { Journal } from '../../state/store.ts';
import { CallJournal } from '../call-journal.ts';
import type { RunContext, RunPlan } from './plan.ts';

/**
 * Makes the calls that a plan has behind its changes, in the record of its run.
 *
 * @returns what one of them failed with: the changes are made, and have their outcomes
 */
export async function callAfterwards(
  { afterwards }: RunPlan,
  { options, deps }: RunContext,
  open: () => Promise<Journal | undefined>,
): Promise<GroupctlError | undefined> {
  if (afterwards === undefined || options.dryRun === true) return undefined;
  const journal = new CallJournal(open, deps);
  try {
    await afterwards(journal);
    return undefined;
  } catch (error) {
    journal.noteFailure(error);
    return asGroupctlError(error);
  }
}
