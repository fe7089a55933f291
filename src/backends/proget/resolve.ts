import { distance } from 'fastest-levenshtein';
import type { MemberRef } from '../../domain/group.ts';
import { foldName, NameIndex, type NameMatch } from '../../domain/names.ts';
import { NearAccounts } from '../../domain/near-accounts.ts';
import type { Resolution } from '../port.ts';
import type { SecurityGroup, SecurityUser } from './convert.ts';

/** Unknown names that near ones are looked for: each is compared with everybody. */
const SUGGESTED = 200;

/**
 * Who exists: a name is known if the server lists the user, or if any group
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
  const grouped = new NameIndex((await groups())?.flatMap((group) => group.users ?? []));
  let accounts: NearAccounts | undefined;
  let called: ReadonlyMap<string, readonly string[]> | undefined;
  let suggested = 0;
  for (const name of left) {
    const match = foundIn(listed, grouped, name);
    if (match.kind === 'one') resolved.set(name, { kind: 'found', name: match.name });
    else if (match.kind === 'ambiguous') resolved.set(name, match);
    else if (users === undefined) resolved.set(name, { kind: 'unchecked', name: name.trim() });
    else {
      accounts ??= new NearAccounts([...listed.names(), ...grouped.names()], distance);
      called ??= accountsByText(users);
      const near =
        ++suggested > SUGGESTED ? [] : (called.get(foldName(name.trim())) ?? accounts.of(name));
      resolved.set(name, { kind: 'unknown', near });
    }
  }
  return resolved;
}

/** Exactly as typed in either list, else as names compare: first among the users. */
function foundIn(listed: NameIndex, grouped: NameIndex, name: string): NameMatch {
  if (listed.hasExact(name) || grouped.hasExact(name)) return { kind: 'one', name };
  const match = listed.findTyped(name);
  return match.kind === 'none' ? grouped.findTyped(name) : match;
}

/** User names by display name and e-mail address: of a name that is only near it is not certain whose it is. */
function accountsByText(users: readonly SecurityUser[]): ReadonlyMap<string, readonly string[]> {
  const byText = new Map<string, string[]>();
  for (const { name, displayName, email } of users) {
    for (const text of new Set([foldName(displayName ?? ''), foldName(email ?? '')])) {
      if (text === '') continue;
      const names = byText.get(text);
      if (names === undefined) byText.set(text, [name]);
      else names.push(name);
    }
  }
  return byText;
}
