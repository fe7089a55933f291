import type { ChangeOp } from '../../domain/change.ts';
import {
  answeredCalls,
  doneCalls,
  earlierOf,
  isUnreadable,
  type RunCall,
  type RunRecord,
  type RunRow,
  type RunSummary,
  withLater,
} from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';
import { firstRunOf, runsSince, unreadableAfter } from './record-state.ts';
import { type Attempt, type Standing, standingOf } from './standing.ts';

/**
 * How a run came from another one: `own`: it is that run; `resume`: it resumed it, or what did; `undo`: it is
 * an undo of it, or came from one; `later`: it came from it in some other way; `other`: it did not.
 */
type Kinship = 'own' | 'resume' | 'undo' | 'later' | 'other';

type Story = [Attempt, ...Attempt[]];

/** A run with all those that resumed or undid it, or one of those, and the one that they began with. */
export class LaterRuns {
  /** The run that all of them began with. */
  readonly #first: string;
  readonly #all: readonly RunSummary[];
  /** Those that can be read, the oldest first. */
  readonly #records = new Map<string, RunRecord>();
  /** For each run the stories that its rows are in. */
  readonly #stories = new Map<string, readonly Story[]>();

  private constructor(first: string, all: readonly RunSummary[], records: readonly RunRecord[]) {
    this.#first = first;
    this.#all = all;
    for (const record of records) {
      this.#records.set(record.run, record);
      const earlier = this.#stories.get(earlierOf(record) ?? '');
      const stories = record.rows.map((row): Story => {
        const story = earlier?.[row.change.earlier ?? -1];
        if (story === undefined) return [{ record, row }];
        story.push({ record, row });
        return story;
      });
      this.#stories.set(record.run, stories);
    }
  }

  /** @param own as it was read; it may be large */
  static async read(runs: Runs, own: RunRecord): Promise<LaterRuns> {
    const first = await firstRunOf(own.run, runs);
    const all = await runsSince(first, runs);
    const related = withLater([first], all);
    const records: RunRecord[] = [];
    for (const each of all.toReversed()) {
      // Undo and resume stop at such a record before (record-state.ts); `history show` says so.
      if (!related.has(each.run) || isUnreadable(each)) continue;
      records.push(each.run === own.run ? own : await runs.read(each.run));
    }
    return new LaterRuns(first, all, records);
  }

  /** The ids of all of them. */
  get runs(): ReadonlySet<string> {
    return new Set(this.#records.keys());
  }

  /** A later run that may have resumed or undone a run: its record cannot be read. */
  unreadableAfter(run: string): RunSummary | undefined {
    return unreadableAfter(run, this.#first, this.#all);
  }

  /**
   * Where the change of a row stands, by what is on record of it from that row on.
   *
   * @param op by default the change itself, else its reverse
   */
  standingOf({ run }: RunRecord, { index, change }: RunRow, op: ChangeOp = change.op): Standing {
    const story = this.#storyOf(run, index);
    const from = story.findIndex(({ record }) => record.run === run);
    return standingOf(story.slice(from) as Story, op);
  }

  /** What was sent of a change to the member of a row, and is not known, whichever run did. */
  openFor({ run }: RunRecord, { index }: RunRow, op: ChangeOp): readonly Attempt[] {
    return standingOf(this.#storyOf(run, index), op).open;
  }

  #storyOf(run: string, index: number): Story {
    const story = this.#stories.get(run)?.[index];
    if (story === undefined) throw new Error(`The run ${run} has no row ${index}.`);
    return story;
  }

  /** How the run of an attempt came from the one that is asked about. */
  kinshipOf(run: string, { record }: Attempt): Kinship {
    if (record.run === run) return 'own';
    let isResumed = true;
    for (let at = record; ;) {
      isResumed &&= at.resumes !== undefined;
      const earlier = this.#records.get(earlierOf(at) ?? '');
      if (earlier === undefined) return 'other';
      if (earlier.run === run && at.undoes !== undefined) return 'undo';
      if (earlier.run === run) return isResumed ? 'resume' : 'later';
      at = earlier;
    }
  }

  /** The runs that undid a run without rows, or a part of it, but for those that were undone themselves. */
  finishedUndos(run: string): string[] {
    const undos: string[] = [];
    const record = this.#records.get(run);
    if (record === undefined) return [];
    const steps = doneCalls(record).length;
    for (const undo of this.#records.values()) {
      if (undo.undoes !== run) continue;
      const isWhole = undo.end?.exit === 0 && undo.calls.length > 0;
      // That a group is there again says nothing of its members.
      const isStep = ({ made }: RunCall): boolean => undo.rows.length === 0 || made === undefined;
      const done = answeredCalls(undo).filter(isStep).length;
      const lacksSteps = done === 0 || done < steps || lacksPermissions(undo, record);
      // One that failed in the middle is finished by another.
      if (!isWhole && lacksSteps) continue;
      if (this.finishedUndos(undo.run).length === 0) undos.push(undo.run);
    }
    return undos;
  }
}

/** The run that one is about. */
/** True if the undo of a deletion did not add all the permissions that the group had: they come last. */
function lacksPermissions(undo: RunRecord, deletion: RunRecord): boolean {
  const count = deletion.calls.findLast((call) => call.permissions !== undefined)?.permissions
    ?.length;
  // The group itself is the first that it made.
  const made = answeredCalls(undo).filter((call) => call.made !== undefined).length - 1;
  return count !== undefined && count > 0 && made < count;
}
