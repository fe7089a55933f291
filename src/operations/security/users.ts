import type { UserFields } from '../../backends/security-port.ts';
import type { Deps, ServerOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { ListedAccounts } from '../../domain/accounts.ts';
import { type Accounts, foldName, sameName } from '../../domain/names.ts';
import type { Permission, SecurityResult, UserAccount } from '../../domain/security.ts';
import { GroupctlError, usageError } from '../../errors.ts';
import type { ShownUser } from '../../output/results/security/lists.ts';
import { typedNameProblem } from '../../files/name.ts';
import { withGroups } from './account-groups.ts';
import { userChanges } from './field-changes.ts';
import { type LoginOptions, withLogin } from './login.ts';
import { nearNames, typedItem, warnNear } from './near-names.ts';
import { passwordFor } from './password.ts';
import { type SecurityWriteOptions, withSecurity, writeOnce } from './with-security.ts';
import { sourceOption } from '../../domain/shorten.ts';

/** Users of the built-in directory. */

export interface UserOptions extends LoginOptions, SecurityWriteOptions {
  readonly username: string;
}

export interface UserFieldOptions extends UserOptions {
  readonly displayname?: string;
  readonly email?: string;
  readonly password?: string;
}

/** @param options `searchTerm`: a part of the name or display name, in any case */
export async function listUsers(
  options: ServerOptions & { readonly searchTerm?: string },
  deps: Deps,
): Promise<VerbResult<readonly UserAccount[]>> {
  return await withSecurity(options, deps, async ({ security }) => {
    const term = foldName(options.searchTerm ?? '');
    const users = (await security.users()).filter(({ name, displayName = '' }) =>
      [name, displayName].some((each) => foldName(each).includes(term)),
    );
    if (users.length === 0) deps.warn('No matching users found.');
    return { result: users };
  });
}

/** @throws not-found (4) `no-such-user`; usage (2) for permissions in an output without a place for them */
export async function showUser(
  options: UserOptions & { readonly permissions?: boolean },
  deps: Deps,
): Promise<VerbResult<ShownUser>> {
  const { format, query } = deps.output;
  const hasNoPlace = query === undefined && (format === 'csv' || format === 'table');
  if (options.permissions === true && hasNoPlace) {
    throw usageError(
      `The output ${format} has no permissions.`,
      'Use --output=json, yaml or human.',
    );
  }
  return await withSecurity(withLogin(options), deps, async (context) => {
    const { security } = context;
    const users = await security.users();
    const listed = requireUser(options.username, users);
    const user = await withGroups(listed, context);
    const isWhole = format === 'human' ? deps.io.stdout.isTTY : !hasNoPlace;
    if (options.permissions !== true && !isWhole) return { result: { user } };
    const accounts = new ListedAccounts(users.map(({ name }) => name));
    const all = await security.permissions();
    const permissions = all.filter((each) => reaches(each, user, accounts));
    return { result: { user, permissions } };
  });
}

/** True for a permission of the account itself, or of one of its groups. */
function reaches(
  { user, group }: Permission,
  { name, groups = [] }: UserAccount,
  accounts: Accounts,
): boolean {
  if (user !== undefined) return accounts.isSame(user, name);
  return group !== undefined && groups.some((each) => sameName(each, group));
}

/** @throws refused (5) `user-exists`; usage (2) without a password */
export async function createUser(
  options: UserFieldOptions,
  deps: Deps,
): Promise<VerbResult<SecurityResult>> {
  const name = named(options.username);
  const problem = typedNameProblem(name);
  if (problem !== undefined) {
    throw usageError(`--username: ${problem.message}.`, problem.hint, problem.code, {
      nothingWritten: true,
    });
  }
  const password = await passwordFor(name, options.password, deps);
  return await withSecurity(withLogin(options), deps, async (context) => {
    const { security, connection } = context;
    const twin = (await security.users()).find((user) => sameName(user.name, name));
    if (twin !== undefined) throw userExistsError(twin.name, connection.source.name);
    const { displayname: displayName, email } = options;
    const fields: UserFields = { ...defined({ displayName, email }), password };
    const command = 'security users create';
    const send = security.createUser.bind(security, name, fields);
    return await writeOnce({ command, what: 'user', name, op: 'create', send }, options, context);
  });
}

/** @throws usage (2) without a change; not-found (4) `no-such-user` */
export async function editUser(
  options: UserFieldOptions,
  deps: Deps,
): Promise<VerbResult<SecurityResult>> {
  const { displayname: displayName, email } = options;
  const password =
    options.password && (await passwordFor(options.username, options.password, deps));
  const fields: UserFields = defined({ displayName, email, password });
  if (Object.keys(fields).length === 0) {
    throw usageError(
      'There is nothing to change.',
      'Use --displayname, --email or --password.',
      'nothing-to-change',
    );
  }
  return await withSecurity(withLogin(options), deps, async (context) => {
    const { security } = context;
    const user = requireUser(options.username, await security.users());
    const { name } = user;
    const command = 'security users edit';
    const send = security.updateUser.bind(security, user, fields);
    const changes = userChanges(user, fields);
    const already = changes.length === 0 ? 'already-there' : undefined;
    const write = { command, what: 'user', name, op: 'change', changes, already, send } as const;
    return await writeOnce(write, options, context);
  });
}

/** A user that is not there is no error. */
export async function deleteUser(
  options: UserOptions,
  deps: Deps,
): Promise<VerbResult<SecurityResult>> {
  return await withSecurity(withLogin(options), deps, async (context) => {
    const { security } = context;
    const typed = named(options.username);
    const users = await security.users();
    const user = typedItem(options.username, users, 'user');
    if (user === undefined) warnNear(typed, users, deps);
    const write = { command: 'security users delete', what: 'user', op: 'delete' } as const;
    const already = user === undefined ? 'already-absent' : undefined;
    const subject = user ?? { name: typed };
    const send = security.deleteUser.bind(security, subject);
    return await writeOnce({ ...write, name: subject.name, already, send }, options, context);
  });
}

function named(typed: string): string {
  const name = typed.trim();
  if (name === '') throw usageError('The option --username has an empty value.');
  return name;
}

export function requireUser(typed: string, users: readonly UserAccount[]): UserAccount {
  const name = named(typed);
  const user = typedItem(typed, users, 'user');
  if (user !== undefined) return user;
  throw new GroupctlError('not-found', `There is no user named "${name}".`, {
    code: 'no-such-user',
    ...nearNames(name, users, 'security users list'),
  });
}

function userExistsError(name: string, source: string): GroupctlError {
  return new GroupctlError('refused', `There is already a user named "${name}".`, {
    code: 'user-exists',
    hint: `Change it with: groupctl security users edit${sourceOption(source)}`,
  });
}
