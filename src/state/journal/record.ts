import type { MemberChange } from '../../domain/change.ts';
import type { Group } from '../../domain/group.ts';
import {
  isAppliedDespiteError,
  type MemberOutcome,
  type OutcomeSummary,
} from '../../domain/outcome.ts';

/** A run as its journal records it. Types and questions about them, no files. */

/**
 * `done`: the server showed or took it; `not-done`: tried, and it did not happen; `in-doubt`: it was
 * sent, or may have been, and nobody knows; `untouched`: nothing of it was sent.
 */
export type RowState = 'done' | 'not-done' | 'in-doubt' | 'untouched';

export interface RunRow {
  /** Its place in the plan, from 0. */
  readonly index: number;
  readonly change: MemberChange;
  readonly state: RowState;
  /** The last that was recorded. */
  readonly outcome?: RecordedOutcome | undefined;
  /** A call that was about to be made names it. */
  readonly sent: boolean;
  /** The server accepted the last call that names it. */
  readonly accepted: boolean;
}

/** What was recorded of rows; those of one line share it. */
export interface RecordedOutcome extends Pick<MemberOutcome, 'outcome' | 'verified' | 'error'> {
  /** The name that was sent, where the plan has another. */
  readonly member?: string;
}

export interface RunCall {
  /** In words a person knows: `POST groups/update`. */
  readonly call: string;
  readonly at: string;
  /** The name of what it is about, where it is about no row. */
  readonly subject?: string;
  /** What was there before: the list that a write was merged into, a deleted group's members, or one thing as JSON. */
  readonly before?: readonly string[];
  /** What the call creates, as JSON. */
  readonly made?: string;
  /** Of a deleted group: its role in the organization. */
  readonly role?: string;
  /** Of a deleted group: its permissions, each as JSON; absent: they could not be read. */
  readonly permissions?: readonly string[];
  /** Absent: it was under way when the run ended, or the rows that it is about have their own. */
  readonly outcome?: CallOutcome;
  /** The code of what it failed with; of a call that is done, of what came instead of its answer. */
  readonly error?: string;
}

export type CallOutcome = 'done' | 'failed' | 'unknown';

/** What the server answered to a call. */
export interface CallAnswer extends Pick<RunCall, 'error'> {
  readonly outcome: CallOutcome;
  /** What the server created, as JSON: a group has its id from it. */
  readonly made?: string;
}

export interface RunEnd {
  readonly at: string;
  readonly exit: number;
  readonly summary?: OutcomeSummary;
  /** The code of what stopped it. */
  readonly error?: string;
  /** Of a group that was to be deleted and was not: `unlinked` or `already-absent`. */
  readonly outcome?: string;
  /** What came of it in a few words, where no summary counts it: `3 created, 1 failed`. */
  readonly result?: string;
}

/** What the first line says besides the rows; fields that are not here are in {@link RunRecord.header}. */
export interface RunFacts {
  /** The groupctl that wrote it. */
  readonly by: string;
  /** The source's name, or its URL when it has none. */
  readonly source: string;
  readonly kind: string;
  readonly url?: string;
  /** The slug of the sub-organization that the source logged in to; absent: it has none. */
  readonly organizationSlug?: string;
  readonly group: Pick<Group, 'name' | 'id' | 'slug'>;
  /** The command's words, never its arguments. */
  readonly command: string;
  /** Of a run that changes no group, what it is about: `user jsmith`. */
  readonly about?: string;
  /** `--reason`: why it was made. */
  readonly reason?: string;
  /** The run that this one undoes. */
  readonly undoes?: string;
  /** The run that this one resumes. */
  readonly resumes?: string;
}

/** What a shared store knows of a run besides its lines. */
interface StoreFacts {
  /** Who made it: `ci@build-7 (deploy, https://…)`. */
  readonly actor?: string;
  /** Who is making it now. */
  readonly activeOn?: string;
}

/** What is on record of a run: it may have written to the server. */
export interface RunRecord extends StoreFacts, RunFacts {
  readonly run: string;
  /** When it began, ISO 8601. */
  readonly at: string;
  /** The last line is half a line: the process was killed while it wrote, or is writing now. */
  readonly cutShort: boolean;
  readonly rows: readonly RunRow[];
  readonly calls: readonly RunCall[];
  /** Absent: it was killed, or is under way. */
  readonly end?: RunEnd;
  /** Everything in the first line but the rows, also what this groupctl knows nothing about. */
  readonly header: Readonly<Record<string, unknown>>;
}

