import { GroupctlError } from '../../errors.ts';
import { nearNames, typedItem } from './near-names.ts';
import type { SecurityContext } from './with-security.ts';
import { sentences } from '../../domain/sentences.ts';

/** Names that a command refers to, in the server's spelling. */

/**
 * @param list the command that lists the names
 * @throws not-found (4) `no-such-user`, `no-such-group`, `no-such-task`
 */
export function knownName(
  typed: string,
  items: readonly { readonly name: string }[],
  what: 'user' | 'group' | 'task',
  list: string,
): string {
  const known = typedItem(typed, items, what);
  if (known !== undefined) return known.name;
  const near = nearNames(typed, items, list);
  const unchecked = what === 'task' ? undefined : UNCHECKED[what];
  throw new GroupctlError('not-found', `There is no ${what} named "${typed.trim()}".`, {
    code: `no-such-${what}`,
    nothingWritten: true,
    ...near,
    hint: unchecked === undefined ? near.hint : sentences(near.hint, unchecked),
  });
}

const UNCHECKED = {
  user: 'For a directory account (AD, LDAP) add --no-user-check.',
  group: 'For a group of a directory (AD, LDAP) add --no-user-check.',
} as const;

/**
 * The account of a typed name; the typed name itself with `--no-user-check`.
 *
 * @param userCheck what the option says
 * @throws not-found (4) `no-such-user`
 */
export async function knownUser(
  typed: string,
  userCheck: boolean | undefined,
  { connection, security }: SecurityContext,
): Promise<string> {
  if (userCheck === false || !connection.userCheck) return typed.trim();
  return knownName(typed, await security.users(), 'user', 'security users list');
}

/**
 * The same for a group, which may be one of a directory.
 *
 * @throws not-found (4) `no-such-group`
 */
export async function knownGroup(
  typed: string,
  userCheck: boolean | undefined,
  { connection }: SecurityContext,
): Promise<string> {
  if (userCheck === false || !connection.userCheck) return typed.trim();
  const groups = await connection.directory.listGroups();
  return knownName(typed, groups, 'group', 'security groups list');
}
