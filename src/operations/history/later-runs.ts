import {
  answeredCalls,
  doneCalls,
  effectOf,
  isFinal,
  isUnreadable,
  type RunCall,
  type RowEffect,
  type RunRecord,
  type RunRow,
  type RunSummary,
} from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';
import { mayShowLater } from './presumed-own.ts';
import { unreadableAfter } from './record-state.ts';

/**
 * What later runs have made of a run: those that resumed it, and those that undid it. For example:
 *
 * - Run 1 adds Ann, Bob and Cleo; for Cleo the server does not answer.
 * - Run 2 resumes 1 and adds Cleo. Of 1, Cleo is finished later, by 2.
 * - Run 3 undoes 1: it removes Ann, and finds that Bob has left. Of 1, Ann and Bob are undone later, by 3.
 * - Run 4 undoes 3: it adds Ann again. Of 1, only Bob is undone later now. Nobody is to remove him again,
 *   and 4 did not add him: 3 had not removed him.
 */

interface Later {
  /** By their number in the run that the later ones are about. */
  readonly rows: ReadonlySet<number>;
  readonly runs: readonly string[];
}

interface FinishedLater extends Later {
  /** Of these a resume found that they were no longer in effect: nobody knows who changed that. */
  readonly lapsed: ReadonlySet<number>;
  /** Of these the change of a resume was undone since. */
  readonly undone: Later;
}

/** The rows of a run that are its own: its changes, but for what a resume has credited to itself. */
export interface Effects {
  /** In effect still, as far as groupctl did not undo them. */
  readonly remaining: readonly RunRow[];
  /** Undone, by an undo of the run or of one that resumed it. */
  readonly undone: readonly RunRow[];
  readonly finishedLater: FinishedLater;
  readonly undoneLater: Later;
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

  /** A later run that may have resumed or undone a run: its record cannot be read. */
  unreadableAfter(run: string): RunSummary | undefined {
    return unreadableAfter(run, this.#all);
  }

  /** The rows of a run that others finished, which resumed it, and those runs. */
  async finishedLater(run: string): Promise<FinishedLater> {
    const rows = new Set<number>();
    const lapsed = new Set<number>();
    const undone = new Set<number>();
    const runs: string[] = [];
    const undos: string[] = [];
    for (const resume of await this.#records(({ resumes }) => resumes === run)) {
      const later = await this.finishedLater(resume.run);
      const undoneLater = await this.undoneLater(resume.run);
      runs.push(resume.run, ...later.runs);
      undos.push(...undoneLater.runs, ...later.undone.runs);
      for (const row of resume.rows) {
        const isUndone = undoneLater.rows.has(row.index) || later.undone.rows.has(row.index);
        if (isUndone) addEarlier(undone, row);
        const isFinished = isFinal(row) && effectOf(row) !== 'unseen';
        if (isFinished || later.rows.has(row.index)) addEarlier(rows, row);
        if (isLapsed(row) || later.lapsed.has(row.index)) addEarlier(lapsed, row);
      }
    }
    return { rows, runs, lapsed, undone: { rows: undone, runs: undos } };
  }

  /** The runs that undid a run without rows, or a part of it, but for those that were undone themselves. */
  async finishedUndos(run: string): Promise<string[]> {
    const undos: string[] = [];
    const record = await this.#runs.read(run);
    const steps = doneCalls(record).length;
    for (const undo of await this.#records(({ undoes }) => undoes === run)) {
      const isWhole = undo.end?.exit === 0 && undo.calls.length > 0;
      // That a group is there again says nothing of its members.
      const isStep = ({ made }: RunCall): boolean => undo.rows.length === 0 || made === undefined;
      const done = answeredCalls(undo).filter(isStep).length;
      const lacksSteps = done === 0 || done < steps || lacksPermissions(undo, record);
      // One that failed in the middle is finished by another.
      if (!isWhole && lacksSteps) continue;
      if ((await this.finishedUndos(undo.run)).length === 0) undos.push(undo.run);
    }
    return undos;
  }

  /** The rows of a run that are undone, and by which runs; an undo that was itself undone does not count. */
  async undoneLater(run: string): Promise<Later> {
    return await this.#undoneLater(run, { countFound: true });
  }

  /** @param how see {@link #reversedBy} */
  async #undoneLater(run: string, how: { readonly countFound: boolean }): Promise<Later> {
    const rows = new Set<number>();
    const runs: string[] = [];
    for (const undo of await this.#records(({ undoes }) => undoes === run)) {
      const reversed = await this.#reversedBy(undo, how);
      if (reversed.length > 0) runs.push(undo.run);
      for (const row of reversed) addEarlier(rows, row);
    }
    return { rows, runs };
  }

