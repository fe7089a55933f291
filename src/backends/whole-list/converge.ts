import { type ListChange, merge } from '../../domain/merge.ts';
import { asGroupctlError, type GroupctlError, isGroupctlError, reworded } from '../../errors.ts';
import { neverReached } from '../../http/failures.ts';
import type { SentWrite } from '../../state/lock/in-flight.ts';
import { type HeldLock, LOCK_LOST } from '../../state/lock/held-lock.ts';
import { fingerprint, noteFailure } from '../shared/in-flight.ts';
import { Attempts } from './attempts.ts';
import type { Base, Convergence, ConvergeOptions, ListPort, Reason } from './list-port.ts';
import { ListReads } from './list-reads.ts';

/**
 * Brings changes into a list that can only be replaced whole, on a server without versions, while
 * others may do the same: read late, merge, write, read back, and read again until the settle time
 * is over. A change that was overwritten is written again; changes of others are never reverted.
 * (docs/concurrency.md)
 */

/** How often a write without an answer is sent, at most. */
const SENDS = 3;

/** One write of the whole list. */
interface Write<T> {
  /** The changes that it carries. */
  readonly todo: readonly T[];
  readonly list: readonly string[];
  readonly sent: SentWrite;
}

/** What comes after a step: the end, or what has to be done before the next write. */
type Step<T> = Convergence<T> | 'seen' | 'lost' | 'not-kept' | 'throttled' | 'lock-lost';

