import type { AppCommand } from '../../cli/command.ts';
import type { Deps } from '../../cli/deps.ts';
import { type VerbResult, registerVerb, type Start } from '../../cli/verb.ts';
import { addOutputOptions } from '../../cli/options.ts';
import type { Pruned } from '../../output/results/history.ts';
import { parseAge } from './age.ts';

export interface Options {
  readonly olderThan: string;
  readonly dryRun?: boolean;
}

export function register(parent: AppCommand, start: Start): void {
  registerVerb<Options, Pruned>(parent, start, {
    name: 'prune',
    summary: 'Remove the records of old runs; those can then be neither undone nor resumed.',
    options: (add) => {
      add.required('--older-than <age>', 'an age (90d, 12h, 2w) or a date (2025-12-31)');
      add.flag('--dry-run', 'say what would be removed, and remove nothing');
      addOutputOptions(add);
    },
    examples: [
      'groupctl history prune --older-than=30d --dry-run',
      'groupctl history prune --older-than=2025-12-31',
    ],
    json: '{"dryRun","before","pruned":[run],"underWay":[run],"kept"}',
    exitCodes: [
      [0, 'removed, or nothing was so old'],
      [2, 'usage, or a journal folder that cannot be read or written'],
    ],
    run,
    present: async () => (await import('../../output/results/history.ts')).presentPruned,
  });
}

/** Removes the journals of the runs that began before a moment. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<Pruned>> {
  const now = deps.clock.now();
  const age = parseAge('--older-than', options.olderThan, now);
  const dryRun = options.dryRun === true;
  const { pruneRuns } = await import('../../state/journal/prune.ts');
  const { runIds } = await import('../../state/journal/files.ts');
  const { warnOfFuture } = await import('../../state/journal/clock.ts');
  const { state } = await deps.paths();
  warnOfFuture(state, runIds(state)[0], deps);
  const pruning = pruneRuns(state, age, now, { dryRun });
  return { result: { ...pruning, dryRun, before: new Date(now - age).toISOString() } };
}
