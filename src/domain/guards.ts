import type { MemberChange } from './change.ts';
import { foldName, NameIndex } from './names.ts';
import { quotedIfPadded } from './shorten.ts';

/**
 * What keeps a change of many members from doing harm nobody meant: it is asked of the very members
 * that the write is merged into, and when it objects, nothing is sent.
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
  readonly groupName: string;
  /** Members that are not removed unless that is asked for. */
  readonly protectedMembers: readonly string[];
  /** The names that we ourselves have on the server; none where it is not known. */
  readonly self: readonly string[];
  /** False: the base is not the whole list, so that shares of it cannot be told. */
  readonly whole: boolean;
}

const GUARD_CODES = [
  'too-many-removals',
  'would-empty-group',
  'protected-member',
  'removes-self',
] as const;

export type GuardCode = (typeof GUARD_CODES)[number];

/** Why a run as a whole was stopped, and not a row of it: a guard, or the group is another by now. */
export const STOPS: ReadonlySet<string> = new Set([...GUARD_CODES, 'group-changed']);

/** One objection: what would happen, and the option that allows it. */
export interface GuardStop {
  readonly code: GuardCode;
  readonly message: string;
  readonly option: string;
}

/** What the guards object to in these changes, the gravest first; none: the write may go out. */
export function checkGuards(
  base: readonly string[],
  changes: readonly MemberChange[],
  limits: GuardLimits,
  facts: GuardFacts,
): GuardStop[] {
  const { removed, rows, left } = effectOf(base, changes);
  if (removed.length === 0) return [];
  return [
    ...ourselves(removed, limits, facts),
    ...protectedOnes(base, removed, limits, facts),
    ...emptied(base, left, limits, facts),
    ...tooMany(base, rows, limits, facts),
  ];
}

/** True if a share of the members has to be known, and so all of them. */
export function needsWholeBase({ maxRemovalPercent, allowEmpty }: GuardLimits): boolean {
  return maxRemovalPercent < 100 || !allowEmpty;
}

/**
 * The members that would go, how many rows of the list that is, as it may repeat a name, and how
 * many rows there would be afterwards.
 */
function effectOf(
  base: readonly string[],
  changes: readonly MemberChange[],
): { removed: string[]; rows: number; left: number } {
  const index = new NameIndex(base);
  const removed = new Set<string>();
  const added = new Set<string>();
  for (const { op, member } of changes) {
    const match = index.find(member);
    if (op === 'remove' && match.kind === 'one') removed.add(match.name);
    if (op === 'add' && match.kind === 'none') added.add(foldName(member));
  }
  const rows = base.filter((member) => removed.has(member)).length;
  return { removed: [...removed], rows, left: base.length - rows + added.size };
}

function ourselves(
  removed: readonly string[],
  { allowSelf }: GuardLimits,
  { self, groupName }: GuardFacts,
): GuardStop[] {
  const found = among(removed, self);
  if (allowSelf || found.length === 0) return [];
  const message = `${listed(found)} is the account that groupctl itself uses, and would be removed from ${groupName}`;
  return [{ code: 'removes-self', message, option: '--allow-self' }];
}

function protectedOnes(
  base: readonly string[],
  removed: readonly string[],
  { allowProtected }: GuardLimits,
  { protectedMembers, groupName }: GuardFacts,
): GuardStop[] {
  if (allowProtected || protectedMembers.length === 0) return [];
  const kept = new Set(among(base, protectedMembers));
  const found = removed.filter((name) => kept.has(name));
  if (found.length === 0) return [];
  const message = `${listed(found)} is protected and would be removed from ${groupName}`;
  return [{ code: 'protected-member', message, option: '--allow-protected' }];
}

function emptied(
  base: readonly string[],
  left: number,
  { allowEmpty }: GuardLimits,
  { groupName, whole }: GuardFacts,
): GuardStop[] {
  if (allowEmpty || !whole || base.length === 0 || left > 0) return [];
  const message = `${groupName} would be left without any member`;
  return [{ code: 'would-empty-group', message, option: '--allow-empty' }];
}

function tooMany(
  base: readonly string[],
  count: number,
  { maxRemovalPercent, maxRemovals }: GuardLimits,
  { groupName, whole }: GuardFacts,
): GuardStop[] {
  const stops: GuardStop[] = [];
  const allowed = Math.max(1, (base.length * maxRemovalPercent) / 100);
  if (whole && count > allowed) {
    stops.push({
      code: 'too-many-removals',
      message: `${count} of ${membersOf(base.length)} would be removed from ${groupName}, more than ${maxRemovalPercent} %`,
      option: `--max-removal-percent=${Math.ceil((count / base.length) * 100)}`,
    });
  }
  if (count > maxRemovals) {
    stops.push({
      code: 'too-many-removals',
      message: `${membersOf(count)} would be removed from ${groupName}, more than ${maxRemovals}`,
      option: `--max-removals=${count}`,
    });
  }
  return stops;
}

function membersOf(count: number): string {
  return count === 1 ? '1 member' : `${count} members`;
}

/** The members that one of these names means, found as a typed name is; in any case. */
function among(members: readonly string[], names: readonly string[]): string[] {
  const held = new Set(members);
  const wanted = new Set(names.map((name) => foldName(held.has(name) ? name : name.trim())));
  return members.filter((name) => wanted.has(foldName(name)));
}

/** How many names a sentence takes. */
const NAMED = 5;

function listed(names: readonly string[]): string {
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : '';
  return `${names.slice(0, NAMED).map(quotedIfPadded).join(', ')}${more}`;
}
