import { statSync, unlinkSync } from 'node:fs';
import { errnoOf, GroupctlError } from '../../errors.ts';
import { runIds, runPath, startedAt } from './files.ts';
import { listRuns, recordedTime } from './list.ts';
import { readRunFile } from './reader.ts';
import { neededRuns } from './needed-runs.ts';
import type { Pruning } from '../store.ts';

const HOUR_MS = 3_600_000;

/**
 * Removes the journals of runs that began longer ago than that; other files stay.
 *
 * @param now milliseconds, as the runs' own times
 * @throws config (2) `journal-not-removed`, `journal-unreadable`
 */
export async function pruneRuns(
  stateFolder: string,
  olderThanMs: number,
  now: number,
  { dryRun = false }: { readonly dryRun?: boolean } = {},
): Promise<Pruning> {
  const ids = runIds(stateFolder);
  const before = now - olderThanMs;
  // An id may be later than its run, never earlier.
  const isOld = (run: string): boolean =>
    startedAt(run) < before || recordedTime(stateFolder, run) < before;
  const old = ids.filter(isOld).reverse();
  const underWay = old.filter((run) => mayBeUnderWay(runPath(stateFolder, run), run, now));
  const needed = await neededRuns({ ids, old, underWay }, () => listRuns(stateFolder));
  const pruned = old
    .filter((run) => !needed.has(run))
    .filter((run) => dryRun || remove(runPath(stateFolder, run), run));
  const left = ids.length - old.length + old.filter((run) => needed.has(run)).length;
  return { pruned, underWay, kept: left };
}

function mayBeUnderWay(path: string, run: string, now: number): boolean {
  try {
    if (statSync(path).mtimeMs < now - HOUR_MS) return false;
    return readRunFile(path, run).end === undefined;
  } catch {
    // Gone, damaged or of another format: nothing says that it is being written.
    return false;
  }
}

function remove(path: string, run: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    const why = errnoOf(error) ?? 'error';
    throw new GroupctlError(
      'config',
      `The journal of run ${run} cannot be removed: ${path} (${why}).`,
      { code: 'journal-not-removed', cause: error },
    );
  }
}
