import type { GroupDirectory } from '../../backends/port.ts';
import type { Deps } from '../../cli/deps.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { Group } from '../../domain/group.ts';
import { foldName } from '../../domain/names.ts';
import { forShell, inQuotes } from '../../domain/shorten.ts';
import { memberNames } from '../group-state.ts';

/** Members with spaces around their names, which a name without them does not mean. */

/**
 * Says of members that are not to be removed, because a blank makes theirs another name: you should
 * not believe that they are gone.
 */
export async function warnPadded(
  removals: readonly MemberChange[],
  group: Group,
  directory: GroupDirectory,
  { warn }: Pick<Deps, 'warn'>,
): Promise<void> {
  // No request where the whole list was read just now, and without a list there is nothing to say.
  if (!directory.readsAllMembers || group.memberCount === undefined) return;
  const names = await memberNames(group, directory);
  const padded = names.filter((name) => name !== name.trim());
  if (padded.length === 0) return;
  const removed = new Set(removals.map(({ member }) => member));
  const folded = new Set(removals.map(({ member }) => foldName(member)));
  for (const name of new Set(padded)) {
    if (removed.has(name) || !folded.has(foldName(name.trim()))) continue;
    warn(`Not removed: ${paddedWords(name, group, 'remove that member')}`);
  }
}

/** The note about a member who is left alone, because the name differs by a space. */
export function paddedWords(
  member: string,
  { name: group }: Group,
  purpose: 'remove that member' | 'name that account',
): string {
  return `${inQuotes(member)}, with a space before or after the name, is in ${inQuotes(group)}. To ${purpose}, use --member=${forShell(member)}.`;
}
