import type { DirectPermission, PersonalKey, Known } from './account.ts';
import type { Group } from './group.ts';
import {
  isAppliedDespiteError,
  isDone,
  isInDoubt,
  type MemberOutcome,
  type OutcomeError,
} from './outcome.ts';

/** The result of removing a leaver, source by source. */

/** The removal of the person from one group. */
export interface GroupRemoval {
  readonly group: Group;
  /** The name of the group, with its slug if another group has the same name. */
  readonly label: string;
  /** A row for each spelling that the group has, mostly one. */
  readonly outcomes: readonly MemberOutcome[];
  readonly run?: string;
}

/** `kept`: deleting was not asked for; `unknown`: sent, and no list shows whether it took effect. */
export type KeyWord =
  'kept' | 'planned' | 'deleted' | 'refused' | 'failed' | 'unknown' | 'not-tried';

export interface KeyOutcome extends PersonalKey {
  readonly outcome: KeyWord;
  /** The record of its deletion, which cannot be undone. */
  readonly run?: string;
  readonly error?: OutcomeError;
}

/**
 * `nobody`: nobody has that name there; `not-mapped`: the map names nobody there; `declined`: the one
 * with that name is somebody else; `not-reached`: the source could not be asked.
 */
type SourceState = 'found' | 'nobody' | 'not-mapped' | 'declined' | 'not-reached';

export interface OffboardSource {
  readonly source: string;
  /** Something is done that the journal does not hold. */
  readonly unrecorded?: OutcomeError;
  readonly kind?: string;
  readonly state: SourceState;
  /** As the server spells it. */
  readonly member?: string;
  readonly groups: readonly GroupRemoval[];
  /** Members whose name differs by spaces around it; they were left alone. */
  readonly padded?: readonly { readonly group: Group; readonly member: string }[];
  readonly permissions: Known<DirectPermission>;
  readonly apiKeys: Known<KeyOutcome>;
  readonly feedKeys?: readonly PersonalKey[];
  /** Why the source could not be asked, or why its keys could not be deleted as asked. */
  readonly error?: OutcomeError;
}

export interface OffboardResult {
  readonly dryRun: boolean;
  /** Every source was asked. */
  readonly several: boolean;
  /** As typed. */
  readonly member: string;
  readonly sources: readonly OffboardSource[];
}

export interface OffboardSummary {
  sources: number;
  notReached: number;
  groupsRemoved: number;
  /** Another client removed the person first. */
  groupsAlreadyAbsent: number;
  groupsPlanned: number;
  groupsNotRemoved: number;
  /** Sent, and nobody knows whether it took effect. */
  groupsUnknown: number;
  keysDeleted: number;
  keysPlanned: number;
  keysNotDeleted: number;
  /** Sent, and nobody knows whether it took effect. */
  keysUnknown: number;
  keysKept: number;
  /** Sources whose keys were to be deleted and could not be listed. */
  keysNotKnown: number;
  permissionsKept: number;
}

export function listOf<T>(known: Known<T>): readonly T[] {
  return 'list' in known ? known.list : [];
}

/** The rows of a group that are not done. */
export function failuresOf({ outcomes }: GroupRemoval): MemberOutcome[] {
  return outcomes.filter(({ outcome }) => !isDone(outcome));
}

/** True if the person is known to be in the group still. */
export function isLeft(removal: GroupRemoval): boolean {
  return failuresOf(removal).some((row) => !isInDoubt(row) && !isOut(row));
}

/** True if the person is out of the group, or the group is gone; of a failure, too. */
export function isOut(row: MemberOutcome): boolean {
  return isDone(row.outcome) || isAppliedDespiteError(row) || row.error?.code === 'group-gone';
}

/** True for a key that was to be deleted and was not. */
export function isKeyFailure({ outcome }: KeyOutcome): boolean {
  return outcome !== 'kept' && outcome !== 'planned' && outcome !== 'deleted';
}

/** The count of the summary that a group belongs to: what is not done of it comes first. */
function countOf(removal: GroupRemoval): keyof OffboardSummary {
  if (isLeft(removal)) return 'groupsNotRemoved';
  const words = new Set(removal.outcomes.map(({ outcome }) => outcome));
  if (removal.outcomes.some(isInDoubt)) return 'groupsUnknown';
  if (removal.outcomes.some(isRemoval)) return 'groupsRemoved';
  return words.has('planned') ? 'groupsPlanned' : 'groupsAlreadyAbsent';
}

/** True for a removal that this run made. */
export function isRemoval(row: MemberOutcome): boolean {
  return row.outcome === 'removed' || isAppliedDespiteError(row);
}

export function summarizeOffboard(sources: readonly OffboardSource[]): OffboardSummary {
  const counts = sources.flatMap(({ groups }) => groups.map(countOf));
  const groups = (count: keyof OffboardSummary): number =>
    counts.filter((each) => each === count).length;
  const words = sources.flatMap(({ apiKeys }) => listOf(apiKeys)).map(({ outcome }) => outcome);
  const keys = (...of: KeyWord[]): number => words.filter((word) => of.includes(word)).length;
  return {
    sources: sources.length,
    notReached: sources.filter(({ state }) => state === 'not-reached').length,
    groupsRemoved: groups('groupsRemoved'),
    groupsAlreadyAbsent: groups('groupsAlreadyAbsent'),
    groupsPlanned: groups('groupsPlanned'),
    groupsNotRemoved: groups('groupsNotRemoved'),
    groupsUnknown: groups('groupsUnknown'),
    keysDeleted: keys('deleted'),
    keysPlanned: keys('planned'),
    keysNotDeleted: keys('refused', 'failed', 'not-tried'),
    keysUnknown: keys('unknown'),
    keysKept: keys('kept'),
    keysNotKnown: sources.filter(({ state, error }) => state === 'found' && error !== undefined)
      .length,
    permissionsKept: sources.flatMap(({ permissions }) => listOf(permissions)).length,
  };
}

/** A guard objects to some of it, so a real run would do none of it. */
export function asNotTried(source: OffboardSource): OffboardSource {
  const { groups, apiKeys } = source;
  const notTried = <T extends { readonly outcome: string }>(row: T): T =>
    row.outcome === 'planned' ? { ...row, outcome: 'not-tried' } : row;
  return {
    ...source,
    groups: groups.map((each) => ({ ...each, outcomes: each.outcomes.map(notTried) })),
    apiKeys: 'list' in apiKeys ? { list: apiKeys.list.map(notTried) } : apiKeys,
  };
}
