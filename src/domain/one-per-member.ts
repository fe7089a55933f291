import type { MemberChange } from './change.ts';
import { type Accounts, foldNames, foldName, NameIndex } from './names.ts';

/** The members of changes as names compare ({@link foldNames}). */
interface MemberKeys {
  readonly keys: readonly string[];
  /** No two of them are the same. */
  readonly areDistinct: boolean;
}

/** Made once for each list of changes: more than one step needs them. */
const known = new WeakMap<readonly MemberChange[], MemberKeys>();

export function memberKeys(changes: readonly MemberChange[]): MemberKeys {
  const made = known.get(changes);
  if (made !== undefined) return made;
  const keys = foldNames(changes.map(({ member }) => member));
  const memberKeys = { keys, areDistinct: new Set(keys).size === keys.length };
  known.set(changes, memberKeys);
  return memberKeys;
}

/** True if no two of these can mean one member, whatever the group holds. */
export function areOneEach(changes: readonly MemberChange[]): boolean {
  if (changes.some(({ member, requested }) => member !== requested)) return false;
  return memberKeys(changes).areDistinct;
}

/** How the names of a group compare. */
interface Naming {
  /** The members that the group has. */
  readonly members: readonly string[];
  /** Which names are one account's. */
  readonly accounts: Accounts;
}

/**
 * One change for each member, the first that names them. A group may hold two spellings of a name
 * all the same: a name typed as the group spells somebody is that member.
 */
export function onePerMember(
  changes: readonly MemberChange[],
  { members, accounts }: Naming,
): MemberChange[] {
  const index = new NameIndex(members, accounts);
  const exact = new Set(index.names());
  const seen = new Set<string>();
  const once: MemberChange[] = [];
  for (const typed of changes) {
    const { op, type, requested, member } = typed;
    const isHeld = op === 'add' && requested !== member && exact.has(requested);
    const change = isHeld ? { ...typed, member: requested } : typed;
    const match = index.find(change.member);
    const isFolded = match.kind !== 'one' && !accounts.has(change.member);
    const name = match.kind === 'one' ? match.name : change.member;
    // A name that the group holds is no other one in another case.
    const key = `${op} ${type} ${isFolded ? `~${foldName(name)}` : `=${name}`}`;
    if (seen.has(key)) continue;
    seen.add(key);
    once.push(change);
  }
  return once;
}
