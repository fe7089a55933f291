import type { VerbResult } from '../../cli/verb.ts';
import { WITHOUT_GROUP } from '../../domain/group.ts';
import { sameName } from '../../domain/names.ts';
import { summarize } from '../../domain/outcome.ts';
import { isSamePermission, type Permission, type SecurityTask } from '../../domain/security.ts';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import { permissionLine } from '../../output/results/security/permissions.ts';
import type { UndoResumeResult } from '../../output/results/undo-resume.ts';
import type { PlannedRun } from '../../state/journal/record.ts';
import { agree } from '../membership/agree.ts';
import type { RunContext } from '../membership/plan.ts';
import { writeOnce } from '../security/with-security.ts';
import type { Recorded } from './recorded.ts';
import {
  changedSinceError,
  lastOf,
  notRecordedError,
  type Reversal,
  type Reverse,
  securityOf,
} from './reversal.ts';
import { deleteCreatedUser, restoreUser } from './undo-user.ts';

/** Undoing a run that changed no member: a permission, a task, a user, a new group. */

const REVERSES: Readonly<Record<string, Reverse>> = {
  'security permissions add': removeAdded,
  'security permissions remove': addRemoved,
  'security tasks create': takeBackTask,
  'security tasks delete': restoreTask,
  'security groups create': deleteCreated,
  'security users create': deleteCreatedUser,
  'security users edit': restoreUser,
};

/** True for a run that can be undone though it changed no member. */
export function isUndoableCall({ command, end, calls }: PlannedRun): boolean {
  const isDone = end?.exit === 0 && end.outcome === undefined;
  return isDone && calls.length > 0 && Object.hasOwn(REVERSES, command);
}

/** Why a run that changed no member cannot be undone. */
export function whyNotUndoable({ command, end }: PlannedRun): string {
  if (Object.hasOwn(REVERSES, command) && end?.exit !== 0) {
    return 'It did not succeed, so its record does not say for certain what it changed.';
  }
  if (command === 'undo') return 'To undo that undo, run the command of the first run again.';
  if (command === 'security users delete') {
    return 'A deleted account cannot be restored: groupctl keeps no passwords.';
  }
  if (command === 'apikeys create') {
    return 'Delete the API key with: groupctl apikeys delete';
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
  { record, assertUnchanged }: Recorded,
  context: RunContext,
): Promise<VerbResult<UndoResumeResult>> {
  const reversal = await REVERSES[record.command]?.(record, context);
  if (reversal === undefined) throw notRecordedError(record);
  const { connection, deps, options } = context;
  const isAsked = options.dryRun !== true && options.yes !== true && !reversal.already;
  if (isAsked) {
    const question = `Undo run ${record.run}: ${reversal.op} the ${reversal.what} "${reversal.name}"?`;
    await agree(context, undefined, [], question);
  }
  await assertUnchanged();
  const undoes = record.run;
  const write = { command: 'undo', ...reversal };
  const done = await writeOnce(write, { ...options, undoes }, { connection, deps });
  const { source, kind, dryRun, run } = done.result;
  const nothing = { group: WITHOUT_GROUP, outcomes: [], summary: summarize([]) };
  return {
    result: { source, kind, dryRun, ...nothing, undoes, done: done.result, ...(run && { run }) },
    failure: done.failure,
  };
}

async function removeAdded(record: PlannedRun, context: RunContext): Promise<Reversal> {
  const added = lastOf(record, 'made') as Permission;
  const security = securityOf(record, context);
  const now = (await security.permissions()).findLast((each) => isSamePermission(each, added));
  return {
    what: 'permission',
    name: permissionLine(now ?? added),
    op: 'delete',
    already: now === undefined ? 'already-absent' : undefined,
    send: (journal) => security.removePermission(now ?? added, journal),
  };
}

/** The server gives it a new id. */
async function addRemoved(record: PlannedRun, context: RunContext): Promise<Reversal> {
  const { id: _, ...removed } = lastOf(record, 'before') as Permission;
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
  const made = lastOf(record, 'made') as SecurityTask;
  const security = securityOf(record, context);
  const now = (await security.tasks()).find(({ name }) => sameName(name, made.name));
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
  const before = lastOf(record, 'before') as SecurityTask;
  const send: Reversal['send'] = (journal) => security.writeTask(before, now, journal);
  return { what: 'task', name: before.name, op: 'change', send };
}

async function restoreTask(record: PlannedRun, context: RunContext): Promise<Reversal> {
  const task = lastOf(record, 'before') as SecurityTask;
  const security = securityOf(record, context);
  if ((await security.tasks()).some(({ name }) => sameName(name, task.name))) {
    throw new GroupctlError('refused', `There is already a task named "${task.name}".`, {
      code: 'task-exists',
      nothingWritten: true,
    });
  }
  const send: Reversal['send'] = (journal) => security.writeTask(task, undefined, journal);
  return { what: 'task', name: task.name, op: 'create', send };
}

/** Only while nobody is in it. */
async function deleteCreated(
  { group: { name, slug } }: PlannedRun,
  { connection }: RunContext,
): Promise<Reversal> {
  const { directory } = connection;
  const facts = { what: 'group', name, op: 'delete' } as const;
  try {
    const group = await directory.findGroup(slug ?? name);
    const [state] = await directory.snapshot([group]);
    if (state === undefined || state.members.length > 0) throw changedSinceError('group', name);
    return { ...facts, send: (journal) => directory.deleteGroup(group, journal) };
  } catch (error) {
    if (!isGroupctlError(error) || error.code !== 'no-such-group') throw error;
    return { ...facts, already: 'already-absent', send: async () => undefined };
  }
}

function isSameTask(one: SecurityTask, other: SecurityTask): boolean {
  return (
    one.feedScoped === other.feedScoped &&
    (one.description ?? '') === (other.description ?? '') &&
    [...one.attributes].sort().join() === [...other.attributes].sort().join()
  );
}
