import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { encodeTime } from 'ulid';
import { PART, RUN_FILE } from './files.ts';
import { folderTime, readNote, writeNote } from './folder-note.ts';
import { newRunId } from './new-id.ts';
import { ensureStateFolder, stateNotWritableError } from '../folder.ts';

/** How long a journal is kept. */
export const KEPT_MS = 90 * 24 * 3_600_000;

/** The newest runs, which are kept however old they are. */
export const KEPT_RUNS = 50;

/** What was killed before its plan was whole leaves a file that is no run's. */
const PART_KEPT_MS = 24 * 3_600_000;

/** How often old runs are looked for: listing thousands of files takes as long as a tenth of a run. */
const PRUNE_EVERY_MS = 24 * 3_600_000;

/**
 * The folder of the journals as it is when a run begins. It is listed only where something else than a
 * run has changed it since the last note, or nothing was noted.
 */
export class RunFolder {
  readonly path: string;
  /** The largest id there, of runs that are being begun, too. */
  readonly newest: string | undefined;
  readonly #stateFolder: string;
  /** The file of this run. */
  #own: string | undefined;

  /** @throws config (2) `state-not-writable` */
  constructor(stateFolder: string) {
    this.#stateFolder = stateFolder;
    this.path = join(stateFolder, 'runs');
    ensureStateFolder(stateFolder);
    ensureStateFolder(this.path);
    try {
      const note = readNote(stateFolder);
      const isCurrent = note?.changedAt === folderTime(this.path);
      this.newest = isCurrent ? note.newest : newestOf(this.#names());
    } catch (error) {
      throw stateNotWritableError(this.path, error);
    }
  }

  /** An id for a new run, larger than those of all runs here. */
  newId(now: number): string {
    return newRunId(this.newest, now);
  }

  /** Notes a run whose file has just been made. Never throws. */
  noteRun(run: string): void {
    this.#own = `${run}.jsonl`;
    const { newest, prunedAt } = readNote(this.#stateFolder) ?? { newest: '', prunedAt: 0 };
    // Another run may have been noted meanwhile.
    try {
      const changedAt = folderTime(this.path);
      writeNote(this.#stateFolder, { newest: run > newest ? run : newest, changedAt, prunedAt });
    } catch {
      // It was removed meanwhile.
    }
  }

  /**
   * Removes what is older than journals are kept, once a day, but never this run and the newest before
   * it. Looks at names alone, and never throws: a journal that stays is no reason for a run to fail.
   *
   * @param now milliseconds, by a clock that is right: what a wrong one removes does not come back
   */
  prune(now: number): void {
    const prunedAt = readNote(this.#stateFolder)?.prunedAt ?? 0;
    if (Math.abs(now - prunedAt) < PRUNE_EVERY_MS) return;
    try {
      // A run that begins meanwhile changes the time, and the next one does not trust the note.
      const changedAt = folderTime(this.path);
      const names = this.#names();
      const runs = names.filter((name) => !name.endsWith(PART) && name !== this.#own).sort();
      const parts = names.filter((name) => name.endsWith(PART));
      const old = older(runs.slice(0, -KEPT_RUNS), now - KEPT_MS);
      for (const name of [...old, ...older(parts, now - PART_KEPT_MS)]) this.#remove(name);
      const newest = newestOf(names);
      if (newest !== undefined) writeNote(this.#stateFolder, { newest, changedAt, prunedAt: now });
    } catch {
      // The next run tries again.
    }
  }

  #names(): string[] {
    return readdirSync(this.path).filter((name) => RUN_FILE.test(name));
  }

  #remove(name: string): void {
    try {
      unlinkSync(join(this.path, name));
    } catch {
      // Tomorrow's run tries again.
    }
  }
}

function newestOf(names: readonly string[]): string | undefined {
  const last = names.reduce((largest, name) => (name > largest ? name : largest), '');
  return RUN_FILE.exec(last)?.[1];
}

/** The files of runs that began before a moment, by their ids. */
function older(names: readonly string[], moment: number): string[] {
  const bound = encodeTime(Math.max(0, moment));
  return names.filter((name) => name < bound);
}
