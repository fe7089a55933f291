import { defined } from '../../domain/defined.ts';
import { lineInFile } from '../../domain/change.ts';
import {
  type ChangeResult,
  type MemberOutcome,
  type OutcomeError,
  type OutcomeSummary,
  isDone,
} from '../../domain/outcome.ts';
import { LongList } from '../long-list.ts';
import type { CsvRow } from '../csv.ts';
import type { HumanView, Presentation } from '../present.ts';
import { safeName, safeText } from '../safe-text.ts';
import { placeLine } from './plan.ts';

/** A membership change, as it is printed. */
export function presentChange(result: ChangeResult, as: ChangeVariant = {}): Presentation {
  return {
    // Of 100,000 rows only what is printed is made.
    get json() {
      return { ...changeDocument(result), ...as.more };
    },
    get csv() {
      return outcomesCsv(result.outcomes);
    },
    // What stopped all of it appears once, as the error.
    human: (view) =>
      result.stopped === true
        ? []
        : withPlace(result, view, as.human?.(view) ?? changeLines(result, view)),
  };
}

/** On a terminal a plan says first what it is about. */
function withPlace(
  { dryRun, group, place }: ChangeResult,
  { isTTY, style }: HumanView,
  lines: Iterable<string>,
): Iterable<string> {
  if (!isTTY || !dryRun || place === undefined) return lines;
  return [style.faint(safeText(placeLine(place, group.name))), ...lines];
}

/** What another command that changes members prints besides, or differently. */
interface ChangeVariant {
  readonly more?: object;
  readonly human?: Presentation['human'];
}

const COLUMNS = ['member', 'requested', 'type', 'op', 'outcome', 'verified', 'error'] as const;

/** Rows that came from a file say where they stood in it. */
function outcomesCsv(outcomes: readonly MemberOutcome[]): Presentation['csv'] {
  const hasFile = outcomes.some(({ row }) => row !== undefined);
  const rows = new LongList(outcomes, (row: MemberOutcome): CsvRow => {
    const { member, requested, type, op, outcome, verified, error, row: origin } = row;
    const cells = [member, requested, type, op, outcome, verified, error?.message];
    return hasFile ? [...cells, origin?.file, origin?.line] : cells;
  });
  return { columns: hasFile ? [...COLUMNS, 'file', 'line'] : COLUMNS, rows };
}

/** Schema 1: fields are only ever added within a schema number. */
function changeDocument(result: ChangeResult): object {
  const { source, kind, group, dryRun, outcomes, summary, run, lateWrite } = result;
  return {
    schema: 1,
    source,
    kind,
    group,
    dryRun,
    outcomes: new LongList(outcomes, outcomeRow),
    summary,
    ...(run === undefined ? {} : { run }),
    ...(lateWrite === true ? { lateWrite } : {}),
  };
}

function outcomeRow(outcome: MemberOutcome): object {
  const { member, requested, type, op, outcome: word, verified, user, row, error } = outcome;
  return {
    member,
    requested,
    type,
    op,
    outcome: word,
    verified,
    ...(user === undefined ? {} : { user }),
    ...(row === undefined ? {} : { row }),
    ...defined({ error: outcomeError(error) }),
  };
}

/** The error of a row, as JSON has it. */
export function outcomeError(error: OutcomeError | undefined): object | undefined {
  if (error === undefined) return undefined;
  const { code, message, status, requestId, details, mayApply } = error;
  return { code, message, status, requestId, details, mayApply };
}

/** A line for each outcome, and a last one where there are several. */
export function* changeLines(
  { group, outcomes, summary }: ChangeResult,
  { style }: HumanView,
): Generator<string> {
  const [only] = outcomes;
  // One row that failed is the run's own error, which stderr says.
  if (outcomes.length === 1 && only !== undefined && !isDone(only.outcome)) return;
  const name = safeName(group.name);
  if (only === undefined) yield `${name}: nothing to do.`;
  for (const row of outcomes) {
    const line = outcomeLine(row, name);
    yield row.outcome === 'added' ? style.good(line) : isDone(row.outcome) ? line : style.bad(line);
  }
  // Only a dry run has such rows, and there may be 100,000 others.
  const planned = summary.planned === 0 ? [] : plannedWords(outcomes);
  const counts = [...planned, ...countWords(summary)];
  if (outcomes.length > 1) yield `${name}: ${counts.join(', ')}.`;
}

