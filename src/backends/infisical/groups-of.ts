import { defined } from '../../domain/defined.ts';
import type { Group, MemberRef } from '../../domain/group.ts';
import type { Membership } from '../port.ts';
import type { WireGroup } from './convert.ts';
import { forEachAtOnce } from '../shared/at-once.ts';
import type { MemberStore } from '../per-member/member-store.ts';

/**
 * The groups that hold one member: a read of each, a bounded number at a time. A list that does not
 * show whether it holds the name is read whole: a group is never left out because it could not be
 * checked.
 *
 * @throws protocol (1) `list-incomplete`
 */
export async function groupsOf(
  { name }: MemberRef,
  groups: readonly WireGroup[],
  store: MemberStore,
  atOnce: number,
  toGroup: (group: WireGroup) => Group,
): Promise<Membership[]> {
  const found = new Map<string, Omit<Membership, 'group'>>();
  await forEachAtOnce(groups, atOnce, async (group) => {
    const lookup = (await store.lookUp(group.id, [name], { patient: true })).get(name);
    if (lookup?.kind === 'one') {
      if (lookup.isMember) found.set(group.id, { member: lookup.name, user: lookup.user });
    } else if (lookup?.kind === 'unsure') {
      const members = await store.members(group.id, group.name);
      const member = members.find((each) => each.member === name);
      if (member !== undefined) {
        const { user } = member;
        found.set(group.id, { member: name, ...defined({ user }) });
      }
    }
  });
  return groups.flatMap((group) => {
    const who = found.get(group.id);
    return who === undefined ? [] : [{ group: toGroup(group), ...who }];
  });
}
