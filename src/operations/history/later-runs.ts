import {
  doneCalls,
  isFinal,
  isOwnChange,
  wasAccepted,
  withLater,
  isUnverified,
  type PlannedRun,
  type RunRow,
  type RunSummary,
  tookEffect,
} from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';

/** What later runs have made of a run: those that went on with it, and those that took it back. */

interface Later {
  /** By their number in the run that the later ones are about. */
  readonly rows: ReadonlySet<number>;
  readonly runs: readonly string[];
}

interface Finished extends Later {
  /** Of these a resume found that they were no longer in effect: nobody knows who changed that. */
  readonly lapsed: ReadonlySet<number>;
}

export interface Effects {
  readonly remaining: readonly RunRow[];
  readonly undone: readonly RunRow[];
  /** Took effect in spite of an error; a later run counts it as its own. */
  readonly inherited: readonly RunRow[];
  readonly ended: Finished;
  readonly back: Later;
}

export class LaterRuns {
  readonly #runs: Runs;
  readonly #all: readonly RunSummary[];

  private constructor(runs: Runs, all: readonly RunSummary[]) {
    this.#runs = runs;
    this.#all = all;
  }

  static async read(runs: Runs): Promise<LaterRuns> {
    return new LaterRuns(runs, await runs.list());
  }

  /** The rows that runs which resumed this one have finished, and those runs. */
  async finishedBy(run: string): Promise<Finished> {
    const rows = new Set<number>();
    const lapsed = new Set<number>();
    const runs: string[] = [];
    for (const record of await this.#records(({ resumes }) => resumes === run)) {
      const later = await this.finishedBy(record.run);
      runs.push(record.run, ...later.runs);
      const isFinished = (row: RunRow): boolean =>
        later.rows.has(row.index) || (isFinal(row) && !isUnverified(row));
      addEarlier(rows, record.rows.filter(isFinished));
      addEarlier(
        lapsed,
        record.rows.filter((row) => later.lapsed.has(row.index) || isLapsed(row)),
      );
    }
    return { rows, runs, lapsed };
  }

  /** The runs that undid a run without rows, or a part of it, but for those that were undone themselves. */
  async finishedUndos(run: string): Promise<string[]> {
    const undos: string[] = [];
    const record = await this.#runs.read(run);
    const steps = record.noPlan ? 0 : doneCalls(record).length;
    for (const undo of await this.#records(({ undoes }) => undoes === run)) {
      const done = doneCalls(undo).length;
      // One that failed in the middle is finished by another.
      if (done === 0 || (undo.end?.exit !== 0 && done < steps)) continue;
      if ((await this.finishedUndos(undo.run)).length === 0) undos.push(undo.run);
    }
    return undos;
  }

  /** The rows of a run that are undone, and by which runs; an undo that was itself undone does not count. */
  async undoneRows(run: string): Promise<Later> {
    return await this.#undone(run, true);
  }

  async #undone(run: string, found: boolean): Promise<Later> {
    const rows = new Set<number>();
    const runs: string[] = [];
    for (const undo of await this.#records(({ undoes }) => undoes === run)) {
      const done = await this.#effect(undo, found);
      if (done.length > 0) runs.push(undo.run);
      addEarlier(rows, done);
    }
    return { rows, runs };
  }

  /**
   * What the run did, as far as the server accepted it: effective, undone since, or seen and
   * counted by those that went on.
   */
  async remainingEffects(record: PlannedRun): Promise<Effects> {
    const ended = await this.finishedBy(record.run);
    const back = await this.undoneRows(record.run);
    const passedOn = (row: RunRow): boolean => tookEffect(row) && ended.rows.has(row.index);
    const own = record.rows.filter((row) =>
      wasAccepted(row) ? !ended.rows.has(row.index) : isOwnChange(row) && !passedOn(row),
    );
    return {
      remaining: own.filter(({ index }) => !back.rows.has(index)),
      undone: own.filter(({ index }) => back.rows.has(index)),
      inherited: record.rows.filter(passedOn),
      ended,
      back,
    };
  }

  /**
   * The rows of an undo that it or the runs that resumed it reversed, but for those that were undone.
   *
   * @param found count what it found as it was to be: somebody else had done that, and nobody is to
   *   do it again; an undo of the undo does not bring it back
   */
  async #effect(undo: PlannedRun, found: boolean): Promise<RunRow[]> {
    const back = (await this.#undone(undo.run, false)).rows;
    const later = new Set<number>();
    for (const record of await this.#records(({ resumes }) => resumes === undo.run)) {
      addEarlier(later, await this.#effect(record, found));
    }
    return undo.rows.filter(
      (row) =>
        later.has(row.index) ||
        (row.state === 'done' && !back.has(row.index) && (found || wasMade(row))),
    );
  }

  async #records(which: (run: RunSummary) => boolean): Promise<PlannedRun[]> {
    const records: PlannedRun[] = [];
    for (const { run, state } of this.#all.filter(which)) {
      if (state === 'damaged' || state === 'unreadable') continue;
      const record = await this.#runs.read(run);
      if (!record.noPlan) records.push(record);
    }
    return records;
  }
}

/**
 * A value that changes when anything is recorded of a run: the length of its file, and of the files
 * of all runs that resumed or undid it, or one of those.
 */
export async function markOf(runs: Runs, run: string): Promise<string> {
  const newer = (await runs.ids()).filter((id) => id > run).length;
  const sizes: string[] = [];
  for (const id of withLater([run], await runs.list(newer)))
    sizes.push(`${id} ${await runs.sizeOf(id)}`);
  return sizes.join(', ');
}

/** Adds the numbers that these rows have in the run that theirs is about. */
function addEarlier(numbers: Set<number>, rows: readonly RunRow[]): void {
  for (const { change } of rows) if (change.earlier !== undefined) numbers.add(change.earlier);
}

/** True for a change that was made, and not found as it was to be. */
function wasMade({ outcome }: RunRow): boolean {
  return outcome?.outcome === 'added' || outcome?.outcome === 'removed';
}

/** The code of a row that a resume found no longer in effect. */
export const NO_LONGER_IN_EFFECT = 'no-longer-in-effect';

/** The code was another one in records of earlier versions. */
function isLapsed({ outcome }: RunRow): boolean {
  const code = outcome?.error?.code;
  return code === NO_LONGER_IN_EFFECT || code === 'not-so-any-more';
}
