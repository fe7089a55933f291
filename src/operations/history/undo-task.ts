import { sameName } from '../../domain/names.ts';
import { isSameTask } from '../../domain/security.ts';
import { GroupctlError } from '../../errors.ts';
import type { RunRecord } from '../../state/journal/record.ts';
import type { RunContext } from '../membership/plan.ts';
import { taskChanges } from '../security/field-changes.ts';
import { permissionsFor } from '../security/permissions-for.ts';
import { restorePermissions } from './undo-permission.ts';
import { changedSinceError, lastOf, type Reversal, securityOf } from './reversal.ts';

/** Undoing `tasks create` and `tasks delete`. */

/** A new task is deleted, one that was overwritten comes back; neither if it was changed since. */
export async function undoTask(record: RunRecord, context: RunContext): Promise<Reversal> {
  const made = lastOf(record, 'made', 'task');
  const security = securityOf(record, context);
  const now = (await security.tasks()).find(({ name }) => name === made.name);
  const isOverwritten = record.calls.some(({ before }) => before !== undefined);
  if (now === undefined ? isOverwritten : !isSameTask(now, made)) {
    throw changedSinceError('task', made.name, context);
  }
  if (!isOverwritten) {
    // A permission for it was added since, and a server may delete it, too.
    const added = now === undefined ? [] : await permissionsFor('task', made.name, security);
    if (added.length > 0) {
      throw changedSinceError('task', made.name, context);
    }
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
  const changes = taskChanges(now ?? made, before);
  return { what: 'task', name: before.name, op: 'change', changes, send };
}

/** Creates it again, and the permissions that referred to it. */
export async function restoreTask(record: RunRecord, context: RunContext): Promise<Reversal> {
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
      const now = permissions.length === 0 ? [] : await security.permissions();
      await security.writeTask(task, undefined, journal);
      journal.done();
      await restorePermissions(
        permissions,
        now,
        'the task was created',
        context.connection,
        journal,
      );
    },
  };
}
