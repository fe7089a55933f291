import type { Group, MemberRef } from '../../domain/group.ts';
import { NameIndex } from '../../domain/names.ts';
import type { GroupDirectory, NamesForGroup, Resolution, ResolveOptions } from '../port.ts';

/** Members of the group, as far as these names may mean them. */
type MembersAmong = (group: Group, names: readonly string[]) => Promise<NameIndex>;

/**
 * Resolves names for a group ({@link GroupDirectory.resolveForGroup}), the group first or last. Read
 * first, it spares the look-up of the names that it holds.
 */
export async function resolveForGroup(
  directory: Pick<GroupDirectory, 'findGroup' | 'resolve'>,
  ref: string,
  members: readonly MemberRef[],
  { check, groupFirst = false, forUpdate = false }: ResolveOptions,
  membersAmong: MembersAmong,
): Promise<NamesForGroup> {
  if (!groupFirst) {
    const resolutions = check ? await directory.resolve(members) : new Map<string, Resolution>();
    return { resolutions, findGroup: (options) => directory.findGroup(ref, options) };
  }
  const group = await directory.findGroup(ref, { forUpdate });
  const resolutions = new Map<string, Resolution>();
  const names = members.map(({ name }) => name).filter((name) => check || isPadded(name));
  const inGroup = names.length === 0 ? new NameIndex() : await membersAmong(group, names);
  // Which of two is meant is decided by the write.
  for (const [typed, name] of inGroup.among(names)) {
    // Without the blanks at its ends it may be the name of somebody who is not in the group.
    if (!isPadded(typed) || typed === name) resolutions.set(typed, { kind: 'found', name });
  }
  const others = check ? members.filter(({ name }) => !resolutions.has(name)) : [];
  if (others.length > 0) {
    for (const [typed, found] of await directory.resolve(others)) resolutions.set(typed, found);
  }
  return { resolutions, findGroup: () => Promise.resolve(group) };
}

function isPadded(name: string): boolean {
  return name !== name.trim();
}
