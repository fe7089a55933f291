import { distance } from 'fastest-levenshtein';
import type { MemberRef } from '../../domain/group.ts';
import { NameIndex, type NameMatch, sameName } from '../../domain/names.ts';
import { NearAccounts } from '../../domain/near-accounts.ts';
import type { Resolution } from '../port.ts';
import type { SecurityGroup, SecurityUser } from './convert.ts';

/** Unknown names that near ones are looked for: each is compared with everybody. */
const SUGGESTED = 200;

/**
 * Who exists (design section 7): a name is known if the server lists the user, or if any group
 * holds it, as directory accounts are in groups and not in the list. What is spelled exactly as
 * typed comes first, wherever it is. Where the users are not listed, a name that no group holds
 * cannot be called unknown: it is `unchecked`.
 *
 * @param groups asked only when a name is not among the users, or not certainly
 */
export async function resolveNames(
  refs: readonly MemberRef[],
  users: readonly SecurityUser[] | undefined,
  groups: () => Promise<readonly SecurityGroup[] | undefined>,
): Promise<Map<string, Resolution>> {
  const resolved = new Map<string, Resolution>();
  const listed = new NameIndex(users?.map(({ name }) => name));
  const left: string[] = [];
  for (const { name } of refs) {
    const match = listed.findTyped(name);
    const isSure = match.kind === 'one' && (match.name === name || name === name.trim());
    if (isSure) resolved.set(name, { kind: 'found', name: match.name });
    else left.push(name);
  }
  if (left.length === 0) return resolved;
  const held = new NameIndex((await groups())?.flatMap((group) => group.users ?? []));
  let accounts: NearAccounts | undefined;
  let suggested = 0;
  for (const name of left) {
    const match = foundIn(listed, held, name);
    if (match.kind === 'one') resolved.set(name, { kind: 'found', name: match.name });
    else if (match.kind === 'ambiguous') resolved.set(name, match);
    else if (users === undefined) resolved.set(name, { kind: 'unchecked', name: name.trim() });
    else {
      accounts ??= new NearAccounts([...listed.names(), ...held.names()], distance);
      const isCompared = ++suggested <= SUGGESTED;
      const called = isCompared ? accountsCalled(name.trim(), users) : [];
      const near = called.length > 0 || !isCompared ? called : accounts.of(name);
      resolved.set(name, { kind: 'unknown', near });
    }
  }
  return resolved;
}

/** Exactly as typed in either list, else as names compare: first among the users. */
function foundIn(listed: NameIndex, held: NameIndex, name: string): NameMatch {
  if (listed.hasExact(name) || held.hasExact(name)) return { kind: 'one', name };
  const match = listed.findTyped(name);
  return match.kind === 'none' ? held.findTyped(name) : match;
}

/** Whose display name or e-mail address it is: of a near name it is not certain that it is theirs. */
function accountsCalled(text: string, users: readonly SecurityUser[]): string[] {
  return users
    .filter(({ displayName, email }) =>
      [displayName, email].some((each) => each && sameName(each, text)),
    )
    .map(({ name }) => name);
}
