import { statSync } from 'node:fs';
import type { Deps } from '../../cli/deps.ts';
import { runIds, runPath } from '../../state/journal/files.ts';
import { listRuns } from '../../state/journal/list.ts';
import { readRun } from '../../state/journal/reader.ts';
import {
  isFinal,
  isOurs,
  isTaken,
  isUnseen,
  type PlannedRun,
  type RunRow,
  type RunSummary,
  tookEffect,
} from '../../state/journal/record.ts';

/** What later runs have made of a run: those that went on with it, and those that took it back. */

interface Later {
  /** By their number in the run that the later ones are about. */
  readonly rows: ReadonlySet<number>;
  readonly runs: readonly string[];
}

export interface Effects {
  readonly remaining: readonly RunRow[];
  readonly undone: readonly RunRow[];
  /** It took effect in spite of an error, and is a later run's doing by now. */
  readonly inherited: readonly RunRow[];
  readonly ended: Later;
  readonly back: Later;
}

export class LaterRuns {
  readonly #state: string;
  readonly #all: readonly RunSummary[];

  constructor(stateFolder: string) {
    this.#state = stateFolder;
    this.#all = listRuns(stateFolder);
  }

  static async read(deps: Deps): Promise<LaterRuns> {
    return new LaterRuns((await deps.paths()).state);
  }

  /** What those that went on with a run have brought to an end, and which those are. */
  finishedBy(run: string): Later {
    const rows = new Set<number>();
    const runs: string[] = [];
    for (const record of this.#records(({ resumes }) => resumes === run)) {
      const later = this.finishedBy(record.run);
      runs.push(record.run, ...later.runs);
      const isFinished = (row: RunRow): boolean =>
        later.rows.has(row.index) || (isFinal(row) && !isUnseen(row));
      addEarlier(rows, record.rows.filter(isFinished));
    }
    return { rows, runs };
  }

  /** The rows of a run that are undone, and by which runs; an undo that was itself undone does not count. */
  takenBack(run: string): Later {
    const rows = new Set<number>();
    const runs: string[] = [];
    for (const undo of this.#records(({ undoes }) => undoes === run)) {
      const done = this.#effect(undo);
      if (done.length > 0) runs.push(undo.run);
      addEarlier(rows, done);
    }
    return { rows, runs };
  }

  /**
   * What the run did, as far as the server accepted it: effective, undone since, or seen and
   * counted by those that went on.
   */
  remainingEffects(record: PlannedRun): Effects {
    const [ended, back] = [this.finishedBy(record.run), this.takenBack(record.run)];
    const passedOn = (row: RunRow): boolean => tookEffect(row) && ended.rows.has(row.index);
    const own = record.rows.filter((row) =>
      isTaken(row) ? !ended.rows.has(row.index) : isOurs(row) && !passedOn(row),
    );
    return {
      remaining: own.filter(({ index }) => !back.rows.has(index)),
      undone: own.filter(({ index }) => back.rows.has(index)),
      inherited: record.rows.filter(passedOn),
      ended,
      back,
    };
  }

  /** The rows of an undo that it or the runs that resumed it reversed, but for those that were undone. */
  #effect(undo: PlannedRun): RunRow[] {
    const back = this.takenBack(undo.run).rows;
    const later = new Set<number>();
    for (const record of this.#records(({ resumes }) => resumes === undo.run)) {
      addEarlier(later, this.#effect(record));
    }
    return undo.rows.filter(
      ({ index, state }) => later.has(index) || (state === 'done' && !back.has(index)),
    );
  }

  #records(which: (run: RunSummary) => boolean): PlannedRun[] {
    return this.#all.filter(which).flatMap(({ run, state }) => {
      if (state === 'damaged' || state === 'unreadable') return [];
      const record = readRun(this.#state, run);
      return record.noPlan ? [] : [record];
    });
  }
}

/**
 * What tells whether anything was recorded of a run since: how long its file is, and those of the
 * runs that went on with it or took it back, and with or back those in turn.
 */
export function markOf(stateFolder: string, run: string): string {
  const newer = runIds(stateFolder).filter((id) => id > run).length;
  const related = new Set([run]);
  // The oldest first: a run comes after the one that it is about.
  for (const { run: id, undoes, resumes } of listRuns(stateFolder, newer).reverse()) {
    if (related.has(undoes ?? resumes ?? '')) related.add(id);
  }
  const sizes = [...related].map((id) => {
    const stats = statSync(runPath(stateFolder, id), { throwIfNoEntry: false });
    return `${id} ${stats?.size ?? 'gone'}`;
  });
  return sizes.join(', ');
}

/** Adds the numbers that these rows have in the run that theirs is about. */
function addEarlier(numbers: Set<number>, rows: readonly RunRow[]): void {
  for (const { change } of rows) if (change.earlier !== undefined) numbers.add(change.earlier);
}
