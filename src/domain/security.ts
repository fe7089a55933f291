import { NO_ACCOUNTS } from './accounts.ts';
import { type Accounts, sameName } from './names.ts';

/** What a server keeps besides groups: users, tasks, permissions, API keys. */

export interface UserAccount {
  readonly name: string;
  readonly displayName?: string;
  readonly email?: string;
  /** Undefined: the server does not tell. */
  readonly groups?: readonly string[];
}

/** A named set of attributes that permissions refer to. */
export interface SecurityTask {
  readonly name: string;
  readonly description?: string;
  readonly feedScoped: boolean;
  readonly attributes: readonly string[];
}

export interface TaskAttribute {
  readonly name: string;
  readonly feedScoped: boolean;
}

/** A task that a user or group may do, or may not. */
export interface Permission {
  readonly id?: string;
  readonly user?: string;
  readonly group?: string;
  readonly task?: string;
  readonly feed?: string;
  readonly feedGroup?: string;
  readonly deny: boolean;
}

/** An API key without the key itself. */
export interface ApiKey {
  readonly id: string;
  readonly type: string;
  readonly logging?: string;
  readonly user?: string;
  readonly displayName?: string;
  readonly description?: string;
  /** As the server has it: ISO 8601. */
  readonly expiration?: string;
  readonly systemApis?: readonly string[];
  readonly packagePermissions?: readonly string[];
  readonly feed?: string;
  readonly feedGroup?: string;
}

/** Names that are users or groups on every server, without an account. */
export const BUILT_IN_PRINCIPALS = ['Everyone', 'Authenticated', 'Anonymous'] as const;

/** What became of one thing that was to be written. */
export interface SecurityResult {
  readonly source: string;
  readonly kind: string;
  readonly what: 'user' | 'task' | 'permission' | 'API key' | 'group';
  /** Its name, or its id where it has none. */
  readonly name: string;
  /** Of what was created, where the server gives it one. */
  readonly id?: string;
  readonly outcome:
    'created' | 'changed' | 'deleted' | 'already-there' | 'already-absent' | 'planned';
  /** What a planned write would do. */
  readonly op: 'create' | 'change' | 'delete';
  /** Of a change: the fields that get another value. */
  readonly changes?: readonly FieldChange[];
  readonly dryRun: boolean;
  readonly run?: string;
}

/** A field that gets another value; a secret has neither. */
export interface FieldChange {
  readonly field:
    'description' | 'feedScoped' | 'attributes' | 'displayName' | 'email' | 'password';
  readonly before?: string | boolean | readonly string[];
  readonly after?: string | boolean | readonly string[];
}

/**
 * The same rule, whatever its id: names in any case.
 *
 * @param accounts which user names are one account's
 */
export function isSamePermission(
  one: Permission,
  other: Permission,
  accounts: Accounts = NO_ACCOUNTS,
): boolean {
  const same = (a = '', b = ''): boolean => sameName(a, b);
  return (
    accounts.isSame(one.user ?? '', other.user ?? '') &&
    same(one.group, other.group) &&
    same(one.task, other.task) &&
    same(one.feed, other.feed) &&
    same(one.feedGroup, other.feedGroup) &&
    one.deny === other.deny
  );
}

export function hasPermission(
  all: readonly Permission[],
  wanted: Permission,
  accounts?: Accounts,
): boolean {
  return all.some((each) => isSamePermission(each, wanted, accounts));
}

/** The user names of permissions. */
export function usersOf(permissions: readonly Permission[]): string[] {
  return permissions.flatMap(({ user }) => user ?? []);
}

/** The same attributes in any order, the same description, none being the empty one, and the same scope. */
export function isSameTask(one: SecurityTask, other: SecurityTask): boolean {
  return (
    one.feedScoped === other.feedScoped &&
    (one.description ?? '') === (other.description ?? '') &&
    [...one.attributes].sort().join() === [...other.attributes].sort().join()
  );
}
