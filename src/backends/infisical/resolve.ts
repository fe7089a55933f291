import { distance } from 'fastest-levenshtein';
import type { MemberRef, MemberType } from '../../domain/group.ts';
import { NearAccounts } from '../../domain/near-accounts.ts';
import { NameIndex, sameName } from '../../domain/names.ts';
import type { Resolution } from '../port.ts';
import type { ListedUser } from './convert.ts';
import type { LookupCache } from '../per-member/lookup-cache.ts';
import type { MemberLookup, MemberStore } from '../per-member/member-store.ts';

interface ResolveContext {
  /** Takes what is read here, so that the change that follows need not read it again. */
  readonly known: LookupCache;
  readonly storeOf: (type: MemberType) => MemberStore;
  /** Users to suggest from. */
  readonly suggestions: (groupId: string, typed: string) => Promise<readonly ListedUser[]>;
}

/** Unknown names that near ones are looked for; each may cost two reads. */
const SUGGESTED = 3;

/**
 * Who exists in the organization, as the list of one group shows: without a group there is no list
 * about.
 */
export async function resolveNames(
  refs: readonly MemberRef[],
  groupId: string | undefined,
  { known, storeOf, suggestions }: ResolveContext,
): Promise<Map<string, Resolution>> {
  if (groupId === undefined) {
    return new Map(refs.map(({ name }) => [name, { kind: 'unchecked', name: name.trim() }]));
  }
  const resolved = new Map<string, Resolution>();
  for (const type of ['user', 'identity'] as const) {
    const names = refs.filter((ref) => ref.type === type).map(({ name }) => name);
    if (names.length === 0) continue;
    const lookups = await storeOf(type).lookUp(groupId, names, { patient: true });
    known.put(groupId, type, lookups);
    let suggested = 0;
    for (const name of names) {
      const state = lookups.get(name);
      if (state?.kind !== 'none') resolved.set(name, resolution(name, state));
      else {
        const asks = type === 'user' && ++suggested <= SUGGESTED;
        const near = asks ? nearTo(name, await suggestions(groupId, name)) : [];
        resolved.set(name, { kind: 'unknown', near });
      }
    }
  }
  return resolved;
}

/** The users in the group whose names have these very blanks at their ends. */
export async function paddedMembers(
  groupId: string,
  names: readonly string[],
  known: LookupCache,
  users: MemberStore,
): Promise<NameIndex> {
  const padded = names.filter((name) => name !== name.trim());
  if (padded.length === 0) return new NameIndex();
  const lookups = await users.lookUp(groupId, padded);
  known.put(groupId, 'user', lookups);
  const members = padded.filter((name) => {
    const state = lookups.get(name);
    return state?.kind === 'one' && state.isMember && state.name === name;
  });
  return new NameIndex(members);
}

/** Whose e-mail address or full name it is, and where it is nobody's, whose user name is like it. */
function nearTo(typed: string, users: readonly ListedUser[]): string[] {
  const isTheirs = ({ email, firstName, lastName }: ListedUser): boolean => {
    const fullName = [firstName, lastName].filter(Boolean).join(' ');
    return [email, fullName].some((text) => text && sameName(text, typed.trim()));
  };
  const owners = new Set(users.filter(isTheirs).map(({ username }) => username));
  if (owners.size > 0) return [...owners].slice(0, 3);
  const names = users.map(({ username }) => username);
  return new NearAccounts(names, distance).of(typed);
}

function resolution(
  name: string,
  state: Exclude<MemberLookup, { kind: 'none' }> | undefined,
): Resolution {
  if (state?.kind === 'one') return { kind: 'found', name: state.name };
  if (state?.kind === 'ambiguous') return state;
  return { kind: 'unchecked', name: name.trim() };
}
