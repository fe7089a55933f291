import { findRun, eachLine, runIds, runPath, unreadableError } from './files.ts';
import type { RunRecord } from './record.ts';
import { RunReading } from './run-reading.ts';
import { isGroupctlError } from '../../errors.ts';

/**
 * Reads the journal of one run. What is there of it counts, and no more: a file that ends in the
 * middle of a line reads as `cutShort`.
 *
 * @param ref a run's id in any case, a beginning of it that no other run has, or `latest`
 * @throws usage (2) `not-a-run`; not-found (4) `no-such-run`; ambiguous (2) `ambiguous-run`; config
 *   (2) `journal-version`, `journal-damaged` (the first line, or one in the middle), `journal-unreadable`
 */
export function readRun(stateFolder: string, ref: string): RunRecord {
  const run = findRun(runIds(stateFolder), ref);
  return readRunFile(runPath(stateFolder, run), run);
}

/** The same of one file. */
export function readRunFile(path: string, run: string): RunRecord {
  const reading = new RunReading(run, path);
  try {
    const cutShort = eachLine(path, (text, number) => reading.take(text, number));
    return reading.result(cutShort);
  } catch (error) {
    throw isGroupctlError(error) ? error : unreadableError(path, error);
  }
}