/** `would add 2`, `would remove 1`: what a dry run would change. */
function plannedWords(outcomes: readonly MemberOutcome[]): string[] {
  return (['add', 'remove'] as const).flatMap((op) => {
    const count = countPlanned(outcomes, op);
    return count === 0 ? [] : [`would ${op} ${count}`];
  });
}

export function countPlanned(outcomes: readonly MemberOutcome[], op: MemberOutcome['op']): number {
  return outcomes.filter((row) => row.outcome === 'planned' && row.op === op).length;
}

/** A row of a run over several groups, or with a run of its own. */
interface OutcomeContext {
  /** A sentence about a failure names the group, too. */
  readonly isOneOfSeveral?: boolean;
  readonly dryRun?: boolean;
  readonly run?: string | undefined;
}

/**
 * One outcome in a sentence.
 *
 * @param group its name, safe to print
 */
export function outcomeLine(
  row: MemberOutcome,
  group: string,
  { isOneOfSeveral = false, dryRun = false, run }: OutcomeContext = {},
): string {
  const member = safeName(row.member);
  const adds = row.op === 'add';
  const done = adds ? 'added' : 'removed';
  const inGroup = isOneOfSeveral ? ` ${adds ? 'to' : 'from'} ${group}` : '';
  const runs = run === undefined ? [] : [`run ${run}`];
  const notes = noted(row.verified ? runs : ['not verified', ...runs]);
  const why = row.error === undefined ? '' : ` ${safeText(row.error.message)}`;
  const place = isDone(row.outcome) ? '' : safeText(lineInFile(row.row));
  switch (row.outcome) {
    case 'added':
      return `Added ${member} to ${group}${notes}.`;
    case 'removed':
      return `Removed ${member} from ${group}${notes}.`;
    case 'already-member':
      return `${member} is already a member of ${group}; nothing to do.`;
    case 'already-absent':
      return `${member} is not a member of ${group}; nothing to do.`;
    case 'planned':
      return adds ? `Would add ${member} to ${group}.` : `Would remove ${member} from ${group}.`;
    case 'no-such-user':
      if (isOneOfSeveral) return `${place}${member} was not ${done}${inGroup}:${why}`;
      return `${place}${why === '' ? `There is no user named "${safeText(row.member)}".` : why.trim()}`;
    case 'refused':
    case 'failed':
      if (row.error?.mayApply === true)
        return `${place}It is not known yet whether ${member} was ${done}${inGroup}${noted(runs)}:${why}`;
      return `${place}${member} ${dryRun ? 'would not be' : 'was not'} ${done}${inGroup}:${why}`;
    case 'not-tried':
      return `${place}${notTriedLine(isOneOfSeveral ? `${member} in ${group}` : member, row.error)}`;
    case 'unknown':
      return `${place}Unknown whether ${member} was ${done}${inGroup}${noted(runs)}:${why}`;
  }
}

/** `djones: not tried (interrupted).` */
function notTriedLine(what: string, error: OutcomeError | undefined): string {
  if (error === undefined) return `${what}: not tried.`;
  return error.code === 'interrupted'
    ? `${what}: not tried (interrupted).`
    : `${what}: not tried. ${safeText(error.message)}`;
}

function noted(notes: readonly string[]): string {
  return notes.length === 0 ? '' : ` (${notes.join(', ')})`;
}

const SUMMARY_WORDS: readonly (readonly [keyof OutcomeSummary, string])[] = [
  ['added', 'added'],
  ['alreadyMember', 'already a member'],
  ['removed', 'removed'],
  ['alreadyAbsent', 'already absent'],
  ['noSuchUser', 'not found'],
  ['refused', 'refused'],
  ['failed', 'failed'],
  ['notTried', 'not tried'],
  ['unknown', 'in doubt'],
];

/** `3 added, 1 already a member`; counts of zero are left out. */
export function summaryWords(summary: OutcomeSummary): string {
  return countWords(summary).join(', ') || 'nothing to do';
}

function countWords(summary: OutcomeSummary): string[] {
  return SUMMARY_WORDS.flatMap(([key, word]) =>
    summary[key] === 0 ? [] : [`${summary[key]} ${word}`],
  );
}
