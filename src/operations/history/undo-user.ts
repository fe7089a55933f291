import { type UserAccount, usersOf } from '../../domain/security.ts';
import type { RunRecord } from '../../state/journal/record.ts';
import type { RunContext } from '../membership/plan.ts';
import { accountsAmong } from '../accounts.ts';
import { userChanges } from '../security/field-changes.ts';
import { permissionsFor } from '../security/permissions-for.ts';
import {
  alreadyGone,
  changedSinceError,
  lastOf,
  notUndoableError,
  type Reversal,
  securityOf,
} from './reversal.ts';
import { sourceOption } from '../../domain/shorten.ts';

/** Undoing `users create` and `users edit`. */

/** The fields that a record holds: never a password. */
const FIELDS = ['displayName', 'email'] as const;

/** Only while the account has what it was created with: no group, no permission, the same fields. */
export async function deleteCreatedUser(record: RunRecord, context: RunContext): Promise<Reversal> {
  const subjects = new Set(record.calls.map(({ subject, made }) => subject ?? made));
  if (subjects.size > 1) {
    const onSource = sourceOption(context.connection.source.name);
    throw notUndoableError(
      record,
      `Delete each of its accounts with: groupctl security users delete --username=NAME${onSource}`,
    );
  }
  const made = lastOf(record, 'made', 'user');
  const security = securityOf(record, context);
  const now = (await security.users()).find(({ name }) => name === made.name);
  const { name } = now ?? made;
  const facts = { what: 'user', name, op: 'delete' } as const;
  if (now === undefined) return alreadyGone(facts);
  // The groups are read now and here: a list of users need not name them.
  const { directory } = context.connection;
  await directory.listGroups();
  const groups = await directory.groupsOf({ type: 'user', name });
  const permissions = await permissionsFor('user', name, security);
  const accounts = await accountsAmong(directory, [name], usersOf(permissions));
  const isUsed =
    groups.length > 0 || usersOf(permissions).some((user) => accounts.isSame(user, name));
  if (isUsed || isChanged(now, { displayName: '', email: '', ...made })) {
    throw changedSinceError('user', name, context);
  }
  return { ...facts, send: (journal) => security.deleteUser(now, journal) };
}

/** The display name and the address as they were, while they are those that the run wrote. */
export async function restoreUser(record: RunRecord, context: RunContext): Promise<Reversal> {
  const made = lastOf(record, 'made', 'user');
  const before = lastOf(record, 'before', 'user');
  const written = FIELDS.filter((field) => made[field] !== undefined);
  if (written.length === 0) {
    throw notUndoableError(record, 'It changed a password, and groupctl keeps no passwords.');
  }
  const security = securityOf(record, context);
  const now = (await security.users()).find(({ name }) => name === made.name);
  if (now === undefined || isChanged(now, made))
    throw changedSinceError('user', made.name, context);
  const fields = Object.fromEntries(written.map((field) => [field, before[field] ?? '']));
  return {
    what: 'user',
    name: now.name,
    op: 'change',
    changes: userChanges(now, fields),
    ...(made.passwordChanged === true && {
      notRestored: 'Not restored: the password. groupctl keeps no passwords.',
    }),
    send: (journal) => security.updateUser(now, fields, journal),
  };
}

/** True if a field that the run wrote has another value now. */
function isChanged(now: UserAccount, made: UserAccount): boolean {
  return FIELDS.some((field) => made[field] !== undefined && made[field] !== (now[field] ?? ''));
}
