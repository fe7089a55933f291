import { sentences } from '../../domain/sentences.ts';
import { asGroupctlError, type GroupctlError, reworded } from '../../errors.ts';
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

/** That of the members, which also says what a call behind them failed with. */
export function bothFailures(
  ofMembers: GroupctlError | undefined,
  fault: GroupctlError | undefined,
): GroupctlError | undefined {
  if (ofMembers === undefined || fault === undefined) return ofMembers ?? fault;
  const message = sentences(ofMembers.message, fault.message);
  const hint = sentences(ofMembers.hint, fault.hint);
  return reworded(ofMembers, { message, ...(hint === '' ? {} : { hint }) });
}
