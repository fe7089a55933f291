import type { Deps } from '../../cli/deps.ts';
import { type VerbResult, verb, type Verb } from '../../cli/verb.ts';
import { addOutputOptions } from '../../cli/options.ts';
import type { Pruned } from '../../output/results/pruned.ts';
import type { Store } from '../../state/store.ts';
import { parseAge } from './age.ts';

export interface Options {
  readonly olderThan: string;
  readonly dryRun?: boolean;
  readonly source?: string;
}

export const register = verb<Options, Pruned>({
  ...pruneVerb('history prune'),
  exitCodes: [
    [0, 'removed, or nothing was so old'],
    [2, 'usage, or a journal folder that cannot be read or written'],
    [4, 'no such source'],
  ],
  run: async (options, deps) => {
    const { storeToPrune } = await import('../../operations/history/store-of-runs.ts');
    return await pruneRuns(await storeToPrune(options.source, deps), options, deps);
  },
});

/** @param words the command, for its examples */
export function pruneVerb(words: string): Omit<Verb<Options, Pruned>, 'run' | 'exitCodes'> {
  return {
    name: 'prune',
    summary: 'Remove the records of old runs; those can then be neither undone nor resumed.',
    options: (add) => {
      add.required('--older-than <age>', 'an age (90d, 12h, 2w) or a date (2025-12-31)');
      add.flag('--dry-run', 'say what would be removed, and remove nothing');
      add.value('--source <name>', 'a source whose shared store has the runs');
      addOutputOptions(add);
    },
    examples: [
      `groupctl ${words} --older-than=30d --dry-run`,
      `groupctl ${words} --older-than=2025-12-31`,
    ],
    json: '{"dryRun","before","pruned":[run],"underWay":[run],"kept"}',
    present: async () => (await import('../../output/results/pruned.ts')).presentPruned,
  };
}

/** Removes the journals of the runs that began before a moment. */
export async function pruneRuns(
  { runs }: Store,
  options: Options,
  deps: Deps,
): Promise<VerbResult<Pruned>> {
  const now = deps.clock.now();
  const age = parseAge('--older-than', options.olderThan, now);
  const dryRun = options.dryRun === true;
  const { warnOfFuture } = await import('../../state/journal/clock.ts');
  await warnOfFuture(runs, (await runs.ids())[0], deps);
  const pruning = await runs.prune(age, now, { dryRun });
  return { result: { ...pruning, dryRun, before: new Date(now - age).toISOString() } };
}
