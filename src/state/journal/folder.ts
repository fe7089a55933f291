import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { encodeTime } from 'ulid';
import { PART, RUN_FILE } from './files.ts';
import { newRunId } from './new-id.ts';
import { ensureStateFolder, stateNotWritable } from '../folder.ts';

/** How long a journal is kept. */
export const KEPT_MS = 90 * 24 * 3_600_000;

/** The newest runs, which are kept however old they are. */
export const KEPT_RUNS = 50;

/** What was killed before its plan was whole leaves a file that is no run's. */
const PART_KEPT_MS = 24 * 3_600_000;

/** The folder of the journals as it is when a run begins: listing thousands of files takes a while. */
export class RunFolder {
  readonly path: string;
  /** The largest id there, of runs that are being begun, too. */
  readonly newest: string | undefined;
  readonly #names: readonly string[];

  /** @throws config (2) `state-not-writable` */
  constructor(stateFolder: string) {
    this.path = join(stateFolder, 'runs');
    ensureStateFolder(stateFolder);
    ensureStateFolder(this.path);
    try {
      this.#names = readdirSync(this.path).filter((name) => RUN_FILE.test(name));
    } catch (error) {
      throw stateNotWritable(this.path, error);
    }
    const last = this.#names.reduce((largest, name) => (name > largest ? name : largest), '');
    this.newest = RUN_FILE.exec(last)?.[1];
  }

  /** An id for a new run, larger than those of all runs here. */
  newId(now: number): string {
    return newRunId(this.newest, now);
  }

  /**
   * Removes what is older than journals are kept, but never one of the newest. Looks at names alone,
   * and never throws: a journal that stays is no reason for a run to fail.
   *
   * @param now milliseconds, by a clock that is right: what a wrong one removes does not come back
   */
  prune(now: number): void {
    const runs = this.#names.filter((name) => !name.endsWith(PART)).sort();
    const parts = this.#names.filter((name) => name.endsWith(PART));
    const old = older(runs.slice(0, -KEPT_RUNS), now - KEPT_MS);
    for (const name of [...old, ...older(parts, now - PART_KEPT_MS)]) {
      try {
        unlinkSync(join(this.path, name));
      } catch {
        // The next run tries again.
      }
    }
  }
}

/** The files of runs that began before a moment, by their ids. */
function older(names: readonly string[], moment: number): string[] {
  const bound = encodeTime(Math.max(0, moment));
  return names.filter((name) => name < bound);
}
