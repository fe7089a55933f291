import { WITHOUT_GROUP } from '../../domain/group.ts';
import type { RunEnd, RunSummary } from '../../state/journal/record.ts';
import { summaryWords } from './change.ts';
import type { Presentation } from '../present.ts';
import type { Table } from '../table.ts';
import { safeText } from '../safe-text.ts';
import { cutTo } from '../text-width.ts';
import { counted } from '../../domain/counted.ts';

/** The runs in the journal, as they are printed. */

export interface History {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** How many there are. */
  readonly total: number;
}

export interface Pruned {
  readonly dryRun: boolean;
  /** ISO 8601: what began before this was old enough. */
  readonly before: string;
  readonly pruned: readonly string[];
  readonly underWay: readonly string[];
  readonly kept: number;
}

export function presentHistory(history: History): Presentation {
  const { runs } = history;
  const resumedBy = new Map(runs.map(({ run, resumes }) => [resumes, run]));
  const result = (run: RunSummary): string => whatCame(run, resumedBy.get(run.run));
  return {
    json: runs.map(runFields),
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
      ],
      rows: runs.map((run) => [
        run.run,
        run.at,
        run.state,
        run.command,
        run.source,
        run.kind,
        groupOf(run)?.name,
        run.end?.exit,
        result(run),
        run.reason,
        run.undoes,
        run.resumes,
        run.actor,
        run.about,
      ]),
    },
    human: () => runs.map((run) => plainLine(run, result(run))),
    table: () => tableOf(runs, result),
    below: ({ style }) =>
      history.total > runs.length
        ? [style.faint(`${runs.length} of ${history.total} runs; --all lists them all`)]
        : [],
  };
}

/** What the list and `history show` say alike in JSON. */
export function runFields(run: RunSummary): object {
  const { end, state, noPlan, problem, ...facts } = run;
  return {
    run: facts.run,
    at: facts.at,
    state,
    noPlan,
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
  const { state, noPlan, end, undoes, resumes, activeOn } = run;
  const later = resumedBy === undefined ? state : `${state}, resumed by ${resumedBy}`;
  const open = activeOn === undefined ? later : `active on ${activeOn}`;
  const words = end !== undefined ? endWords(end) : noPlan ? 'unfinished, wrote nothing' : open;
  if (undoes !== undefined) return `${words} (undoes ${undoes})`;
  return resumes === undefined ? words : `${words} (resumes ${resumes})`;
}

/** How a run ended, in a few words. */
export function endWords({ exit, summary, error, outcome }: RunEnd): string {
  const code = exit === 0 ? '' : ` (exit ${exit})`;
  if (summary !== undefined) return `${summaryWords(summary)}${code}`;
  if (outcome !== undefined) return `${outcome}${code}`;
  return exit === 0 ? 'done' : `${error ?? 'failed'}${code}`;
}

/** A time for people: here and to the minute. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** One line a run, its fields with tabs between them, for `cut` and `awk`: the reason and who are last. */
function plainLine(run: RunSummary, result: string): string {
  const { command = '', source = '', reason = '', actor } = run;
  const fields = [run.run, run.at, command, source, aboutOf(run), result];
  if (reason !== '' || actor !== undefined) fields.push(reason);
  if (actor !== undefined) fields.push(actor);
  return fields.map(safeText).join('\t');
}

/** Longer names are cut, so that the table stays one. */
const WIDEST = 40;

function tableOf(runs: readonly RunSummary[], resultOf: (run: RunSummary) => string): Table {
  // Only a shared store knows who.
  const by = runs.some(({ actor }) => actor !== undefined) ? ['BY'] : [];
  const why = runs.some(({ reason }) => reason !== undefined) ? ['REASON'] : [];
  return {
    head: ['RUN', 'WHEN', 'COMMAND', 'SOURCE', 'ABOUT', ...by, ...why, 'RESULT'],
    rows: runs.map((run) => {
      // The same in almost every line.
      const command = (run.command ?? '').replace(/^security (groups (?=members ))?/, '');
      const names = [command, run.source ?? '', aboutOf(run)];
      if (by.length > 0) names.push(run.actor ?? '');
      const cut = names.map((cell) => cutTo(cell, WIDEST));
      const reason = why.map(() => cutTo(run.reason ?? '', WIDEST));
      const cells = [run.run, localTime(run.at), ...cut, ...reason, resultOf(run)];
      return { cells, isBad: !isGood(run) };
    }),
  };
}

function isGood({ end }: RunSummary): boolean {
  return end?.exit === 0;
}

export function presentPruned(result: Pruned): Presentation {
  const { dryRun, before, pruned, underWay, kept } = result;
  return {
    json: { dryRun, before, pruned, underWay, kept },
    csv: {
      columns: ['run', 'outcome'],
      rows: [
        ...pruned.map((run) => [run, dryRun ? 'planned' : 'removed']),
        ...underWay.map((run) => [run, 'kept']),
      ],
    },
    human: ({ isTTY }) => {
      const when = isTTY ? localTime(before) : before;
      const what =
        pruned.length === 0
          ? `No runs older than ${when}.`
          : `${dryRun ? 'Would remove' : 'Removed'} ${counted(pruned.length, 'run')} from before ${when}; ${kept} ${kept === 1 ? 'is' : 'are'} kept.`;
      return [
        what,
        ...underWay.map((run) => `Kept ${run}: it has no end yet and was written to just now.`),
      ];
    },
  };
}

/** `Run:     01JX3M…`: one line of the facts of a run. */
export function fact(name: string, value: string): string {
  return `${`${name}:`.padEnd(9)}${safeText(value)}`;
}
