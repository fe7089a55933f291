import type { Group } from '../../domain/group.ts';
import { sameName } from '../../domain/names.ts';
import { isGroupctlError } from '../../errors.ts';
import type { Membership } from '../port.ts';
import { type SecurityGroup, toGroup, toGroupState } from './convert.ts';
import type { ProgetReader } from './reader.ts';

/** What is reported besides the groups of a person. */
interface GroupsOfCallbacks {
  /** Groups that the server does not name the members of; without it such a group is an error. */
  readonly onHiddenMembers: ((group: Group) => void) | undefined;
  /** Members whose names are others only by blanks around them. */
  readonly onPaddedName: ((membership: Membership) => void) | undefined;
}

/**
 * The groups that hold somebody. A user name counts without its case here, so every spelling of it is
 * this person, but for one that the server lists as another account.
 *
 * @throws protocol (1) `members-not-told`
 */
export async function groupsOf(
  name: string,
  groups: readonly SecurityGroup[],
  reader: ProgetReader,
  { onHiddenMembers, onPaddedName }: GroupsOfCallbacks,
): Promise<Membership[]> {
  const alike: Membership[] = [];
  for (const each of groups) {
    try {
      const members = await reader.members(each, groups);
      const { group } = toGroupState(each, members);
      for (const member of members) {
        if (sameName(member.trim(), name.trim())) alike.push({ group, member });
      }
    } catch (error) {
      const isHidden = isGroupctlError(error) && error.code === 'members-not-told';
      if (!isHidden || onHiddenMembers === undefined) throw error;
      onHiddenMembers(toGroup(each));
    }
  }
  const accounts = await reader.accountsAmong(
    [name],
    alike.map(({ member }) => member),
  );
  for (const each of alike) {
    if (!sameName(each.member, name) && accounts.isSame(each.member.trim(), name.trim()))
      onPaddedName?.(each);
  }
  return alike.filter(({ member }) => accounts.isSame(member, name));
}
