import { type RunSummary, withLater } from './record.ts';

/**
 * The runs that stay when old ones are removed: those under way, and what resumed or undid a run that
 * stays, as that says what of it is left to do.
 *
 * @param runs the ids of all runs, and of those that are old enough, also of those that may be under way
 * @param list asked only if something stays that a run which is old enough may be about
 */
export async function neededRuns(
  runs: {
    readonly ids: readonly string[];
    readonly old: readonly string[];
    readonly underWay: readonly string[];
  },
  list: () => Promise<readonly RunSummary[]>,
): Promise<ReadonlySet<string>> {
  const old = new Set(runs.old);
  const newestOld = runs.old.reduce((newest, run) => (run > newest ? run : newest), '');
  // Kept though older than one that goes: the clock was ahead when it was made.
  const odd = runs.ids.filter((run) => run < newestOld && !old.has(run));
  const kept = [...runs.underWay, ...odd];
  return kept.length === 0 ? new Set() : withLater(kept, await list());
}
