import { lineInFile } from '../../domain/change.ts';
import { firstOf } from '../../domain/first-of.ts';
import type { Group } from '../../domain/group.ts';
import {
  isDone,
  isInDoubt,
  leadingFailure,
  type MemberOutcome,
  type OutcomeWord,
  verdict,
} from '../../domain/outcome.ts';
import { shortened } from '../../domain/shorten.ts';
import { factsOfRow, GroupctlError } from '../../errors.ts';
import { sentences } from '../../domain/sentences.ts';

export interface EndedRun {
  readonly group: Group;
  readonly outcomes: readonly MemberOutcome[];
  /** Rows that were not tried because of the others. */
  readonly notTriedCount?: number;
  /** Its ID; undefined: it has no journal. */
  readonly run?: string | undefined;
  /** By how much the group has grown since it was read; absent: nothing was written. */
  readonly growth?: number;
}

/** What a run with outcomes failed with, in one sentence; undefined when all is done. */
export function runFailure(ended: EndedRun, interrupted: boolean): GroupctlError | undefined {
  const { outcomes, run } = ended;
  const failed = outcomes.filter(({ outcome }) => !isDone(outcome)).length;
  if (interrupted) {
    const done = outcomes.length - failed;
    return new GroupctlError('interrupted', `Interrupted: ${done} of ${outcomes.length} done.`, {
      code: 'interrupted',
      // Without a journal nothing was sent, or --no-journal was given.
      hint: run === undefined || failed === 0 ? undefined : `To go on: groupctl resume ${run}`,
    });
  }
  if (failed === 0) return undefined;
  const kind = verdict(outcomes);
  const leading = leadingFailure(outcomes);
  if (kind === undefined || leading === undefined) return undefined;
  const { error } = leading;
  const facts = {
    code: kind === 'partial' ? 'partial' : (error?.code ?? kind),
    hint: hintOf(outcomes, error, run),
    ...factsOfRow(error),
    nothingWritten:
      (error?.nothingWritten === true && !outcomes.some(isWritten)) ||
      outcomes.every(({ outcome }) => UNSENT_OUTCOMES.has(outcome)),
  };
  return new GroupctlError(kind, sentence(ended, leading), facts);
}

/** Besides what to do about the failure: `resume` looks at what is in doubt, and does the rest of a run. */
function hintOf(
  outcomes: readonly MemberOutcome[],
  error: MemberOutcome['error'],
  run: string | undefined,
): string | undefined {
  const hint = error?.hint;
  const isPartial = outcomes.some(({ outcome }) => isDone(outcome)) && outcomes.some(isForResume);
  // What stopped this run for safety would stop that one, and so would a group that is gone.
  const isStop = error?.kind === 'safety' && error.code !== 'outcome-unknown';
  const isLasting = isStop || error?.kind === 'not-found';
  const mayApply = outcomes.some((row) => row.error?.mayApply);
  if (run === undefined || isLasting || !(mayApply || isPartial)) return hint;
  return sentences(hint, `To go on: groupctl resume ${run}`);
}

/** True for a row that `resume` tries again, or looks for. */
export function isForResume({ outcome, error }: MemberOutcome): boolean {
  if (outcome === 'refused') return error?.kind === 'unauthorized';
  return !isDone(outcome) && outcome !== 'no-such-user';
}

/** What stopped the later rows says nothing of the earlier ones. */
function isWritten({ outcome }: MemberOutcome): boolean {
  return outcome === 'added' || outcome === 'removed' || outcome === 'unknown';
}

/** Outcomes of rows that were not sent; what stopped them is the run's error. */
const UNSENT_OUTCOMES: ReadonlySet<OutcomeWord> = new Set([
  'not-tried',
  'already-member',
  'already-absent',
]);

function sentence(
  { group: { name: groupName }, outcomes, notTriedCount = 0 }: EndedRun,
  leading: MemberOutcome,
): string {
  const all = outcomes.length + notTriedCount;
  if (all === 1) return `${lineInFile(leading.row)}${leading.error?.message ?? leading.outcome}`;
  const unknown = outcomes.filter(({ outcome }) => outcome === 'no-such-user');
  const others = outcomes.filter(({ outcome }) => !isDone(outcome) && outcome !== 'no-such-user');
  if (others.length === 0) {
    const nothing =
      outcomes.length === unknown.length ? `Nothing was written to ${groupName}: ` : '';
    const [only, ...more] = unknown;
    // The result on standard output leaves a single failed row to this sentence.
    if (more.length === 0) return `${nothing}${lineInFile(only?.row)}${only?.error?.message ?? ''}`;
    return `${nothing}${unknownNames(unknown, all)}`;
  }
  const inDoubt = others.filter(isInDoubt);
  const notChanged = others.filter((row) => !isInDoubt(row));
  const are = inDoubt.length === 1 ? 'is' : 'are';
  const which = [
    namedRows(notChanged, `of ${all} members could not be changed in ${groupName}`),
    namedRows(inDoubt, `of ${all} members ${are} in doubt in ${groupName}`),
  ];
  const also = unknown.length === 0 ? undefined : unknownNames(unknown, all);
  return sentences(...which, leading.error?.message, also);
}

function namedRows(rows: readonly MemberOutcome[], what: string): string | undefined {
  return rows.length === 0 ? undefined : `${rows.length} ${what}: ${namesOf(rows)}.`;
}

function unknownNames(unknown: readonly MemberOutcome[], all: number): string {
  const are = unknown.length === 1 ? 'is' : 'are';
  return `${unknown.length} of ${all} names ${are} unknown: ${namesOf(unknown)}.`;
}

function namesOf(rows: readonly MemberOutcome[]): string {
  return firstOf(rows, ({ requested }) => shortened(requested));
}
