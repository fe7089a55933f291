import { type ListChange, merge } from '../../domain/merge.ts';
import { asGroupctlError, isGroupctlError, reworded } from '../../errors.ts';
import type { MarkedWrite } from '../../state/lock/in-flight.ts';
import { type HeldLock, LOCK_LOST } from '../../state/lock/held-lock.ts';
import { fingerprint } from '../shared/in-flight.ts';
import { Attempts } from './attempts.ts';
import {
  type Base,
  type Convergence,
  type ConvergeOptions,
  isBase,
  type ListPort,
} from './list-port.ts';
import { ListReads } from './list-reads.ts';
import { ListWrites, type Step } from './list-writes.ts';

/**
 * Brings changes into a list that can only be replaced whole, on a server without versions, while
 * others may do the same: read late, merge, write, read back, and read again until the settle time
 * is over. A change that was overwritten is written again; changes of others are never reverted.
 * (docs/concurrency.md)
 *
 * Example: "ann" is added to [bob], and another program removes "bob" at the same time.
 *
 *     lock, read [bob], guard and intent, mark, write [bob, ann]
 *     read back [bob, ann]   'seen': release the lock and settle
 *     settle reads []        the other program has written what it made of [bob]: 'lost', back off
 *     lock, read [], guard and intent, mark, write [ann]
 *     read back [ann]        'seen': release the lock and settle
 *     settle reads [ann]     until the settle time is over: done. "bob" stays removed.
 *
 * The order is what makes it safe: each write is merged into a read under the same lock; the intent is
 * on record before the mark, and the mark is made before the lock is checked for the last time.
 */

/**
 * @param held the lock, which is released here as soon as the write has been read back
 * @param base the members as read under that lock, and when that read began
 * @throws what `beforeWrite`, the lock and the read throw; only before the first intent
 */
export async function converge<T extends ListChange>(
  port: ListPort,
  changes: readonly T[],
  held: HeldLock,
  base: Base,
  options: ConvergeOptions<T>,
): Promise<Convergence<T>> {
  return await new Converging(port, changes, options).go(held, base);
}

class Converging<T extends ListChange> {
  readonly #port: ListPort;
  readonly #changes: readonly T[];
  readonly #options: ConvergeOptions<T>;
  readonly #attempts: Attempts<T>;
  readonly #reads: ListReads<T>;
  readonly #writes: ListWrites<T>;

  constructor(port: ListPort, changes: readonly T[], options: ConvergeOptions<T>) {
    this.#port = port;
    this.#changes = changes;
    this.#options = options;
    this.#attempts = new Attempts(changes, options);
    const run = { port, changes, options, attempts: this.#attempts };
    this.#reads = new ListReads(run);
    this.#writes = new ListWrites(run, this.#reads);
  }

  async go(held: HeldLock, base: Base): Promise<Convergence<T>> {
    try {
      let step = await this.#round(held, base);
      while (typeof step !== 'object') {
        await this.#pauseAfter(step);
        if (this.#options.signal.aborted) return this.#attempts.interrupted();
        step = await this.#round(await this.#lockAgain());
      }
      return step;
    } catch (thrown) {
      // With an intent on record every row needs an outcome, and no error may hide which are in doubt.
      if (!this.#attempts.isAnnounced) throw thrown;
      return this.#attempts.endBy(asGroupctlError(thrown));
    }
  }

  /** What is done under the lock, and the reads after it. */
  async #round(lock: HeldLock, freshBase?: Base): Promise<Step<T>> {
    let step: Step<T>;
    try {
      step = await this.#underLock(lock, freshBase);
      // A run that took the lock now would wait for this write, and keep this run from sending it again.
      while (step === 'lost' && this.#attempts.isUnanswered) {
        await this.#attempts.backOff();
        step = await this.#underLock(lock);
      }
    } finally {
      // Other runs on this machine may write while this one only reads or waits.
      await lock.release();
    }
    if (step === 'seen') return await this.#reads.settle();
    if (step === 'not-kept') return await this.#reads.lastReads();
    return step;
  }

  async #pauseAfter(step: Step<T>): Promise<void> {
    if (step === 'throttled') await this.#attempts.waitOut(this.#port);
    else await this.#attempts.backOff();
  }

  /**
   * Read, merge, write, read back.
   *
   * @param freshBase absent: the list is read here
   */
  async #underLock(lock: HeldLock, freshBase?: Base): Promise<Step<T>> {
    const attempts = this.#attempts;
    const base = freshBase ?? (await this.#reads.read());
    if (!isBase(base)) return attempts.end(this.#changes, base);
    const todo = this.#reads.todoOn(base);
    if (todo.length === 0) return 'seen';
    if (attempts.timeIsUp()) return attempts.givenUp({ kind: 'not-settled' });
    if (this.#options.signal.aborted) return attempts.interrupted();
    // What was read may be out of date by now, so it is no base for a write.
    if (!lock.isHeld()) return 'lock-lost';
    if (attempts.sent) this.#options.onRewrite?.();
    const list = merge(base.members, todo);
    const write = { list: fingerprint(list) };
    const obstacle = await this.#announce(todo, base, write);
    if (obstacle !== undefined) return obstacle;
    const mark = lock.mark(write);
    // Checked after the mark is made: a run that takes the lock over either shows here or sees the
    // mark.
    if (!lock.isHeld()) {
      mark.neverLeft();
      return 'lock-lost';
    }
    return await this.#writes.write({ todo, list, mark }, base);
  }

  /**
   * Asks the guard and records the intent.
   *
   * @returns what keeps the write from being sent, if something does
   */
  async #announce(
    todo: readonly T[],
    { members }: Base,
    write: MarkedWrite,
  ): Promise<Step<T> | undefined> {
    const { sent, written: before } = this.#attempts;
    try {
      await this.#options.beforeWrite(todo, { base: members, before, write });
      this.#attempts.announced();
      return undefined;
    } catch (error) {
      // Nothing is sent, and what was read may be old.
      if (isGroupctlError(error) && error.code === LOCK_LOST) return 'lock-lost';
      // The base that the guard refused shows what is not done, whatever was sent before.
      if (!sent || !isGroupctlError(error) || error.kind !== 'safety') throw error;
      return this.#attempts.end(todo, { kind: 'not-done', error });
    }
  }

  /** The lock for another round. */
  async #lockAgain(): Promise<HeldLock> {
    try {
      return await this.#port.lock();
    } catch (error) {
      const isWait = isGroupctlError(error) && WAIT_CODES.has(error.code);
      if (!this.#attempts.sent || !isWait) throw error;
      // "Nothing was written" is no longer true of this run.
      const hint =
        'This run has written, but the group does not show it. Run the same command again.';
      throw reworded(error, { hint });
    }
  }
}

const WAIT_CODES = new Set(['locked', 'write-in-flight']);
