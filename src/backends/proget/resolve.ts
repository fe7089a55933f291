import { distance } from 'fastest-levenshtein';
import type { MemberRef } from '../../domain/group.ts';
import { NameIndex } from '../../domain/names.ts';
import { nearest } from '../../domain/near.ts';
import type { Resolution } from '../port.ts';
import type { SecurityGroup, SecurityUser } from './convert.ts';

/** Unknown names that near ones are looked for: each is compared with everybody. */
const SUGGESTED = 200;

/**
 * Who exists (design section 7): a name is known if the server lists the user, or if any group
 * holds it, as directory accounts are in groups and not in the list. Where the users are not
 * listed, a name that no group holds cannot be called unknown: it is `unchecked`.
 *
 * @param groups asked only when a name is not among the users
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
    const match = listed.find(name);
    if (match.kind === 'one') resolved.set(name, { kind: 'found', name: match.name });
    else if (match.kind === 'ambiguous') resolved.set(name, match);
    else left.push(name);
  }
  if (left.length === 0) return resolved;
  const held = new NameIndex((await groups())?.flatMap((group) => group.users ?? []));
  let candidates: Set<string> | undefined;
  let suggested = 0;
  for (const name of left) {
    const match = held.find(name);
    if (match.kind === 'one') resolved.set(name, { kind: 'found', name: match.name });
    else if (match.kind === 'ambiguous') resolved.set(name, match);
    else if (users === undefined) resolved.set(name, { kind: 'unchecked', name });
    else {
      candidates ??= new Set([...listed.names(), ...held.names()]);
      const near = ++suggested > SUGGESTED ? [] : nearest(name, candidates, distance);
      resolved.set(name, { kind: 'unknown', near });
    }
  }
  return resolved;
}
