import type { MemberChange } from './change.ts';
import { foldNames, foldName, NameIndex } from './names.ts';

/** True if no two of these can mean one member, whatever the group holds. */
export function areOneEach(changes: readonly MemberChange[]): boolean {
  if (changes.some(({ member, requested }) => member !== requested)) return false;
  return new Set(foldNames(changes.map(({ member }) => member))).size === changes.length;
}

/** How the names of a group compare. */
export interface Naming {
  /** The server takes names for the same that differ in case only. */
  readonly caseless: boolean;
  /** The members that the group has; where case counts nobody asks. */
  readonly held: readonly string[];
}

/**
 * One change for each member, the first that means him. A group may hold two spellings of a name all
 * the same: a name typed as the group spells somebody is that member.
 */
export function onePerMember(
  changes: readonly MemberChange[],
  { caseless, held }: Naming,
): MemberChange[] {
  const index = new NameIndex(caseless ? held : []);
  const exact = new Set(index.names());
  const seen = new Set<string>();
  const once: MemberChange[] = [];
  for (const typed of changes) {
    const { op, type, requested, member } = typed;
    const isHeld = op === 'add' && requested !== member && exact.has(requested);
    const change = isHeld ? { ...typed, member: requested } : typed;
    const match = index.find(change.member);
    const isFolded = caseless && match.kind !== 'one';
    const name = match.kind === 'one' ? match.name : change.member;
    // A name that the group holds is no other one in another case.
    const key = `${op} ${type} ${isFolded ? `~${foldName(name)}` : `=${name}`}`;
    if (seen.has(key)) continue;
    seen.add(key);
    once.push(change);
  }
  return once;
}
