import type { VerbResult } from '../../cli/verb.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import { summarize } from '../../domain/outcome.ts';
import type { UndoResumeResult } from '../../output/results/undo-resume.ts';
import { answeredCalls, doneCalls, type RunRecord } from '../../state/journal/record.ts';
import { forShell, quote, sourceOption } from '../../domain/shorten.ts';
import { showAndConfirm } from '../membership/show-and-confirm.ts';
import type { RunContext } from '../membership/plan.ts';
import { writeOnce } from '../security/with-security.ts';
import type { EarlierRun } from './earlier-run.ts';
import { changedSinceError, notRecordedError, type Reverse } from './reversal.ts';
import { deleteCreatedKey } from './undo-key.ts';
import { deleteCreatedGroup } from './undo-group.ts';
import { addRemovedPermission, removeAddedPermissions } from './undo-permission.ts';
import { restoreTask, undoTask } from './undo-task.ts';
import { deleteCreatedUser, restoreUser } from './undo-user.ts';

/** Undoing a run that changed no member: a permission, a task, a user, a new group. */

const REVERSES: Readonly<Record<string, Reverse>> = {
  'security permissions add': removeAddedPermissions,
  'security permissions remove': addRemovedPermission,
  'security tasks create': undoTask,
  'security tasks delete': restoreTask,
  'security groups create': deleteCreatedGroup,
  'security users create': deleteCreatedUser,
  'security users edit': restoreUser,
  'apikeys create personal': deleteCreatedKey,
  'apikeys create system': deleteCreatedKey,
  'apikeys create feed': deleteCreatedKey,
};

/** True for a run that can be undone though it changed no member. */
export function isUndoableCall(record: RunRecord): boolean {
  return Object.hasOwn(REVERSES, record.command) && hasEffect(record);
}

/** True if the server did what the run asked for, or a part; an interrupt may have come after that. */
function hasEffect(record: RunRecord): boolean {
  return record.end?.outcome === undefined && answeredCalls(record).length > 0;
}

/** Why a run that changed no member cannot be undone. */
export function whyNotUndoable(record: RunRecord): string {
  const { command, undoes } = record;
  const isOther = command === 'security groups delete' || Object.hasOwn(REVERSES, command);
  if (record.end?.outcome === 'unlinked') {
    return 'The group was only unlinked from the organization, and groupctl cannot link it again.';
  }
  if (isOther && isAnswerLost(record)) return whyNotCertain(record);
  if (isOther && !hasEffect(record)) {
    return 'Its record does not say for certain that it changed anything.';
  }
  if (undoes !== undefined) {
    return `It is itself an undo (of ${undoes}): run the command of that run again.`;
  }
  if (command === 'security users delete') {
    return 'A deleted account cannot be restored: groupctl keeps no passwords.';
  }
  const noKeys = 'A deleted API key cannot be restored: groupctl keeps no keys.';
  if (command.startsWith('apikeys')) return noKeys;
  if (command.endsWith('offboard')) {
    return `${noKeys} Each group that the account was removed from has its own run in groupctl history.`;
  }
  return 'Only changes of members, groups, users, tasks and permissions can.';
}

/** True for a run that creates something which is there now, and may be somebody else's. */
function isAnswerLost(record: RunRecord): boolean {
  const hasLost = doneCalls(record).some(({ error }) => error !== undefined);
  return CREATES.test(record.command) && hasLost && !hasEffect(record);
}

function whyNotCertain({ command, about, source, group }: RunRecord): string {
  const { name, slug } = group;
  const what = about ?? `group ${quote(name)}`;
  const byHand = command.replace(CREATES, (words) => (words === ' add' ? ' remove' : ' delete'));
  const named = about === undefined ? ` --name=${forShell(slug ?? name)}` : '';
  return `The answer was lost, so it is not known whether this run or somebody else created the ${what}. If it may go, groupctl ${byHand}${named}${sourceOption(source)} deletes it.`;
}

/** What the command of a run that creates something ends with: `apikeys create feed`. */
const CREATES = / (?:create( \w+)?|add)$/;

/**
 * @throws safety (8) `changed-since`, `declined`; usage (2) where the record does not say enough; refused
 *   (5) `task-exists`
 */
export async function undoCall(
  { record, assertUnchanged }: EarlierRun,
  context: RunContext,
): Promise<VerbResult<UndoResumeResult>> {
  const reverse = REVERSES[record.command];
  if (reverse === undefined) throw notRecordedError(record);
  const { connection, deps, options } = context;
  const undoes = record.run;
  const nothing = { group: WITHOUT_GROUP, outcomes: [], summary: summarize([]) };
  for (const { call, subject = '', outcome, error } of record.calls) {
    const isLost = outcome === 'done' && error !== undefined;
    const isOpen =
      outcome === 'unknown' || isLost || (outcome === undefined && record.end?.exit !== 0);
    if (isOpen) deps.warn(`Left alone, as it is in doubt: ${call} ${subject}. Look at the server.`);
  }
  let reversal = await reverse(record, context);
  if (reversal.notRestored !== undefined) deps.warn(reversal.notRestored);
  if (options.dryRun !== true && options.yes !== true && !reversal.already) {
    const question = `Undo run ${undoes}: ${reversal.op} the ${reversal.what} "${reversal.name}"?`;
    await showAndConfirm(context, undefined, [], question);
    const { name } = reversal;
    // Somebody may have changed it while the question waited.
    reversal = await reverse(record, context);
    if (reversal.name !== name) throw changedSinceError(reversal.what, name, context);
  }
  await assertUnchanged();
  const write = { command: 'undo', ...reversal };
  const done = await writeOnce(write, { ...options, undoes }, { connection, deps });
  const { source, kind, dryRun, run } = done.result;
  return {
    result: { source, kind, dryRun, ...nothing, undoes, done: done.result, ...(run && { run }) },
    failure: done.failure,
  };
}
