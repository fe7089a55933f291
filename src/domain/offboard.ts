import type { DirectPermission, PersonalKey, Known } from './account.ts';
import type { Group } from './group.ts';
import { isDone, type OutcomeError, type OutcomeWord } from './outcome.ts';

/** What became of somebody who leaves, source by source: plain data. */

/** `not-tried`: the run was interrupted before. */
export type StepWord = OutcomeWord | 'not-tried';

/** One group that held the person. */
export interface GroupStep {
  readonly group: Group;
  /** As the group spells it. */
  readonly member: string;
  readonly outcome: StepWord;
  readonly verified: boolean;
  /** What takes it back: `undo RUN`. */
  readonly run?: string;
  readonly error?: OutcomeError;
}

/** `kept`: deleting was not asked for; `unknown`: sent, and no list shows whether it took effect. */
export type KeyWord =
  'kept' | 'planned' | 'deleted' | 'refused' | 'failed' | 'unknown' | 'not-tried';

export interface KeyStep extends PersonalKey {
  readonly outcome: KeyWord;
  /** The record of its deletion; it cannot be taken back. */
  readonly run?: string;
  readonly error?: OutcomeError;
}

/**
 * `nobody`: nobody is called so there; `not-mapped`: the map names nobody there; `declined`: the one
 * who is called so is somebody else; `not-reached`: the source could not be asked.
 */
export type SourceState = 'found' | 'nobody' | 'not-mapped' | 'declined' | 'not-reached';

export interface OffboardSource {
  readonly source: string;
  /** Something is done that the journal does not hold. */
  readonly unrecorded?: OutcomeError;
  readonly kind?: string;
  readonly state: SourceState;
  /** As the server spells it. */
  readonly member?: string;
  readonly groups: readonly GroupStep[];
  /** Members who are called so but for blanks around the name; they were left alone. */
  readonly padded?: readonly { readonly group: Group; readonly member: string }[];
  readonly permissions: Known<DirectPermission>;
  readonly apiKeys: Known<KeyStep>;
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
  /** Somebody else was faster. */
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
  /** Sources on which keys were to be deleted, and nobody knows which there are. */
  keysNotKnown: number;
  permissionsKept: number;
}

export function listOf<T>(told: Known<T>): readonly T[] {
  return 'list' in told ? told.list : [];
}

export function groupsOf({ groups }: Pick<OffboardSource, 'groups'>): Group[] {
  return groups.map(({ group }) => group);
}

export interface GroupSteps {
  readonly group: Group;
  /** One for each spelling that the group holds. */
  readonly steps: readonly GroupStep[];
}

/** The steps group by group: one that spells the person twice is one group. */
export function byGroup(all: readonly GroupStep[]): GroupSteps[] {
  const groups = new Map<string, { group: Group; steps: GroupStep[] }>();
  for (const step of all) {
    const { group } = step;
    const key = group.id ?? group.name;
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { group, steps: [step] });
    else known.steps.push(step);
  }
  return [...groups.values()];
}

/** True for a step that came out as asked. */
export function isStepDone({ outcome }: GroupStep): boolean {
  return outcome !== 'not-tried' && isDone(outcome);
}

/** True for a key that was to be deleted and was not. */
export function isKeyFailure({ outcome }: KeyStep): boolean {
  return outcome !== 'kept' && outcome !== 'planned' && outcome !== 'deleted';
}

/** True for what was sent and may be done: it is neither done nor untouched. */
export function isInDoubt({ outcome }: Pick<GroupStep | KeyStep, 'outcome'>): boolean {
  return outcome === 'unknown';
}

/** What became of one group as a whole: what is not done of it stands before what is. */
function wordOf({ steps }: GroupSteps): keyof OffboardSummary {
  if (steps.some((step) => !isStepDone(step) && !isInDoubt(step))) return 'groupsNotRemoved';
  if (steps.some(isInDoubt)) return 'groupsUnknown';
  const has = (word: StepWord): boolean => steps.some(({ outcome }) => outcome === word);
  if (has('removed')) return 'groupsRemoved';
  return has('planned') ? 'groupsPlanned' : 'groupsAlreadyAbsent';
}

export function summarizeOffboard(sources: readonly OffboardSource[]): OffboardSummary {
  const groups = sources.flatMap((source) => byGroup(source.groups)).map(wordOf);
  const groupsOfWord = (word: keyof OffboardSummary): number =>
    groups.filter((each) => each === word).length;
  const keys = sources.flatMap(({ apiKeys }) => listOf(apiKeys));
  const kept = (word: KeyWord): number => keys.filter(({ outcome }) => outcome === word).length;
  return {
    sources: sources.length,
    notReached: sources.filter(({ state }) => state === 'not-reached').length,
    groupsRemoved: groupsOfWord('groupsRemoved'),
    groupsAlreadyAbsent: groupsOfWord('groupsAlreadyAbsent'),
    groupsPlanned: groupsOfWord('groupsPlanned'),
    groupsNotRemoved: groupsOfWord('groupsNotRemoved'),
    groupsUnknown: groupsOfWord('groupsUnknown'),
    keysDeleted: kept('deleted'),
    keysPlanned: kept('planned'),
    keysNotDeleted: keys.filter((key) => isKeyFailure(key) && !isInDoubt(key)).length,
    keysUnknown: keys.filter(isInDoubt).length,
    keysKept: kept('kept'),
    keysNotKnown: sources.filter(({ state, error }) => state === 'found' && error !== undefined)
      .length,
    permissionsKept: sources.flatMap(({ permissions }) => listOf(permissions)).length,
  };
}

/** A guard objects to some of it, so that a real run would do none of it. */
export function heldBack(source: OffboardSource): OffboardSource {
  const { groups, apiKeys } = source;
  const stays = <T extends { outcome: StepWord | KeyWord }>(step: T): T =>
    step.outcome === 'planned' ? { ...step, outcome: 'not-tried' } : step;
  return {
    ...source,
    groups: groups.map(stays),
    apiKeys: 'list' in apiKeys ? { list: apiKeys.list.map(stays) } : apiKeys,
  };
}
