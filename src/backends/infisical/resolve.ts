import { distance } from 'fastest-levenshtein';
import type { MemberRef, MemberType } from '../../domain/group.ts';
import { NearAccounts } from '../../domain/near-accounts.ts';
import { sameName } from '../../domain/names.ts';
import type { Resolution } from '../port.ts';
import type { ListedUser } from './convert.ts';
import type { LookupCache } from '../per-member/lookup-cache.ts';
import type { Seen, MemberStore } from '../per-member/member-store.ts';

export interface ResolveContext {
  /** Takes what is read here, so that the change that follows need not read it again. */
  readonly known: LookupCache;
  readonly storeOf: (type: MemberType) => MemberStore;
  /** Users to suggest from. */
  readonly suggestions: (typed: string) => Promise<readonly ListedUser[]>;
}

/** Unknown names that near ones are looked for; each may cost two reads. */
const SUGGESTED = 3;

/** Who exists in the organization, as the list of one group tells. */
export async function resolveNames(
  refs: readonly MemberRef[],
  groupId: string,
  { known, storeOf, suggestions }: ResolveContext,
): Promise<Map<string, Resolution>> {
  const resolved = new Map<string, Resolution>();
  for (const type of ['user', 'identity'] as const) {
    const names = refs.filter((ref) => ref.type === type).map(({ name }) => name);
    if (names.length === 0) continue;
    const seen = await storeOf(type).look(groupId, names, { patient: true });
    known.put(groupId, type, seen);
    let suggested = 0;
    for (const name of names) {
      const state = seen.get(name);
      if (state?.kind !== 'none') resolved.set(name, resolution(name, state));
      else {
        const asks = type === 'user' && ++suggested <= SUGGESTED;
        const near = asks ? nearTo(name, await suggestions(name)) : [];
        resolved.set(name, { kind: 'unknown', near });
      }
    }
  }
  return resolved;
}

/** Which of these names are members, as far as that is known; asked for those with blanks around. */
export async function membersAmong(
  groupId: string,
  names: readonly string[],
  known: LookupCache,
  users: MemberStore,
): Promise<Map<string, string>> {
  // Without the blanks it may be somebody else's name.
  const padded = names.filter((name) => name !== name.trim());
  if (padded.length > 0) known.put(groupId, 'user', await users.look(groupId, padded));
  return known.membersAmong(groupId, names);
}

/** Whose e-mail address it is, and then whose name is like it. */
function nearTo(typed: string, users: readonly ListedUser[]): string[] {
  const owners = users.filter(({ email }) => email && sameName(email, typed.trim()));
  const names = users.map(({ username }) => username);
  const near = new NearAccounts(names, distance).of(typed);
  return [...new Set([...owners.map(({ username }) => username), ...near])].slice(0, 3);
}

function resolution(name: string, state: Exclude<Seen, { kind: 'none' }> | undefined): Resolution {
  if (state?.kind === 'one') return { kind: 'found', name: state.name };
  if (state?.kind === 'ambiguous') return state;
  return { kind: 'unchecked', name: name.trim() };
}