/**
 * `active`: it has a lock now, on some machine; `unreadable`: of another format than this groupctl reads,
 * or not to be opened.
 */
type RunStateWord = 'finished' | 'unfinished' | 'active' | 'damaged' | 'unreadable';

/** A run in the list: what its first and last lines say. */
export interface RunSummary extends Partial<RunFacts>, StoreFacts {
  readonly run: string;
  readonly at: string;
  readonly state: RunStateWord;
  readonly end?: RunEnd;
  /** Why it is damaged or unreadable, a sentence. */
  readonly problem?: string;
}

/** The calls of a run that the server did. */
export function doneCalls({ calls, end }: RunRecord): readonly RunCall[] {
  return calls.filter(({ outcome }) => outcome === 'done' || end?.exit === 0);
}

/** Those of them that the server answered: what another one created may be somebody else's. */
export function answeredCalls(record: RunRecord): readonly RunCall[] {
  return doneCalls(record).filter(({ error }) => error === undefined);
}

/** True where what the run did is not known. */
export function isUnreadable({ state }: Pick<RunSummary, 'state'>): boolean {
  return state === 'damaged' || state === 'unreadable';
}

/** The run that a run undid or resumed. */
export function earlierOf({
  undoes,
  resumes,
}: Pick<RunSummary, 'undoes' | 'resumes'>): string | undefined {
  return undoes ?? resumes;
}

/** These runs, and all that resumed or undid one of them, or one of those. */
export function withLater(runs: Iterable<string>, all: readonly RunSummary[]): Set<string> {
  const related = new Set(runs);
  // The oldest first: a run comes after the one that it is about.
  for (const each of all.toReversed()) {
    if (related.has(earlierOf(each) ?? '')) related.add(each.run);
  }
  return related;
}

/** The name that was sent, or is to be. */
export function memberOf({ change, outcome }: Pick<RunRow, 'change' | 'outcome'>): string {
  return outcome?.member ?? change.member;
}

/** True if going on with the run leaves this row alone: it is done, or it cannot be. */
export function isFinal({ state, outcome }: Pick<RunRow, 'state' | 'outcome'>): boolean {
  if (state === 'done') return true;
  const word = outcome?.outcome;
  // What was refused because of the credentials may be accepted the next time.
  const isAboutCredentials = outcome?.error?.kind === 'unauthorized';
  return (
    state === 'not-done' && ((word === 'refused' && !isAboutCredentials) || word === 'no-such-user')
  );
}

/**
 * What a row did to the group, as far as the record says:
 *
 * | effect | the record has |
 * | --- | --- |
 * | `seen` | `added` or `removed`, and a read showed it |
 * | `unseen` | `added` or `removed`, and no read has shown it |
 * | `accepted` | the server accepted the call, and nothing is recorded after that |
 * | `despite-error` | the server answered with an error, and then showed the change all the same |
 * | `not-shown` | the server accepted it, and reads did not show it in time |
 * | `in-doubt` | it was sent, and nobody knows |
 * | `found` | `already-member` or `already-absent`: it was so before |
 * | `none` | anything else: it was not sent, or did not happen |
 */
export type RowEffect =
  'seen' | 'unseen' | 'accepted' | 'despite-error' | 'not-shown' | 'in-doubt' | 'found' | 'none';

export function effectOf(row: Pick<RunRow, 'state' | 'outcome' | 'accepted'>): RowEffect {
  const { state, outcome, accepted } = row;
  switch (state) {
    case 'done':
      if (outcome?.outcome !== 'added' && outcome?.outcome !== 'removed') return 'found';
      return outcome.verified ? 'seen' : 'unseen';
    case 'in-doubt':
      return accepted ? 'accepted' : 'in-doubt';
    case 'not-done':
      if (outcome?.error?.code === 'not-kept') return 'not-shown';
      return outcome && isAppliedDespiteError(outcome) ? 'despite-error' : 'none';
    case 'untouched':
      return 'none';
  }
}
