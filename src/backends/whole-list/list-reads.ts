import { type ListChange, missingFrom } from '../../domain/merge.ts';
import { isGroupctlError } from '../../errors.ts';
import type { ListRun } from './attempts.ts';
import { SameListCount } from './kept.ts';
import { type Base, type Convergence, isBase, type ListRead } from './list-port.ts';

/** How long a server that seems to drop a change has to show it, at least; milliseconds. */
const LAST_READS_MS = 2000;
/** How often it is read meanwhile. */
const LAST_READS = 10;

/** The reads of a list that a run writes to, and what follows from each. */
export class ListReads<T extends ListChange> {
  readonly #run: ListRun<T>;
  readonly #sameLists = new SameListCount();
  /** The members before the first write. */
  #before: readonly string[] = [];

  constructor(run: ListRun<T>) {
    this.#run = run;
  }

  async read(): Promise<ListRead> {
    const readAt = this.#run.options.clock.now();
    try {
      return { members: await this.#run.port.read(), readAt };
    } catch (error) {
      // Before any write there is nothing in doubt: the run fails with what the read threw.
      if (!isGroupctlError(error) || !this.#run.attempts.hasWritten) throw error;
      if (error.kind === 'not-found') return { kind: 'group-gone', error };
      return { kind: error.kind === 'safety' ? 'stopped' : 'unreadable', error };
    }
  }

  /**
   * The changes that a list does not show.
   *
   * @param written the list that was sent: where the server shows the same, nothing is missing
   */
  missing({ members }: Base, written?: readonly string[]): T[] {
    const { changes, options, attempts } = this.#run;
    const missing = isSameList(members, written)
      ? []
      : missingFrom(members, changes, options.accounts);
    attempts.noteMissing(missing);
    return missing;
  }

  /** The changes that the list of the next write does not show. */
  todoOn(base: Base): T[] {
    if (!this.#run.attempts.sent) this.#before = base.members;
    if (!this.#sameLists.isSameAsLast(base.members)) this.#sameLists.forget();
    return this.missing(base);
  }

  /** The last write got no good answer, so nothing can be said about what the server keeps. */
  noAnswer(): void {
    this.#sameLists.forget();
  }

  /** An accepted write does not show: it was overwritten, or the server does not keep it. */
  lostOrNotKept({ members }: Base): 'lost' | 'not-kept' {
    return this.#sameLists.countReadBack(members) ? 'not-kept' : 'lost';
  }

  /** Reads until `settleMs` have passed without a read that misses a change. */
  async settle(): Promise<Convergence<T> | 'lost'> {
    const { changes, options, attempts } = this.#run;
    const { clock, settleMs, signal } = options;
    if (settleMs === 0 || !attempts.sent) return attempts.end([]);
    const every = Math.max(20, settleMs / 15);
    let readAt = clock.now();
    const until = readAt + settleMs;
    while (readAt < until) {
      // Counted from the beginning of the last read: a slow answer must not hide a short loss.
      const next = Math.min(readAt + every, until);
      try {
        await clock.sleep(Math.max(0, next - clock.now()), signal);
      } catch {
        return attempts.interrupted();
      }
      const read = await this.read();
      if (!isBase(read)) return attempts.end(changes, read);
      if (this.missing(read).length > 0) {
        // It was there: the server does keep it.
        this.#sameLists.forget();
        return 'lost';
      }
      readAt = read.readAt;
      if (readAt < until && attempts.timeIsUp()) return attempts.givenUp({ kind: 'not-settled' });
    }
    return attempts.end([]);
  }

  /**
   * A write may take effect after its answer, and another one may overwrite it then: the list has to
   * stay as it is for some time before it is certain that the server does not keep the change.
   */
  async lastReads(): Promise<Convergence<T> | 'lost'> {
    const { changes, options, attempts } = this.#run;
    const { clock, settleMs, signal } = options;
    const every = Math.max(LAST_READS_MS, settleMs) / LAST_READS;
    for (let reads = 1; ; reads++) {
      try {
        await clock.sleep(every, signal);
      } catch {
        return attempts.interrupted();
      }
      const read = await this.read();
      if (!isBase(read)) return attempts.end(changes, read);
      const { members } = read;
      const missing = this.missing(read);
      if (missing.length === 0) return await this.settle();
      if (!this.#sameLists.isSameAsLast(members)) return 'lost';
      if (reads < LAST_READS) continue;
      return attempts.end(missing, { kind: 'not-kept', before: this.#before, members });
    }
  }
}

/** To the letter and in the same order: of 10,000 names that takes less time than looking each up. */
function isSameList(one: readonly string[], other: readonly string[] | undefined): boolean {
  return one.length === other?.length && one.every((name, at) => name === other[at]);
}
