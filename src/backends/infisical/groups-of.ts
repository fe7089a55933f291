import { defined } from '../../domain/defined.ts';
import type { Group, MemberRef } from '../../domain/group.ts';
import type { Membership } from '../port.ts';
import type { WireGroup } from './convert.ts';
import { NameIndex } from '../../domain/names.ts';
import { ambiguousMemberError } from '../shared/name-errors.ts';
import { forEachAtOnce } from '../shared/at-once.ts';
import type { MemberStore } from '../per-member/member-store.ts';

/**
 * The groups that hold one member: a read of each, a bounded number at a time. A list that does not
 * show whether it holds the name is read whole: a group is never left out because it could not be
 * checked.
 *
 * @throws protocol (1) `list-incomplete`; ambiguous (2)
 */
export async function groupsOf(
  { name }: MemberRef,
  groups: readonly WireGroup[],
  store: MemberStore,
  atOnce: number,
  toGroup: (group: WireGroup) => Group,
): Promise<Membership[]> {
  const found = new Map<string, Omit<Membership, 'group'>>();
  const spellings = new Set<string>();
  await forEachAtOnce(groups, atOnce, async (group) => {
    const lookup = (await store.lookUp(group.id, [name], { patient: true })).get(name);
    if (lookup?.kind === 'one') {
      spellings.add(lookup.name);
      if (lookup.isMember) found.set(group.id, { member: lookup.name, user: lookup.user });
    } else if (lookup?.kind === 'unsure') {
      const members = await store.members(group.id, group.name);
      const match = new NameIndex(members.map(({ member }) => member)).findTyped(name);
      if (match.kind === 'ambiguous') throw ambiguousMemberError({ requested: name }, match.names);
      if (match.kind === 'none') return;
      const user = members.find(({ member }) => member === match.name)?.user;
      spellings.add(match.name);
      found.set(group.id, { member: match.name, ...defined({ user }) });
    } else if (lookup?.kind === 'ambiguous') {
      throw ambiguousMemberError({ requested: name }, lookup.names);
    }
  });
  // One whose name differs in case is somebody else where the exact one is known.
  const match = new NameIndex(spellings).findTyped(name);
  if (match.kind === 'ambiguous') throw ambiguousMemberError({ requested: name }, match.names);
  const exact = match.kind === 'one' ? match.name : undefined;
  return groups.flatMap((group) => {
    const who = found.get(group.id);
    return who === undefined || who.member !== (exact ?? who.member)
      ? []
      : [{ group: toGroup(group), ...who }];
  });
}
