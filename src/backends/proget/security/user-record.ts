import { defined } from '../../../domain/defined.ts';
import type { UserAccount } from '../../../domain/security.ts';
import type { CallRecord, UserFields } from '../../security-port.ts';

/** What a record keeps of calls about users: never a password. */

export function userCreation(name: string, fields: UserFields): CallRecord {
  return { call: 'POST users/add', subject: name, made: { name, ...withoutPassword(fields) } };
}

export function userUpdate(user: UserAccount, fields: UserFields): CallRecord {
  const { name } = user;
  const passwordChanged = fields.password === undefined ? undefined : true;
  const made = { name, ...withoutPassword(fields), ...defined({ passwordChanged }) };
  return { call: 'POST users/update', subject: name, before: user, made };
}

function withoutPassword({ displayName, email }: UserFields): UserFields {
  return defined({ displayName, email });
}

/** True if the user has what was sent; no list shows a password. */
export function hasFields(user: UserAccount, { displayName, email }: UserFields): boolean {
  return (
    (displayName === undefined || (user.displayName ?? '') === displayName) &&
    (email === undefined || (user.email ?? '') === email)
  );
}
