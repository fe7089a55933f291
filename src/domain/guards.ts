import type { MemberChange } from './change.ts';
import { foldName, NameIndex, sameButForCase } from './names.ts';

/**
 * Guards stop a change that removes more members than was meant. They check the very members that
 * the write is merged into; when one objects, nothing is sent.
 */

export interface GuardLimits {
  /** Of the members that the group has; one member may always go. */
  readonly maxRemovalPercent: number;
  readonly maxRemovals: number;
  readonly allowEmpty: boolean;
  readonly allowProtected: boolean;
  readonly allowSelf: boolean;
}

export const DEFAULT_LIMITS: GuardLimits = {
  maxRemovalPercent: 25,
  maxRemovals: 50,
  allowEmpty: false,
  allowProtected: false,
  allowSelf: false,
};

export interface GuardFacts {
  /** Members that are not removed unless that is asked for. */
  readonly protectedMembers: readonly string[];
  /** Those of these members that a typed name may mean. */
  readonly near: (typed: string, members: readonly string[]) => readonly string[];
  /** The names of groupctl's own account on the server; none where they are not known. */
  readonly self: readonly string[];
  /** False: the base is not the whole list, so that shares of it cannot be told. */
  readonly hasAllMembers: boolean;
}

const GUARD_CODES = [
  'too-many-removals',
  'would-empty-group',
  'protected-member',
  'protect-misspelled',
  'removes-self',
] as const;

/** Why a run as a whole was stopped, and not a row of it: a guard, or the group is another by now. */
export const STOPS: ReadonlySet<string> = new Set([...GUARD_CODES, 'group-changed']);

/** One objection: the limit that objects, and what it is about. */
export type GuardStop =
  | {
      readonly code: 'removes-self' | 'protected-member';
      readonly limit: 'allowSelf' | 'allowProtected';
      readonly members: readonly string[];
    }
  | {
      /** Names to protect that no member has, and members that would go and may be meant. */
      readonly code: 'protect-misspelled';
      readonly limit: 'allowProtected';
      readonly names: readonly string[];
      readonly members: readonly string[];
    }
  | { readonly code: 'would-empty-group'; readonly limit: 'allowEmpty' }
  | {
      readonly code: 'too-many-removals';
      readonly limit: 'maxRemovalPercent' | 'maxRemovals';
      /** What the limit is. */
      readonly allowed: number;
      /** The value of the limit that would be enough. */
      readonly needed: number;
      /** Members that would go. */
      readonly removed: number;
      /** Members that the group has. */
      readonly members: number;
    };

/** What the guards object to in these changes, the gravest first; none: the write may go out. */
export function checkGuards(
  base: readonly string[],
  changes: readonly MemberChange[],
  limits: GuardLimits,
  facts: GuardFacts,
): GuardStop[] {
  const { removed, rows, left } = removalsFrom(base, changes);
  if (removed.length === 0) return [];
  return [
    ...removesSelf(removed, limits, facts),
    ...removesProtected(base, removed, limits, facts),
    ...misspelledProtect(base, removed, limits, facts),
    ...wouldEmptyGroup(base, left, limits, facts),
    ...tooManyRemovals(base, rows, limits, facts),
  ];
}

/** True if a share of the members has to be known, and so all of them. */
export function needsAllMembers({ maxRemovalPercent, allowEmpty }: GuardLimits): boolean {
  return maxRemovalPercent < 100 || !allowEmpty;
}

/**
 * The members that would go, how many rows of the list that is, as it may repeat a name, and how
 * many rows there would be afterwards.
 */
function removalsFrom(
  base: readonly string[],
  changes: readonly MemberChange[],
): { removed: string[]; rows: number; left: number } {
  const index = new NameIndex(base);
  const removed = new Set<string>();
  for (const { op, member } of changes) {
    const match = op === 'remove' ? index.find(member) : undefined;
    if (match?.kind === 'one') removed.add(match.name);
  }
  const added = new Set<string>();
  for (const { op, member } of changes) {
    if (op === 'remove') continue;
    const match = index.find(member);
    // A name in another Unicode form than that of somebody who goes is added because it is another account's.
    const isTwin =
      match.kind === 'one' && removed.has(match.name) && !sameButForCase(match.name, member);
    if (match.kind === 'none' || isTwin) added.add(foldName(member));
  }
  const rows = base.filter((member) => removed.has(member)).length;
  return { removed: [...removed], rows, left: base.length - rows + added.size };
}

function removesSelf(
  removed: readonly string[],
  { allowSelf }: GuardLimits,
  { self }: GuardFacts,
): GuardStop[] {
  const members = among(removed, self);
  if (allowSelf || members.length === 0) return [];
  return [{ code: 'removes-self', limit: 'allowSelf', members }];
}

function removesProtected(
  base: readonly string[],
  removed: readonly string[],
  { allowProtected }: GuardLimits,
  { protectedMembers }: GuardFacts,
): GuardStop[] {
  if (allowProtected || protectedMembers.length === 0) return [];
  const kept = new Set(among(base, protectedMembers));
  const members = removed.filter((name) => kept.has(name));
  if (members.length === 0) return [];
  return [{ code: 'protected-member', limit: 'allowProtected', members }];
}

function misspelledProtect(
  base: readonly string[],
  removed: readonly string[],
  { allowProtected }: GuardLimits,
  { protectedMembers, near }: GuardFacts,
): GuardStop[] {
  if (allowProtected) return [];
  const unused = [...new Set(protectedMembers)].filter((name) => among(base, [name]).length === 0);
  // A name with blanks around it is that of another account, and no misspelling.
  const meant = unused.map((name) => ({
    name,
    members: near(name, removed).filter((member) => member.trim() !== name.trim()),
  }));
  const names = meant.filter(({ members }) => members.length > 0).map(({ name }) => name);
  if (names.length === 0) return [];
  const members = [...new Set(meant.flatMap((each) => each.members))];
  return [{ code: 'protect-misspelled', limit: 'allowProtected', names, members }];
}

function wouldEmptyGroup(
  base: readonly string[],
  left: number,
  { allowEmpty }: GuardLimits,
  { hasAllMembers }: GuardFacts,
): GuardStop[] {
  if (allowEmpty || !hasAllMembers || base.length === 0 || left > 0) return [];
  return [{ code: 'would-empty-group', limit: 'allowEmpty' }];
}

function tooManyRemovals(
  { length: members }: readonly string[],
  removed: number,
  { maxRemovalPercent, maxRemovals }: GuardLimits,
  { hasAllMembers }: GuardFacts,
): GuardStop[] {
  const code = 'too-many-removals';
  const stops: GuardStop[] = [];
  const allowedByShare = Math.max(1, (members * maxRemovalPercent) / 100);
  if (hasAllMembers && removed > allowedByShare) {
    const needed = Math.ceil((removed / members) * 100);
    const allowed = maxRemovalPercent;
    stops.push({ code, limit: 'maxRemovalPercent', allowed, needed, removed, members });
  }
  if (removed > maxRemovals) {
    const allowed = maxRemovals;
    stops.push({ code, limit: 'maxRemovals', allowed, needed: removed, removed, members });
  }
  return stops;
}

/** The members that one of these names means, found as a typed name is; in any case. */
function among(members: readonly string[], names: readonly string[]): string[] {
  const held = new Set(members);
  const wanted = new Set(names.map((name) => foldName(held.has(name) ? name : name.trim())));
  return members.filter((name) => wanted.has(foldName(name)));
}
