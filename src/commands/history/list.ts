import { didYouMean } from '../../domain/sentences.ts';
import { SUMMARIES } from '../../cli/root-help.ts';
import type { Deps } from '../../cli/deps.ts';
import { bothGivenError } from '../../errors.ts';
import type { HistoryFilter } from '../../operations/history/filter.ts';
import { type Register, type Verb, verb, type VerbResult } from '../../cli/verb.ts';
import { addOutputOptions } from '../../cli/options.ts';
import { counted } from '../../domain/counted.ts';
import { defined } from '../../domain/defined.ts';
import { shortened } from '../../domain/shorten.ts';
import type { History, MemberWord } from '../../output/results/history.ts';
import type { Runs } from '../../state/store.ts';
import { endOfDay, parseAge } from './age.ts';

export interface Options extends Omit<
  HistoryFilter,
  'since' | 'until' | 'url' | 'organizationSlug'
> {
  readonly since?: string;
  readonly until?: string;
  readonly limit?: number;
  readonly all?: boolean;
}

const NOBODY_ON_RECORD =
  'Only a shared store records who ran a command; --by finds nothing in the state folder.';

/** How many runs a terminal gets; whatever reads a pipe gets all. */
const SHOWN = 20;

const HISTORY_JSON = `[{"run","at","state","command"?,"source"?,"kind"?,"url"?,"group"?,"about"?,"by"?,"reason"?,"undoes"?,"resumes"?,
  "endedAt"?,"exit"?,"summary"?,"error"?,"outcome"?,"problem"?,"actor"?,"activeOn"?,"memberOutcomes"?:[…]}]
state: finished, unfinished (killed or under way), active (shared store), damaged, unreadable
memberOutcomes (with --member): what became of that member`;

/** `history`, with `history list`, which is the same, and other verbs below it. */
export function withList(below: readonly Register[]): Register {
  return historyVerb('history', [historyVerb('list'), ...below]);
}

function historyVerb(name: 'history' | 'list', below: readonly Register[] = []): Register {
  const facts: Verb<Options, History> = {
    name,
    summary: name === 'list' ? 'The same as "groupctl history".' : SUMMARIES.history,
    options: (add) => {
      add.number('--limit <n>', `number of runs (default: ${SHOWN} on a terminal, else all)`, {
        integer: true,
        min: 1,
        max: 1_000_000,
      });
      add.flag('--all', 'all runs');
      add.value('--source <name|url>', 'only runs on this source');
      add.value('--group <group>', 'only runs about this group');
      add.value('--member <name>', 'only runs about this member');
      add.value('--by <text>', 'only runs by this user, host or CI job (shared store)');
      add.value('--since <age>', 'only runs since then: 30m, 12h, 7d, 2w or 2025-12-31 (UTC)');
      add.value('--until <age>', 'only runs until then, with all of that day');
      addOutputOptions(add);
    },
    examples:
      name === 'list'
        ? ['groupctl history list', 'groupctl history list --limit=5 --json']
        : [
            'groupctl history',
            'groupctl history --limit=5 --json',
            'groupctl history show latest',
            'groupctl history prune --older-than=30d',
          ],
    isList: true,
    json: HISTORY_JSON,
    exitCodes: [
      [0, 'listed'],
      [2, 'usage, or a journal folder that cannot be read'],
    ],
    run,
    present: async () => (await import('../../output/results/history.ts')).presentHistory,
  };
  return verb(facts, below);
}

/** The newest runs. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<History>> {
  const { limit, all } = options;
  if (all === true && limit !== undefined) {
    throw bothGivenError('--all', '--limit');
  }
  const forEyes = deps.io.stdout.isTTY && deps.output.format === 'human';
  const most = limit ?? (all === true || !forEyes ? Infinity : SHOWN);
  const { NO_RUNS } = await import('../../state/journal/files.ts');
  const { sourceNamed, storeOfRuns } = await import('../../operations/history/store-of-runs.ts');
  const store = await storeOfRuns(options.source, deps);
  const { warnOfFuture } = await import('../../state/journal/clock.ts');
  const { wantedRuns } = await import('../../operations/history/filter.ts');
  const { source, group, member, by } = options;
  const since = momentOf('--since', options.since, deps);
  const until = momentOf('--until', options.until, deps);
  const named = source === undefined ? undefined : await sourceNamed(source, deps);
  const { url, organizationSlug } = named ?? {};
  const filter = { ...options, ...defined({ since, until, url, organizationSlug }) };
  const isFiltered = [source, group, member, by, since, until].some((each) => each !== undefined);
  let unreadable = 0;
  const isWanted = wantedRuns(filter, store.runs, () => (unreadable += 1));
  const runs = await store.runs.list(most, isFiltered ? isWanted : undefined);
  const ids = await store.runs.ids();
  await warnOfFuture(store.runs, ids[0], deps);
  if (runs.length === 0) {
    deps.warn(isFiltered && ids.length > 0 ? 'No such runs.' : NO_RUNS);
    if (by !== undefined && !store.isShared) deps.warn(NOBODY_ON_RECORD);
    await warnNearFilters(filter, store.runs, deps);
  }
  if (unreadable > 0) {
    const records = `${counted(unreadable, 'record')} cannot be read and may be about this`;
    deps.warn(`${records}. To see which, list all runs: groupctl history --all`);
  }
  const total = isFiltered ? runs.length : Math.max(ids.length, runs.length);
  if (member === undefined) return { result: { runs, total } };
  const { outcomesOf } = await import('../../operations/history/filter.ts');
  const outcomes = new Map<string, readonly MemberWord[]>();
  for (const { run: id } of runs) outcomes.set(id, await outcomesOf(member, id, store.runs));
  return { result: { runs, total, member: { name: member.trim(), outcomes } } };
}

/** A misspelled name finds nothing, as if nothing had happened. */
async function warnNearFilters(filter: HistoryFilter, runs: Runs, deps: Deps): Promise<void> {
  const { nearFilters } = await import('../../operations/history/filter.ts');
  const sources = filter.source === undefined ? [] : (await deps.sources()).list();
  const names = sources.map(({ name }) => name);
  const near = await nearFilters(filter, names, runs);
  const question = didYouMean(near.map(shortened));
  if (question !== undefined) deps.warn(question);
}

/** The moment that --since or --until names. */
function momentOf(
  option: '--since' | '--until',
  typed: string | undefined,
  { clock }: Deps,
): string | undefined {
  if (typed === undefined) return undefined;
  const now = clock.now();
  const at = now - parseAge(option, typed, now, 'mhdw');
  return new Date(option === '--until' ? endOfDay(typed, at) : at).toISOString();
}
