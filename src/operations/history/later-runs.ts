import { statSync } from 'node:fs';
import type { Deps } from '../../cli/deps.ts';
import type { MemberChange } from '../../domain/change.ts';
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
import { memberKey, rowKey } from '../membership/plan.ts';

/** What later runs have made of a run: those that went on with it, and those that took it back. */

interface Later {
  /** By {@link rowKey}. */
  readonly rows: ReadonlySet<string>;
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

  /** What those that went on with a run have brought to an end, by {@link rowKey}, and which those are. */
  finishedBy(run: string): Later {
    const rows = new Set<string>();
    const resumes = this.#resumes(run);
    for (const each of resumes.flatMap((record) => record.rows)) {
      if (isFinal(each) && !isUnseen(each)) rows.add(rowKey(each.change));
    }
    return { rows, runs: resumes.map((record) => record.run) };
  }

  /**
   * The rows of a run that are taken back, by {@link rowKey}, and by which runs; an undo that was
   * taken back itself does not count.
   */
  takenBack({ run, rows }: PlannedRun): Later {
    const back = new Set<string>();
    const runs: string[] = [];
    for (const undo of this.#records(({ undoes }) => undoes === run)) {
      const done = this.#effect(undo);
      if (done.size > 0) runs.push(undo.run);
      for (const key of done) back.add(key);
    }
    const taken = rows.filter(({ change, outcome }) => back.has(reverseOf(outcome ?? change)));
    return { rows: new Set(taken.map(({ change }) => rowKey(change))), runs };
  }

  /**
   * What the run did, as far as the server said yes: still its own, taken back since, or seen and
   * counted by those that went on.
   */
  remainingEffects(record: PlannedRun): Effects {
    const [ended, back] = [this.finishedBy(record.run), this.takenBack(record)];
    const passedOn = (row: RunRow): boolean =>
      tookEffect(row) && ended.rows.has(rowKey(row.change));
    const own = record.rows.filter((row) =>
      isTaken(row) ? !ended.rows.has(rowKey(row.change)) : isOurs(row) && !passedOn(row),
    );
    return {
      remaining: own.filter(({ change }) => !back.rows.has(rowKey(change))),
      undone: own.filter(({ change }) => back.rows.has(rowKey(change))),
      inherited: record.rows.filter(passedOn),
      ended,
      back,
    };
  }

  /** What is so because of an undo and those that went on with it, but for what was taken back. */
  #effect(undo: PlannedRun): Set<string> {
    const effect = new Set<string>();
    for (const record of [undo, ...this.#resumes(undo.run)]) {
      const back = this.takenBack(record).rows;
      for (const { change, outcome, state } of record.rows) {
        if (state === 'done' && !back.has(rowKey(change))) effect.add(memberKey(outcome ?? change));
      }
    }
    return effect;
  }

  /** The runs that went on with a run, and those that went on with them. */
  #resumes(run: string): PlannedRun[] {
    const next = this.#records(({ resumes }) => resumes === run);
    return next.flatMap((record) => [record, ...this.#resumes(record.run)]);
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

function reverseOf({ op, ...who }: MemberChange): string {
  return memberKey({ ...who, op: op === 'add' ? 'remove' : 'add' });
}