/**
 * @param held the lock, which is released here as soon as the write has been read back
 * @param base the members as read under that lock, and when that read began
 * @throws what `beforeWrite`, the lock and the read throw; only before the first write
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
  readonly #o: ConvergeOptions<T>;
  readonly #tries: Attempts<T>;
  readonly #reads: ListReads<T>;

  constructor(port: ListPort, changes: readonly T[], options: ConvergeOptions<T>) {
    this.#port = port;
    this.#changes = changes;
    this.#o = options;
    this.#tries = new Attempts(changes, options);
    this.#reads = new ListReads(port, changes, options, this.#tries);
  }

  async go(held: HeldLock, base: Base): Promise<Convergence<T>> {
    try {
      return await this.#repeat(held, base);
    } catch (thrown) {
      // With an intent on record every row needs an outcome, and no error may hide which are in doubt.
      const { writes, announced } = this.#tries;
      if (!announced) throw thrown;
      const error = asGroupctlError(thrown);
      if (error.kind === 'interrupted') return this.#tries.interrupted();
      if (writes === 0) return this.#tries.notDone(error);
      return this.#tries.givenUp({ kind: 'stopped', error });
    }
  }

  /** Writes until every change is seen and stays; each time under the lock, on a fresh read. */
  async #repeat(held: HeldLock, base: Base): Promise<Convergence<T>> {
    let lock = held;
    let known: Base | undefined = base;
    for (;;) {
      let step: Step<T>;
      try {
        step = await this.#underLock(lock, known);
        // A run that took the lock now would wait for this write, and keep this run from sending it again.
        while (step === 'lost' && this.#tries.unanswered > 0) {
          await this.#tries.backOff();
          step = await this.#underLock(lock, undefined);
        }
      } finally {
        // Other runs on this machine may write while this one only reads or waits.
        await lock.release();
      }
      if (step === 'seen') step = await this.#reads.settle();
      if (step === 'not-kept') step = await this.#reads.lastReads();
      if (typeof step === 'object') return step;
      if (step === 'throttled') await this.#tries.waitOut(this.#port);
      else await this.#tries.backOff();
      if (this.#o.signal.aborted) return this.#tries.interrupted();
      lock = await this.#lockAgain();
      known = undefined;
    }
  }

  /** Read, merge, write, read back. */
  async #underLock(lock: HeldLock, known: Base | undefined): Promise<Step<T>> {
    const base = known ?? (await this.#reads.read());
    if (!('members' in base)) return this.#tries.end(this.#changes, base);
    const todo = this.#reads.todoOn(base);
    if (todo.length === 0) return 'seen';
    if (this.#tries.timeIsUp()) return this.#tries.givenUp({ kind: 'not-settled' });
    if (this.#o.signal.aborted) return this.#tries.interrupted();
    // Another run has taken the lock: what was read may be out of date, so it is no base for a
    // write.
    if (!lock.isHeld()) return 'lock-lost';
    if (this.#tries.sent) this.#o.onRewrite?.();
    const list = merge(base.members, todo);
    const write = { list: fingerprint(list) };
    try {
      await this.#o.beforeWrite(todo, { base: base.members, before: this.#tries.written, write });
      this.#tries.announced = true;
    } catch (error) {
      // Nothing is sent, and what was read may be old.
      if (isGroupctlError(error) && error.code === LOCK_LOST) return 'lock-lost';
      // The base that the guard refused shows what is not done, whatever was sent before.
      if (!this.#tries.sent || !isGroupctlError(error) || error.kind !== 'safety') throw error;
      return this.#tries.end(todo, { kind: 'not-done', error });
    }
    const sent = lock.mark(write);
    // Checked after the mark is made: a run that takes the lock over either shows here or sees the
    // mark.
    if (!lock.isHeld()) {
      sent.neverLeft();
      return 'lock-lost';
    }
    return await this.#write({ todo, list, sent }, base);
  }

  async #write({ todo, list, sent }: Write<T>, base: Base): Promise<Step<T>> {
    const { clock, settleMs } = this.#o;
    const tries = this.#tries;
    const writeAt = clock.now();
    let failure: GroupctlError | undefined;
    let handedOver = false;
    tries.writes++;
    try {
      await this.#port.write(list, todo, () => (handedOver = true));
      sent.answered();
      this.#o.onListAccepted?.();
      tries.unanswered = 0;
    } catch (error) {
      this.#reads.noAnswer();
      failure = tries.failed.count(asGroupctlError(error));
      if (noteFailure(sent, failure, handedOver)) tries.open = true;
      if (failure.status === 429) {
        tries.writes--;
        tries.throttled = failure;
        return 'throttled';
      }
    }
    if (failure === undefined || !neverReached(failure)) tries.noteSent(writeAt, todo);
    if (failure?.kind === 'internal') throw failure;
    const refusal = isAnswer(failure) ? failure : undefined;
    if (refusal === undefined && settleMs > 0 && clock.now() - base.readAt > settleMs)
      tries.late = true;
    const back = await this.#reads.read();
    if (!('members' in back)) return tries.end(this.#changes, this.#unreadable(back, failure));
    if (failure !== undefined && fingerprint(back.members) === fingerprint(list)) {
      sent.landed();
      if (tries.writes === 1) tries.open = false;
    }
    const missing = this.#reads.missing(back, list);
    if (refusal !== undefined) {
      return tries.end(missing, { kind: 'answered', error: refusal, carried: todo });
    }
    if (missing.length === 0) return 'seen';
    if (failure === undefined) return this.#reads.lostOrNotKept(back);
    if (++tries.unanswered < SENDS) return 'lost';
    return tries.end(missing, { kind: 'not-done', error: failure });
  }

  /** Why nothing is known of a write whose effect could not be read. */
  #unreadable(read: Reason, failure: GroupctlError | undefined): Reason {
    if (failure === undefined || read.kind !== 'unreadable') return read;
    if (isAnswer(failure)) {
      // Nobody has seen what the server did before it failed.
      if ((failure.status ?? 0) >= 500) this.#tries.open = true;
      return { kind: 'answered', error: failure };
    }
    return { kind: this.#tries.sent ? 'unreadable' : 'not-done', error: failure };
  }

  /** The lock for another round. */
  async #lockAgain(): Promise<HeldLock> {
    try {
      return await this.#port.lock();
    } catch (error) {
      const isWait = isGroupctlError(error) && WAIT_CODES.has(error.code);
      if (!this.#tries.sent || !isWait) throw error;
      // "Nothing was written" is no longer true of this run.
      const hint =
        'This run has written, but the group does not show it. Run the same command again.';
      throw reworded(error, { hint });
    }
  }
}

const WAIT_CODES = new Set(['locked', 'write-in-flight']);

/** True if the server answered, and not with a yes: that is the result, and is not tried again. */
function isAnswer(error: GroupctlError | undefined): error is GroupctlError {
  return error?.status !== undefined && error.status >= 300;
}
