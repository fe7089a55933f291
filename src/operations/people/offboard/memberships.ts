import type { Deps, WriteOptions } from '../../../cli/deps.ts';
import type { MemberChange } from '../../../domain/change.ts';
import { type Group, groupWords, type MemberRef } from '../../../domain/group.ts';
import { guardFor, type GuardOptions } from '../../membership/guard.ts';
import type { Guard } from '../../membership/plan.ts';
import { asMembers, type FoundAccount } from './look.ts';

/** The groups that somebody is taken out of, and what guards each. */

export interface GroupMembership {
  readonly group: Group;
  /** The spellings that the group holds: mostly one. */
  readonly members: readonly string[];
  /** The group's name, with its slug where another of them has the same name. */
  readonly words: string;
}

export function membershipsByGroup({
  sighting,
}: Pick<FoundAccount, 'sighting'>): GroupMembership[] {
  const held = new Map<string, { group: Group; members: string[] }>();
  for (const { group, member } of sighting.memberships) {
    const key = group.id ?? group.name;
    const known = held.get(key);
    if (known === undefined) held.set(key, { group, members: [member] });
    else known.members.push(member);
  }
  const all = [...held.values()].map(({ group }) => group);
  return [...held.values()].map((each) => ({ ...each, words: groupWords(each.group, all) }));
}

export function removalsOf({ members }: GroupMembership, { type }: MemberRef): MemberChange[] {
  return members.map((member) => ({ op: 'remove', type, member, requested: member }));
}

/** The guard of one group. */
export async function guardOf(
  held: GroupMembership,
  found: FoundAccount,
  options: GuardOptions & WriteOptions,
  deps: Deps,
): Promise<Guard | undefined> {
  // One member may always go, so no share of the others has to be known for it.
  const limits = held.members.length === 1 ? { ...options, maxRemovalPercent: 100 } : options;
  const context = { connection: found.connection, options, deps };
  const group = { ...held.group, name: held.words };
  return await guardFor(group, removalsOf(held, found.ref), limits, context, asMembers(found));
}
