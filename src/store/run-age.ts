import { unlinkSync } from 'node:fs';
import { runIds, runPath, startedAt } from './run-files.ts';

/** How long a journal is kept. */
export const KEPT_MS = 90 * 24 * 3_600_000;

/**
 * Removes what is older than journals are kept. Looks at names alone, and never throws: a journal
 * that stays is no reason for a run to fail.
 */
export function pruneOldRuns(stateFolder: string, now: number): void {
  try {
    for (const run of runIds(stateFolder)) {
      if (startedAt(run) < now - KEPT_MS) unlinkSync(runPath(stateFolder, run));
    }
  } catch {
    // The next run tries again.
  }
}
