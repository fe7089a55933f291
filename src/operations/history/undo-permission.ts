import type { CallRecorder } from '../../backends/security-port.ts';
import type { Connection } from '../../cli/deps.ts';
import { sourceOption } from '../../domain/shorten.ts';
import {
  hasPermission,
  isSamePermission,
  type Permission,
  usersOf,
} from '../../domain/security.ts';
import type { Accounts } from '../../domain/names.ts';
import { accountsAmong } from '../accounts.ts';
import { permissionName } from '../../output/results/security/permissions.ts';
import type { RunRecord } from '../../state/journal/record.ts';
import type { RunContext } from '../membership/plan.ts';
import { allOf, inPart, lastOf, notRecordedError, type Reversal, securityOf } from './reversal.ts';

/** Undoing `permissions add` and `permissions remove`. */

/** All that the run added, and that are still there. */
export async function removeAddedPermissions(
  record: RunRecord,
  context: RunContext,
): Promise<Reversal> {
  const added = allOf(record, 'made', 'permission');
  if (added.length === 0) throw notRecordedError(record);
  const security = securityOf(record, context);
  const now = await security.permissions();
  const accounts = await accountsOfUsers(added, now, context.connection);
  // A call that was made twice is in the record twice.
  const found = added.map((one) =>
    one.id === undefined
      ? now.findLast((each) => isSamePermission(each, one, accounts))
      : now.find(({ id }) => id === one.id),
  );
  const there = [...new Set(found)].filter((each) => each !== undefined);
  const names = (there.length > 0 ? there : added).map(permissionName);
  return {
    what: 'permission',
    name: names.join('; '),
    op: 'delete',
    already: there.length === 0 ? 'already-absent' : undefined,
    async send(journal) {
      const removed = { done: 0, count: there.length, what: 'permissions were deleted' };
      for (const permission of there) {
        await inPart(removed, () => security.removePermission(permission, journal));
        journal.done();
      }
    },
  };
}

/**
 * Adds those again that are missing, one after the other: what was created before is there.
 *
 * @param now the permissions that are there
 * @param created `the task was created`
 */
export async function restorePermissions(
  permissions: readonly Permission[],
  now: readonly Permission[],
  created: string,
  { source, directory }: Connection,
  journal: CallRecorder & { done(): void },
): Promise<void> {
  const { security } = directory;
  if (security === undefined) return;
  const lines = permissions.map(permissionName).join('; ');
  const what = `of its permissions are there again (${lines}); ${created}`;
  const hint = `Add the others with: groupctl security permissions add${sourceOption(source.name)}`;
  const added = { done: 0, count: permissions.length, what, hint };
  const accounts = await accountsOfUsers(permissions, now, { directory });
  for (const { id: _, ...permission } of permissions) {
    await inPart(added, async () => {
      if (hasPermission(now, permission, accounts)) return;
      await security.addPermission(permission, journal);
      journal.done();
    });
  }
}

/** The server gives it a new id. */
export async function addRemovedPermission(
  record: RunRecord,
  context: RunContext,
): Promise<Reversal> {
  const { id: _, ...removed } = lastOf(record, 'before', 'permission');
  const security = securityOf(record, context);
  const now = await security.permissions();
  const accounts = await accountsOfUsers([removed], now, context.connection);
  const isThere = hasPermission(now, removed, accounts);
  return {
    what: 'permission',
    name: permissionName(removed),
    op: 'create',
    already: isThere ? 'already-there' : undefined,
    send: (journal) => security.addPermission(removed, journal),
  };
}

/** Which users of these permissions are one account. */
async function accountsOfUsers(
  recorded: readonly Permission[],
  now: readonly Permission[],
  { directory }: Pick<Connection, 'directory'>,
): Promise<Accounts> {
  return await accountsAmong(directory, usersOf(recorded), usersOf(now));
}
