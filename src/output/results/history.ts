import { WITHOUT_GROUP } from '../../domain/group.ts';
import type { OutcomeWord } from '../../domain/outcome.ts';
import type { RowState, RunEnd, RunSummary } from '../../state/journal/record.ts';
import { summaryWords } from './change.ts';
import type { Presentation } from '../present.ts';
import type { Table } from '../table.ts';
import { safeText } from '../safe-text.ts';
import { cutTo } from '../text-width.ts';

/** The runs in the journal, as they are printed. */

export interface History {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** How many there are. */
  readonly total: number;
  /** With `--member`: what became of that member, by run. */
  readonly member?: {
    readonly name: string;
    readonly outcomes: ReadonlyMap<string, readonly MemberWord[]>;
  };
}

/** What became of a row: its outcome or, without one, its state. */
export type MemberWord = OutcomeWord | RowState;

export function presentHistory(history: History): Presentation {
  const { runs, member } = history;
  const ofMember = ({ run }: RunSummary): readonly MemberWord[] => member?.outcomes.get(run) ?? [];
  const resumedBy = new Map(runs.map(({ run, resumes }) => [resumes, run]));
  const result = (record: RunSummary): string => whatCame(record, resumedBy.get(record.run));
  const forEyes = (run: RunSummary): string => {
    const words = ofMember(run).map((word) => WORDS[word] ?? word);
    return words.length === 0
      ? result(run)
      : `${member?.name ?? ''} ${words.join(', ')}; ${result(run)}`;
  };
  return {
    json: runs.map((run) =>
      member === undefined ? runFields(run) : { ...runFields(run), memberOutcomes: ofMember(run) },
    ),
    csv: {
      columns: [
        'run',
        'at',
        'state',
        'command',
        'source',
        'kind',
        'group',
        'exit',
        'result',
        'reason',
        'undoes',
        'resumes',
        'actor',
        'about',
        ...(member === undefined ? [] : ['memberOutcomes']),
      ],
      rows: runs.map((record) => [
        record.run,
        record.at,
        record.state,
        record.command,
        record.source,
        record.kind,
        groupOf(record)?.name,
        record.end?.exit,
        result(record),
        record.reason,
        record.undoes,
        record.resumes,
        record.actor,
        record.about,
        ...(member === undefined ? [] : [ofMember(record).join(', ')]),
      ]),
    },
    human: () => runs.map((run) => plainLine(run, forEyes(run))),
    table: ({ columns }) => tableOf(runs, forEyes, columns),
    below: ({ style }) =>
      history.total > runs.length
        ? [style.faint(`${runs.length} of ${history.total} runs; --all lists them all`)]
        : [],
  };
}

const WORDS: Readonly<Partial<Record<MemberWord, string>>> = {
  'already-member': 'already a member',
  'already-absent': 'already absent',
  'no-such-user': 'not found',
  'not-tried': 'not tried',
  unknown: 'in doubt',
  'in-doubt': 'in doubt',
  untouched: 'not tried',
};

/** What the list and `history show` say alike in JSON. */
export function runFields(run: RunSummary): object {
  const { end, state, problem, ...facts } = run;
  return {
    run: facts.run,
    at: facts.at,
    state,
    command: facts.command,
    source: facts.source,
    kind: facts.kind,
    url: facts.url,
    group: groupOf(facts),
    about: facts.about,
    by: facts.by,
    reason: facts.reason,
    undoes: facts.undoes,
    resumes: facts.resumes,
    endedAt: end?.at,
    exit: end?.exit,
    summary: end?.summary,
    error: end?.error,
    outcome: end?.outcome,
    problem,
    actor: facts.actor,
    activeOn: facts.activeOn,
  };
}

/** The group of a run; undefined for a run that is about something else. */
export function groupOf({ group }: Pick<RunSummary, 'group'>): RunSummary['group'] {
  return group?.name === WITHOUT_GROUP.name ? undefined : group;
}

/** The name of the group, or what else it is about; `-` where the record does not say. */
function aboutOf(run: RunSummary): string {
  return groupOf(run)?.name ?? run.about ?? run.group?.name ?? '';
}

/**
 * What came of a run, in a few words.
 *
 * @param resumedBy the run that resumed it
 */
function whatCame(run: RunSummary, resumedBy: string | undefined): string {
  const { state, end, undoes, resumes, activeOn } = run;
  const later = resumedBy === undefined ? state : `${state}, resumed by ${resumedBy}`;
  const open = activeOn === undefined ? later : `active on ${activeOn}`;
  const words = end !== undefined ? endWords(end) : open;
  if (undoes !== undefined) return `${words} (undoes ${undoes})`;
  return resumes === undefined ? words : `${words} (resumes ${resumes})`;
}

/** How a run ended, in a few words. */
export function endWords({ exit, summary, error, outcome, result }: RunEnd): string {
  const code = exit === 0 ? '' : ` (exit ${exit})`;
  if (summary !== undefined) return `${summaryWords(summary)}${code}`;
  const words = outcome ?? result;
  if (words !== undefined) return `${words}${code}`;
  return exit === 0 ? 'done' : `${error ?? 'failed'}${code}`;
}

/** `2026-11-28T08:41Z`: a time to the minute. */
function toTheMinute(iso: string): string {
  return iso.replace(/:\d\d\.\d+Z$/, 'Z');
}

/** One line a run, its fields with tabs between them, for `cut` and `awk`: the reason and who are last. */
function plainLine(record: RunSummary, result: string): string {
  const { run, at, command = '', source = '', reason = '', actor } = record;
  const fields = [run, at, command, source, aboutOf(record), result];
  if (reason !== '' || actor !== undefined) fields.push(reason);
  if (actor !== undefined) fields.push(actor);
  return fields.map(safeText).join('\t');
}

/** Where the width of the terminal is not known, longer names are cut. */
const WIDEST = 40;

function tableOf(
  runs: readonly RunSummary[],
  resultOf: (run: RunSummary) => string,
  columns: number | undefined,
): Table {
  const cut = (cell = ''): string => (columns === undefined ? cutTo(cell, WIDEST) : cell);
  // Only a shared store knows who.
  const by = runs.some(({ actor }) => actor !== undefined) ? ['BY'] : [];
  const why = runs.some(({ reason }) => reason !== undefined) ? ['REASON'] : [];
  return {
    head: ['RUN', 'WHEN', 'COMMAND', 'SOURCE', 'ABOUT', ...by, ...why, 'RESULT'],
    below: 'COMMAND',
    rows: runs.map((record) => {
      const { run, at, command = '', source = '', actor = '' } = record;
      // The beginning is the same in almost every line.
      const short = command.replace(/^security (groups (?=members ))?/, '');
      const names = [short, source, aboutOf(record)];
      if (by.length > 0) names.push(actor);
      const reason = why.map(() => cut(record.reason));
      const cells = [run, toTheMinute(at), ...names.map(cut), ...reason, resultOf(record)];
      return { cells, isBad: record.end?.exit !== 0 };
    }),
  };
}

/** `Run:     01JX3M…`: one line of the facts of a run. */
export function fact(name: string, value: string): string {
  return `${`${name}:`.padEnd(9)}${safeText(value)}`;
}
