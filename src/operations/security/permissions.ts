import type { Deps, ServerOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { NO_ACCOUNTS } from '../../domain/accounts.ts';
import { sameName } from '../../domain/names.ts';
import {
  BUILT_IN_PRINCIPALS,
  hasPermission,
  type Permission,
  type SecurityResult,
  usersOf,
} from '../../domain/security.ts';
import { bothGivenError, isGroupctlError } from '../../errors.ts';
import { permissionLine, permissionName } from '../../output/results/security/permissions.ts';
import { accountsAmong } from '../accounts.ts';
import { knownGroup, knownName, knownUser } from './known-name.ts';
import { warnNear } from './near-names.ts';
import {
  type SecurityContext,
  type SecurityWriteOptions,
  type Write,
  withSecurity,
  runWrites,
  writeOnce,
} from './with-security.ts';
import { inQuotes } from '../../domain/shorten.ts';

/** Permissions: which user or group may do a task, or may not. */

export interface ListPermissionsOptions extends ServerOptions {
  readonly user?: string;
  readonly group?: string;
  readonly task?: string;
  readonly feed?: string;
}

export interface AddPermissionOptions extends ServerOptions, SecurityWriteOptions {
  readonly task: readonly string[];
  readonly user?: string;
  readonly group?: string;
  readonly feed?: string;
  readonly feedGroup?: string;
  readonly deny?: boolean;
  /** False: names of users and groups that the server does not list are accepted. */
  readonly userCheck?: boolean;
}

export interface RemovePermissionOptions extends ServerOptions, SecurityWriteOptions {
  readonly id: number;
}

/** Sorted by their id. */
export async function listPermissions(
  options: ListPermissionsOptions,
  deps: Deps,
): Promise<VerbResult<readonly Permission[]>> {
  return await withSecurity(options, deps, async (context) => {
    const { connection, security } = context;
    const { user, group, task, feed } = options;
    const isOf = (wanted: string | undefined, value: string | undefined): boolean =>
      wanted === undefined || (value !== undefined && sameName(value, wanted));
    const all = await security.permissions();
    const accounts =
      user === undefined
        ? NO_ACCOUNTS
        : await accountsAmong(connection.directory, [user], usersOf(all));
    const permissions = all.filter(
      (each) =>
        (user === undefined || (each.user !== undefined && accounts.isSame(each.user, user))) &&
        isOf(group, each.group) &&
        isOf(task, each.task) &&
        isOf(feed, each.feed),
    );
    if (permissions.length === 0) await sayWhyNone(options, context);
    const result = permissions.sort((one, other) => Number(one.id ?? 0) - Number(other.id ?? 0));
    return { result };
  });
}

/** A wrong name is no error, and nothing is found for it either. */
async function sayWhyNone(
  { user, group, task }: ListPermissionsOptions,
  { connection, security, deps }: SecurityContext,
): Promise<void> {
  deps.warn('No permissions found.');
  try {
    if (task !== undefined) warnMissing(task, await security.tasks(), 'task', deps);
    if (group !== undefined) {
      warnMissing(group, await connection.directory.listGroups(), 'group', deps);
    }
    if (user === undefined) return;
    const isThere = warnMissing(user, await security.users(), 'user', deps);
    if (isThere) deps.warn('Those that a user has through groups are listed with --effective.');
  } catch (error) {
    // These credentials may list permissions, and not what they are about.
    if (!isGroupctlError(error)) throw error;
  }
}

/** Returns true if it is there. */
function warnMissing(
  typed: string,
  items: readonly { readonly name: string }[],
  what: 'user' | 'group' | 'task',
  deps: Pick<Deps, 'warn'>,
): boolean {
  const builtIn = what === 'task' ? [] : BUILT_IN_PRINCIPALS.map((name) => ({ name }));
  const all = [...items, ...builtIn];
  if (all.some(({ name }) => sameName(name, typed))) return true;
  deps.warn(`There is no ${what} named "${typed.trim()}".`);
  warnNear(typed, all, deps);
  return false;
}

/**
 * Adds a permission for each task. Users, groups and tasks are checked before anything is written; the
 * server has no list of feeds to check them against.
 *
 * @throws usage (2) for too many or too few options; not-found (4)
 */
export async function addPermissions(
  options: AddPermissionOptions,
  deps: Deps,
): Promise<VerbResult<readonly SecurityResult[]>> {
  const { task: tasks, user, group, feed, feedGroup, deny = false } = options;
  if (user !== undefined && group !== undefined) {
    throw bothGivenError('--user', '--group');
  }
  if (feed !== undefined && feedGroup !== undefined) {
    throw bothGivenError('--feed', '--feed-group');
  }
  return await withSecurity(options, deps, async (context) => {
    const who = await principal(options, context);
    const known = await context.security.tasks();
    const names = new Set(
      tasks.map((task) => knownName(task, known, 'task', 'security tasks list')),
    );
    const existing = await context.security.permissions();
    const { directory } = context.connection;
    const accounts = await accountsAmong(directory, usersOf([{ ...who, deny }]), usersOf(existing));
    for (const place of [feed, feedGroup]) {
      if (place !== undefined)
        deps.warn(`The name ${inQuotes(place)} cannot be checked; sent as typed.`);
    }
    const writes = [...names].map((task): Write => {
      const permission: Permission = { ...who, task, ...defined({ feed, feedGroup }), deny };
      const isThere = hasPermission(existing, permission, accounts);
      return {
        what: 'permission',
        name: permissionName(permission),
        op: 'create',
        already: isThere ? 'already-there' : undefined,
        send: (journal) => context.security.addPermission(permission, journal),
      };
    });
    return await runWrites('security permissions add', writes, options, context);
  });
}

/** A permission that is not there is no error. */
export async function removePermission(
  options: RemovePermissionOptions,
  deps: Deps,
): Promise<VerbResult<SecurityResult>> {
  return await withSecurity(options, deps, async (context) => {
    const { security } = context;
    const id = String(options.id);
    const permission = (await security.permissions()).find((each) => each.id === id);
    const subject = permission ?? { id, deny: false };
    const write = {
      command: 'security permissions remove',
      what: 'permission',
      name: permission === undefined ? id : permissionLine(permission),
      op: 'delete',
      already: permission === undefined ? 'already-absent' : undefined,
      send: security.removePermission.bind(security, subject),
    } as const;
    return await writeOnce(write, options, context);
  });
}

/** @throws not-found (4) `no-such-user`, `no-such-group` */
async function principal(
  { user, group, userCheck }: AddPermissionOptions,
  context: SecurityContext,
): Promise<Pick<Permission, 'user' | 'group'>> {
  const typed = (user ?? group ?? '').trim();
  const builtIn = BUILT_IN_PRINCIPALS.find((name) => sameName(name, typed));
  if (user !== undefined) return { user: builtIn ?? (await knownUser(user, userCheck, context)) };
  return { group: builtIn ?? (await knownGroup(group ?? '', userCheck, context)) };
}
