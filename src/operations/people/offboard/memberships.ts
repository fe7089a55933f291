import type { MemberChange } from '../../../domain/change.ts';
import { type Group, groupLabelAmong, type MemberType } from '../../../domain/group.ts';
import type { PersonLookup } from '../person.ts';

/** A group that the person is to be removed from. */
export interface GroupMembership {
  readonly group: Group;
  /** The name of the group, with its slug if another of these has the same name. */
  readonly label: string;
  /** A removal for each spelling that the group has, mostly one. */
  readonly changes: readonly MemberChange[];
}

/** The memberships of a person, group by group. */
export function membershipsByGroup(type: MemberType, person: PersonLookup): GroupMembership[] {
  if (person.kind === 'nobody') return [];
  const groups = new Map<string, { group: Group; changes: MemberChange[] }>();
  for (const { group, member } of person.memberships) {
    const key = group.id ?? group.name;
    const entry = groups.get(key) ?? { group, changes: [] };
    entry.changes.push({ op: 'remove', type, member, requested: member });
    groups.set(key, entry);
  }
  const all = [...groups.values()].map(({ group }) => group);
  return [...groups.values()].map((each) => ({ ...each, label: groupLabelAmong(each.group, all) }));
}
