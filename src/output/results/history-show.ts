import { groupLabel, WITHOUT_GROUP } from '../../domain/group.ts';
import {
  isFinal,
  memberOf,
  type RowState,
  type RunRecord,
  type RunRow,
} from '../../state/journal/record.ts';
import { endWords, fact, runFields } from './history.ts';
import { callLines } from './history-calls.ts';
import { LongList } from '../long-list.ts';
import type { CsvRow } from '../csv.ts';
import type { HumanView, Presentation } from '../present.ts';
import { safeName, safeText } from '../safe-text.ts';
import { counted } from '../../domain/counted.ts';

/** One run of the journal, and what can still be done about it. */
export interface ShownRun {
  readonly record: RunRecord;
  readonly next?: Next;
}

interface Next {
  /** Rows for `resume`: without a final outcome, here and in later runs. */
  readonly left: number;
  /** Rows for `undo` that were not undone. */
  readonly undoable: number;
  /** The runs that took rows of it back. */
  readonly undone: readonly string[];
}

export function presentRun({ record: run, next }: ShownRun): Presentation {
  const { rows } = run;
  return {
    // There may be 100,000 rows: only what is printed is made.
    get json() {
      return runDocument(run);
    },
    get csv() {
      return { columns: COLUMNS, rows: rows.map(csvRow) };
    },
    human: (view) => plannedLines(run, next, view),
  };
}

const COLUMNS = 'member requested type op state outcome verified file line error'.split(' ');

function csvRow(row: RunRow): CsvRow {
  const { change, state, outcome } = row;
  return [
    memberOf(row),
    change.requested,
    change.type,
    change.op,
    state,
    outcome?.outcome,
    outcome?.verified,
    change.row?.file,
    change.row?.line,
    outcome?.error?.message,
  ];
}

function runDocument(run: RunRecord): object {
  const { cutShort } = run;
  const open = run.activeOn === undefined ? 'unfinished' : 'active';
  const state = run.end === undefined ? open : 'finished';
  return {
    schema: 1,
    ...runFields({ ...run, state }),
    cutShort,
    states: countStates(run.rows),
    calls: run.calls,
    rows: new LongList(run.rows, rowDocument),
  };
}

function rowDocument(row: RunRow): object {
  const { change, state, outcome, sent } = row;
  const { requested, type, op, row: origin } = change;
  return {
    member: memberOf(row),
    requested,
    type,
    op,
    state,
    final: isFinal(row),
    sent,
    outcome: outcome?.outcome,
    verified: outcome?.verified,
    row: origin,
    error: outcome?.error,
  };
}

interface StateCounts {
  done: number;
  notDone: number;
  inDoubt: number;
  untouched: number;
}

const COUNTED: Readonly<Record<RowState, keyof StateCounts>> = {
  done: 'done',
  'not-done': 'notDone',
  'in-doubt': 'inDoubt',
  untouched: 'untouched',
};

function countStates(rows: readonly RunRow[]): StateCounts {
  const counts = { done: 0, notDone: 0, inDoubt: 0, untouched: 0 };
  for (const { state } of rows) counts[COUNTED[state]]++;
  return counts;
}

function* plannedLines(
  record: RunRecord,
  next: Next | undefined,
  view: HumanView,
): Generator<string> {
  const { style } = view;
  const { run, end, group, about, rows, source, url, reason, undoes, resumes } = record;
  // The sandbox has no address, and a source without a name is called by it.
  const where = url === undefined || url === source || !/^https?:/.test(url) ? '' : `, ${url}`;
  yield fact('Run', run);
  yield fact('Command', record.command);
  yield fact('Source', `${source} (${record.kind}${where})`);
  if (group.name !== WITHOUT_GROUP.name) yield fact('Group', groupLabel(group));
  else if (about !== undefined) yield fact('About', about);
  yield fact('Began', record.at);
  if (record.actor !== undefined) yield fact('By', record.actor);
  yield fact('Ended', end === undefined ? unfinished(record) : `${end.at}: ${endWords(end)}`);
  if (reason !== undefined) yield fact('Reason', reason);
  if (undoes !== undefined) yield fact('Undoes', undoes);
  if (resumes !== undefined) yield fact('Resumes', resumes);
  if (rows.length === 0) yield* callLines(record);
  for (const row of rows) yield rowLine(row, view);
  if (next !== undefined) yield* hints(record, next).map((hint) => style.faint(hint));
}

function unfinished({ rows, calls, activeOn }: RunRecord): string {
  if (activeOn !== undefined) return `not yet: active on ${activeOn}`;
  const { done, notDone, inDoubt, untouched } = countStates(rows);
  const why = 'not yet: it was killed, or is under way';
  if (rows.length === 0)
    return calls.length === 0 ? `${why}; nothing was sent` : `${why}; in doubt`;
  return `${why}; ${done} done, ${notDone} not done, ${inDoubt} in doubt, ${untouched} untouched`;
}

const STATE_WORDS: Readonly<Record<RowState, string>> = {
  done: 'done',
  'not-done': 'not done',
  'in-doubt': 'in doubt',
  untouched: 'untouched',
};

function rowLine(row: RunRow, { style }: HumanView): string {
  const { change, state, outcome } = row;
  const member = safeName(memberOf(row));
  // `failed` would contradict it.
  const word = outcome === undefined || state === 'in-doubt' ? '' : `: ${outcome.outcome}`;
  const checked = state === 'done' && outcome?.verified === false ? ' (not verified)' : '';
  const why = outcome?.error === undefined ? '' : `. ${safeText(outcome.error.message)}`;
  const text = `${STATE_WORDS[state].padEnd(9)}  ${change.op} ${member}${safeText(word)}${checked}${why}`;
  return state === 'not-done' || state === 'in-doubt' ? style.bad(text) : text;
}

function hints({ run }: RunRecord, { left, undoable: ours, undone }: Next): string[] {
  return [
    ...(undone.length === 0 ? [] : [`Undone by ${undone.join(', ')}`]),
    ...(left === 0 ? [] : [`Finish the remaining ${counted(left, 'row')}: groupctl resume ${run}`]),
    ...(ours === 0 ? [] : [`Undo it (${counted(ours, 'row')}): groupctl undo ${run}`]),
  ];
}
