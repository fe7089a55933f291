import type { VerbResult } from '../../cli/verb.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import { itemNamed, sameName } from '../../domain/names.ts';
import { summarize } from '../../domain/outcome.ts';
import { isSamePermission, isSameTask } from '../../domain/security.ts';
import { GroupctlError } from '../../errors.ts';
import { permissionLine } from '../../output/results/security/permissions.ts';
import type { UndoResumeResult } from '../../output/results/undo-resume.ts';
import type { PlannedRun } from '../../state/journal/record.ts';
import { agree } from '../membership/agree.ts';
import type { RunContext } from '../membership/plan.ts';
import { writeOnce } from '../security/with-security.ts';
import { LaterRuns } from './later-runs.ts';
import type { Recorded } from './recorded.ts';
import {
  allOf,
  changedSinceError,
  doneCalls,
  lastOf,
  notRecordedError,
  type Reversal,
  type Reverse,
  securityOf,
} from './reversal.ts';
import { deleteCreatedGroup } from './undo-group.ts';
import { deleteCreatedUser, restoreUser } from './undo-user.ts';

/** Undoing a run that changed no member: a permission, a task, a user, a new group. */

const REVERSES: Readonly<Record<string, Reverse>> = {
  'security permissions add': removeAdded,
  'security permissions remove': addRemoved,
  'security tasks create': takeBackTask,
  'security tasks delete': restoreTask,
  'security groups create': deleteCreatedGroup,
  'security users create': deleteCreatedUser,
  'security users edit': restoreUser,
};

/** True for a run that can be undone though it changed no member. */
export function isUndoableCall(record: PlannedRun): boolean {
  return Object.hasOwn(REVERSES, record.command) && isDone(record);
}

/** True if the server did what the run asked for, or a part; an interrupt may have come after that. */
function isDone(record: PlannedRun): boolean {
  return record.end?.outcome === undefined && doneCalls(record).length > 0;
}

/** Why a run that changed no member cannot be undone. */
export function whyNotUndoable(record: PlannedRun): string {
  const { command, undoes } = record;
  const isOther = command === 'security groups delete' || Object.hasOwn(REVERSES, command);
  if (isOther && !isDone(record)) {
    return 'It did not succeed, so its record does not say for certain what it changed.';
  }
  if (undoes !== undefined) {
    return `It is itself an undo (of ${undoes}): run the command of that run again.`;
  }
  if (command === 'security users delete') {
    return 'A deleted account cannot be restored: groupctl keeps no passwords.';
  }
  if (command.startsWith('apikeys create')) {
    return 'Delete the API key with: groupctl apikeys delete. Its ID is in: groupctl apikeys list.';
  }
  const noKeys = 'A deleted API key cannot be restored: groupctl keeps no keys.';
  if (command.startsWith('apikeys')) return noKeys;
  if (command.endsWith('offboard')) {
    return `${noKeys} Each group that the account was removed from has its own run in groupctl history.`;
  }
  return 'Only changes of members, groups, users, tasks and permissions can.';
}

/**
 * @throws safety (8) `changed-since`, `declined`; usage (2) where the record does not say enough; refused
 *   (5) `task-exists`
 */
export async function undoCall(
  { record, store, assertUnchanged }: Recorded,
  context: RunContext,
): Promise<VerbResult<UndoResumeResult>> {
  const reverse = REVERSES[record.command];
  if (reverse === undefined) throw notRecordedError(record);
  const { connection, deps, options } = context;
  const undoes = record.run;
  const nothing = { group: WITHOUT_GROUP, outcomes: [], summary: summarize([]) };
  const earlier = await (await LaterRuns.read(store.runs)).finishedUndos(undoes);
  if (earlier.length > 0) {
    const { name: source, kind } = connection.source;
    deps.warn(`Left alone: ${earlier.join(', ')} already undid it.`);
    return { result: { source, kind, dryRun: options.dryRun === true, ...nothing, undoes } };
  }
  let reversal = await reverse(record, context);
  if (options.dryRun !== true && options.yes !== true && !reversal.already) {
    const question = `Undo run ${undoes}: ${reversal.op} the ${reversal.what} "${reversal.name}"?`;
    await agree(context, undefined, [], question);
    // Somebody may have changed it while the question waited.
    reversal = await reverse(record, context);
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

async function removeAdded(record: PlannedRun, context: RunContext): Promise<Reversal> {
  const added = allOf(record, 'made', 'permission');
  const security = securityOf(record, context);
  const now = await security.permissions();
  // A call that was made twice is in the record twice.
  const found = added.map((one) => now.findLast((each) => isSamePermission(each, one)));
  const there = [...new Set(found)].filter((each) => each !== undefined);
  const names = (there.length > 0 ? there : added).map(permissionLine);
  return {
    what: 'permission',
    name: names.map((each) => each.replace(/^: /, '')).join('; '),
    op: 'delete',
    already: there.length === 0 ? 'already-absent' : undefined,
    async send(journal) {
      for (const [at, permission] of there.entries()) {
        if (at > 0) journal.done();
        await security.removePermission(permission, journal);
      }
    },
  };
}

/** The server gives it a new id. */
async function addRemoved(record: PlannedRun, context: RunContext): Promise<Reversal> {
  const { id: _, ...removed } = lastOf(record, 'before', 'permission');
  const security = securityOf(record, context);
  const isThere = (await security.permissions()).some((each) => isSamePermission(each, removed));
  return {
    what: 'permission',
    name: permissionLine(removed).replace(/^: /, ''),
    op: 'create',
    already: isThere ? 'already-there' : undefined,
    send: (journal) => security.addPermission(removed, journal),
  };
}

/** A new task is deleted, one that was overwritten comes back; neither if it was changed since. */
async function takeBackTask(record: PlannedRun, context: RunContext): Promise<Reversal> {
  const made = lastOf(record, 'made', 'task');
  const security = securityOf(record, context);
  const now = itemNamed(await security.tasks(), made.name);
  const isOverwritten = record.calls.some(({ before }) => before !== undefined);
  if (now !== undefined && !isSameTask(now, made)) throw changedSinceError('task', made.name);
  if (!isOverwritten) {
    return {
      what: 'task',
      name: made.name,
      op: 'delete',
      already: now === undefined ? 'already-absent' : undefined,
      send: (journal) => security.deleteTask(now ?? made, journal),
    };
  }
  const before = lastOf(record, 'before', 'task');
  const send: Reversal['send'] = (journal) => security.writeTask(before, now, journal);
  return { what: 'task', name: before.name, op: 'change', send };
}

async function restoreTask(record: PlannedRun, context: RunContext): Promise<Reversal> {
  const { permissions = [], ...task } = lastOf(record, 'before', 'task');
  const security = securityOf(record, context);
  if ((await security.tasks()).some(({ name }) => sameName(name, task.name))) {
    throw new GroupctlError('refused', `There is already a task named "${task.name}".`, {
      code: 'task-exists',
      nothingWritten: true,
    });
  }
  return {
    what: 'task',
    name: task.name,
    op: 'create',
    async send(journal) {
      await security.writeTask(task, undefined, journal);
      const now = await security.permissions();
      for (const { id: _, ...permission } of permissions) {
        if (now.some((each) => isSamePermission(each, permission))) continue;
        journal.done();
        await security.addPermission(permission, journal);
      }
    },
  };
}
