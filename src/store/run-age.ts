import { unlinkSync } from 'node:fs';
import { PART, runIds, runPath, startedAt } from './run-files.ts';

/** How long a journal is kept. */
export const KEPT_MS = 90 * 24 * 3_600_000;

/** What was killed before its plan was whole leaves a file that is no run's. */
const PART_KEPT_MS = 24 * 3_600_000;

/**
 * Removes what is older than journals are kept. Looks at names alone, and never throws: a journal
 * that stays is no reason for a run to fail.
 */
export function pruneOldRuns(stateFolder: string, now: number): void {
  try {
    for (const run of runIds(stateFolder)) {
      if (startedAt(run) < now - KEPT_MS) unlinkSync(runPath(stateFolder, run));
    }
    for (const run of runIds(stateFolder, PART)) {
      if (startedAt(run) < now - PART_KEPT_MS) unlinkSync(`${runPath(stateFolder, run)}${PART}`);
    }
  } catch {
    // The next run tries again.
  }
}