  /**
   * The rows of an undo that it or the runs that resumed it reversed, but for those that were undone.
   *
   * @param how `countFound`: count what the undo found reversed by somebody else, too. It is not to be
   *   done again. An undo of the undo brings back only what that one has made itself.
   */
  async #reversedBy(undo: RunRecord, how: { readonly countFound: boolean }): Promise<RunRow[]> {
    const broughtBack = (await this.#undoneLater(undo.run, { countFound: false })).rows;
    const byResume = new Set<number>();
    for (const resume of await this.#records(({ resumes }) => resumes === undo.run)) {
      for (const row of await this.#reversedBy(resume, how)) addEarlier(byResume, row);
    }
    return undo.rows.filter((row) => {
      if (byResume.has(row.index)) return true;
      if (row.state !== 'done' || broughtBack.has(row.index)) return false;
      return how.countFound || effectOf(row) !== 'found';
    });
  }

  /** What the run did, as far as the server accepted it, and what became of that. */
  async remainingEffects(record: RunRecord): Promise<Effects> {
    const finishedLater = await this.finishedLater(record.run);
    const { undone: ofResumes } = finishedLater;
    const ofRun = await this.undoneLater(record.run);
    const undoneLater = {
      rows: new Set([...ofRun.rows, ...ofResumes.rows]),
      runs: [...ofRun.runs, ...ofResumes.runs],
    };
    const isOwn = (row: RunRow): boolean => {
      const effect = effectOf(row);
      if (effect === 'seen') return true;
      // A resume that finished such a row has it as its own from then on.
      const mayBeOwn = PASSED_ON.has(effect) || mayShowLater(record, row);
      return mayBeOwn && !finishedLater.rows.has(row.index);
    };
    return {
      remaining: record.rows.filter((row) => !undoneLater.rows.has(row.index) && isOwn(row)),
      undone: record.rows.filter(
        (row) => ofResumes.rows.has(row.index) || (ofRun.rows.has(row.index) && isOwn(row)),
      ),
      finishedLater,
      undoneLater,
    };
  }

  async #records(which: (run: RunSummary) => boolean): Promise<RunRecord[]> {
    const records: RunRecord[] = [];
    for (const each of this.#all.filter(which)) {
      // Undo and resume stop at such a record before (record-state.ts); `history show` says so.
      if (!isUnreadable(each)) records.push(await this.#runs.read(each.run));
    }
    return records;
  }
}

/** True if the undo of a deletion did not add all the permissions that the group had: they come last. */
function lacksPermissions(undo: RunRecord, deletion: RunRecord): boolean {
  const count = deletion.calls.findLast((call) => call.permissions !== undefined)?.permissions
    ?.length;
  // The group itself is the first that it made.
  const made = answeredCalls(undo).filter((call) => call.made !== undefined).length - 1;
  return count !== undefined && count > 0 && made < count;
}

const PASSED_ON: ReadonlySet<RowEffect> = new Set(['unseen', 'accepted', 'despite-error']);

/** Adds the number that this row has in the run that its own is about. */
function addEarlier(numbers: Set<number>, { change }: RunRow): void {
  if (change.earlier !== undefined) numbers.add(change.earlier);
}

/** The code of a row that a resume found no longer in effect. */
export const NO_LONGER_IN_EFFECT = 'no-longer-in-effect';

/** The code was another one in records of earlier versions. */
function isLapsed({ outcome }: RunRow): boolean {
  const code = outcome?.error?.code;
  return code === NO_LONGER_IN_EFFECT || code === 'not-so-any-more';
}
