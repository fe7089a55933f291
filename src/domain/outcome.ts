import type { MemberChange } from './change.ts';
import type { Group, MemberUser } from './group.ts';
import { STOPS } from './guards.ts';
import type { PlanPlace } from './place.ts';

/**
 * What became of one change. `planned`: a dry run, where it would write; `not-tried`: never sent, for
 * a reason that is not about this row; `unknown`: sent, and whether it took effect could not be read.
 */
export type OutcomeWord =
  | 'added'
  | 'already-member'
  | 'removed'
  | 'already-absent'
  | 'planned'
  | 'no-such-user'
  | 'refused'
  | 'failed'
  | 'not-tried'
  | 'unknown';

/** The kinds of failure that a single row can have; each has an exit code in errors.ts. */
export type FailureKind =
  | 'unauthorized'
  | 'network'
  | 'safety'
  | 'internal'
  | 'server'
  | 'protocol'
  | 'refused'
  | 'not-found'
  | 'ambiguous'
  | 'config';

/** Why a row did not come out as asked; `kind` decides the exit code. */
export interface OutcomeError {
  readonly kind: FailureKind;
  readonly code: string;
  readonly message: string;
  readonly status?: number;
  readonly requestId?: string;
  /** The server's own name of the error; for the run's error. */
  readonly serverError?: string;
  readonly details?: unknown;
  /** The write was sent and never answered: it may still take effect. */
  readonly mayApply?: true;
  /** The run had written nothing when it stopped; for the run's error. */
  readonly nothingWritten?: boolean;
  /** What to do next; for people, not part of a row's JSON. */
  readonly hint?: string;
  /** The server's text; for the run's error, not part of a row's JSON and never journaled. */
  readonly body?: string;
}

export interface MemberOutcome extends MemberChange {
  readonly outcome: OutcomeWord;
  /** True if the state was read from the server and shows it. */
  readonly verified: boolean;
  readonly user?: MemberUser | undefined;
  readonly error?: OutcomeError;
}

/** True for a change that was sent and may have taken effect, or may yet. */
export function isInDoubt({ outcome, error }: MemberOutcome): boolean {
  return outcome === 'unknown' || error?.mayApply === true;
}

/** True for a failure after which a read showed the change: the server answered with an error, and did it. */
export function isAppliedDespiteError({ error }: Pick<MemberOutcome, 'error'>): boolean {
  return error?.code === 'answered-but-applied';
}

/** What the summary calls each outcome, in its order. */
const SUMMARY_KEYS = {
  added: 'added',
  'already-member': 'alreadyMember',
  removed: 'removed',
  'already-absent': 'alreadyAbsent',
  planned: 'planned',
  'no-such-user': 'noSuchUser',
  refused: 'refused',
  failed: 'failed',
  'not-tried': 'notTried',
  unknown: 'unknown',
} as const satisfies Record<OutcomeWord, string>;

/** How many rows came out so. */
export type OutcomeSummary = Record<(typeof SUMMARY_KEYS)[OutcomeWord], number>;

/** The result of a command that changes members, as `--json` prints it (schema 1). */
export interface ChangeResult {
  readonly source: string;
  readonly kind: string;
  readonly group: Group;
  readonly dryRun: boolean;
  readonly outcomes: readonly MemberOutcome[];
  readonly summary: OutcomeSummary;
  readonly run?: string;
  readonly place?: PlanPlace;
  /** A guard objected before anything was sent: the rows say what was not done because of it. */
  readonly stopped?: boolean;
  /** The time from the read of the base to the answer was longer than the settle time: see docs/concurrency.md. */
  readonly lateWrite?: boolean;
}

export function summarize(outcomes: readonly MemberOutcome[]): OutcomeSummary {
  const zeros = Object.values(SUMMARY_KEYS).map((key) => [key, 0]);
  const summary = Object.fromEntries(zeros) as OutcomeSummary;
  for (const { outcome } of outcomes) summary[SUMMARY_KEYS[outcome]]++;
  return summary;
}

const DONE: ReadonlySet<OutcomeWord> = new Set([
  'added',
  'already-member',
  'removed',
  'already-absent',
  'planned',
]);

export function isDone(outcome: OutcomeWord): boolean {
  return DONE.has(outcome);
}

/** The kind of a row that did not come out as asked. */
function failureKind(row: MemberOutcome): FailureKind {
  if (row.error !== undefined) return row.error.kind;
  if (row.outcome === 'no-such-user') return 'not-found';
  if (row.outcome === 'unknown') return 'safety';
  return row.outcome === 'refused' ? 'refused' : 'server';
}

/**
 * Of several kinds of failure with nothing done the gravest stands: exit 3, 6, 8, 1, 5, 4. All of them
 * come before `config` and `ambiguous`, which share one exit code (2): of those the first stands.
 */
const GRAVEST_FIRST: readonly FailureKind[] = [
  'unauthorized',
  'network',
  'safety',
  'internal',
  'server',
  'protocol',
  'refused',
  'not-found',
];

/**
 * The one kind of failure that stands for a whole run, or undefined when every row is done: some
 * done and some not is `partial`; none done is the kind that all share, else the gravest.
 */
export function verdict(outcomes: readonly MemberOutcome[]): FailureKind | 'partial' | undefined {
  const failures = outcomes.filter((row) => !isDone(row.outcome));
  if (failures.length === 0) return undefined;
  // Without the group nothing of it is done.
  if (failures.some(({ error }) => error?.code === 'group-gone')) return 'not-found';
  // Rows that were in effect before are no part of a run that was stopped before it changed
  // anything.
  const changed = outcomes.some(({ outcome }) => outcome === 'added' || outcome === 'removed');
  if (!changed && failures.every(({ error }) => STOPS.has(error?.code ?? ''))) return 'safety';
  if (failures.length < outcomes.length) return 'partial';
  const kinds = new Set(failures.map(failureKind));
  return gravest(kinds) ?? [...kinds][0];
}

/** Of several kinds of failure the one that stands for all; undefined for kinds no row can have. */
export function gravest(kinds: ReadonlySet<string>): FailureKind | undefined {
  return GRAVEST_FIRST.find((kind) => kinds.has(kind));
}

/** The failed row that stands for the verdict, to say it in words. */
export function leadingFailure(outcomes: readonly MemberOutcome[]): MemberOutcome | undefined {
  const failures = outcomes.filter((row) => !isDone(row.outcome));
  const kinds = new Set(failures.map(failureKind));
  const standing = gravest(kinds);
  return failures.find((row) => failureKind(row) === standing) ?? failures[0];
}
