import type { UserAccount } from '../../domain/security.ts';
import type { SecurityContext } from './with-security.ts';

/**
 * The account with its groups. A list of users may leave them out (contract: "Objects"), and then the groups say
 * who is in them.
 *
 * @throws protocol (1) `members-not-told` where they do not
 */
export async function withGroups(
  user: UserAccount,
  { connection }: Pick<SecurityContext, 'connection'>,
): Promise<UserAccount> {
  if (user.groups !== undefined) return user;
  const memberships = await connection.directory.groupsOf({ type: 'user', name: user.name });
  return { ...user, groups: memberships.map(({ group }) => group.name) };
}
