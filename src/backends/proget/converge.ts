import { type ListChange, merge, missingFrom } from '../../domain/merge.ts';
import { type GroupctlError, isGroupctlError } from '../../errors.ts';
import { neverReached } from '../../http/failures.ts';
import type { HeldLock } from '../../store/lock.ts';
import { Attempts } from './attempts.ts';
import type { Base, Convergence, ConvergeOptions, ListPort, Look, Reason } from './list-port.ts';

/**
 * Brings changes into a list that can only be replaced whole, on a server without versions, while
 * others may do the same: read late, merge, write, read back, and look again for a while. What is
 * not ours is never repaired. (docs/decisions/0002-lock-and-settle.md)
 */

/** How often a write without an answer is sent, at most. */
const SENDS = 3;

/**
 * @param held the lock, which is released here as soon as the write has been read back
 * @param base the members as read under that lock, and when that read began
 * @throws what `beforeWrite` throws, and not-found; only before the first write
 */
export async function converge<T extends ListChange>(
  port: ListPort,
  changes: readonly T[],
  held: HeldLock,
  base: Base,
  options: ConvergeOptions<T>,
): Promise<Convergence<T>> {
  return await new Run(port, changes, options).go(held, base);
}

class Run<T extends ListChange> {
  readonly #port: ListPort;
  readonly #changes: readonly T[];
  readonly #o: ConvergeOptions<T>;
  readonly #tries: Attempts<T>;

  constructor(port: ListPort, changes: readonly T[], options: ConvergeOptions<T>) {
    this.#port = port;
    this.#changes = changes;
    this.#o = options;
    this.#tries = new Attempts(changes, options);
  }

  async go(held: HeldLock, base: Base): Promise<Convergence<T>> {
    try {
      return await this.#go(held, base);
    } catch (error) {
      // After a write nothing may be lost in an error: which rows are in doubt has to be said.
      if (this.#tries.writes === 0 || !isGroupctlError(error)) throw error;
      return this.#end(this.#tries.inDoubt([]), { kind: 'stopped', error });
    }
  }

  async #go(held: HeldLock, base: Base): Promise<Convergence<T>> {
    let lock = held;
    let start: Base | undefined = base;
    for (;;) {
      try {
        const ended = await this.#writeUntilSeen(lock, start);
        if (ended !== undefined) return ended;
      } finally {
        // Others on this machine may go on while we only look.
        await lock.release();
      }
      const settled = await this.#settle();
      if (settled !== 'lost') return settled;
      lock = await this.#port.lock();
      start = undefined;
    }
  }

  /** Writes until a read shows every change; undefined when it does. */
  async #writeUntilSeen(
    firstLock: HeldLock,
    firstBase: Base | undefined,
  ): Promise<Convergence<T> | undefined> {
    let lock = firstLock;
    let base = firstBase;
    try {
      for (;;) {
        if (base === undefined) {
          const read = await this.#look();
          if (!('members' in read)) return this.#end(this.#changes, read);
          base = read;
        }
        const todo = missingFrom(base.members, this.#changes);
        if (todo.length === 0) return undefined;
        this.#tries.lose(todo);
        if (this.#tries.timeIsUp())
          return this.#end(this.#tries.inDoubt(todo), { kind: 'not-settled' });
        if (!lock.stillHeld()) {
          // Taken over while we were away: what was read may be old.
          await lock.release();
          lock = await this.#port.lock();
          base = undefined;
          continue;
        }
        if (this.#o.signal.aborted) return this.#end(todo, { kind: 'interrupted' });
        await this.#o.beforeWrite(todo, base.members);
        const result = await this.#write(todo, base);
        if (result === 'wait') {
          // The lock is not kept from others while we wait as the server asked.
          await lock.release();
          await this.#waitOut();
          lock = await this.#port.lock();
          base = undefined;
          continue;
        }
        if (result !== 'look') return result;
        const back = await this.#look();
        if (!('members' in back)) return this.#end(this.#changes, back);
        const still = missingFrom(back.members, this.#changes);
        if (still.length === 0) return undefined;
        this.#tries.lose(still);
        if (this.#o.signal.aborted) return this.#end(still, { kind: 'interrupted' });
        await this.#tries.backOff();
        base = undefined;
      }
    } finally {
      if (lock !== firstLock) await lock.release();
    }
  }

  /** One write; 'look': read back, 'wait': the server wants us to, else the end. */
  async #write(todo: readonly T[], base: Base): Promise<Convergence<T> | 'look' | 'wait'> {
    const { clock, settleMs } = this.#o;
    const writeAt = clock.now();
    try {
      this.#tries.writes++;
      await this.#port.write(merge(base.members, todo), todo);
      this.#tries.sentAt(writeAt);
      this.#tries.unanswered = 0;
      if (settleMs > 0 && clock.now() - base.readAt > settleMs) this.#tries.late = true;
      return 'look';
    } catch (error) {
      if (!isGroupctlError(error)) throw error;
      if (error.status === 429) {
        this.#tries.writes--;
        this.#tries.throttled = error;
        return 'wait';
      }
      this.#tries.sentAt(writeAt);
      return await this.#unaccepted(error);
    }
  }

  /** The write was not accepted: what does the list show? */
  async #unaccepted(error: GroupctlError): Promise<Convergence<T> | 'look'> {
    const answered = error.status !== undefined && error.status >= 300;
    const back = await this.#look();
    if (!('members' in back)) {
      if (back.kind !== 'unreadable') return this.#end(this.#changes, back);
      if (answered) return this.#end(this.#changes, { kind: 'answered', error });
      const kind = neverReached(error) ? 'not-done' : 'unreadable';
      return this.#end(this.#changes, { kind, error });
    }
    const still = missingFrom(back.members, this.#changes);
    if (answered) return this.#end(still, { kind: 'answered', error });
    if (still.length > 0 && ++this.#tries.unanswered >= SENDS) {
      return this.#end(still, { kind: 'not-done', error });
    }
    return 'look';
  }

  /** Waits as a 429 asked; that time does not count against the limit. */
  async #waitOut(): Promise<void> {
    const { clock } = this.#o;
    const from = clock.now();
    if (this.#tries.throttled !== undefined) await this.#port.waitOut(this.#tries.throttled);
    this.#tries.excuse(clock.now() - from);
  }

  /** Looks for `settleMs`; 'lost' when a look did not show a change. */
  async #settle(): Promise<Convergence<T> | 'lost'> {
    const { clock, settleMs, signal } = this.#o;
    if (settleMs === 0 || this.#tries.writes === 0) return this.#end([]);
    const every = Math.max(20, settleMs / 15);
    const until = clock.now() + settleMs;
    while (clock.now() < until) {
      try {
        await clock.sleep(Math.min(every, until - clock.now()), signal);
      } catch {
        return this.#end([], { kind: 'interrupted' });
      }
      const look = await this.#look();
      if (!('members' in look)) return this.#end(this.#changes, look);
      const gone = missingFrom(look.members, this.#changes);
      if (gone.length > 0) {
        this.#tries.lose(gone);
        if (signal.aborted) return this.#end(gone, { kind: 'interrupted' });
        await this.#tries.backOff();
        return 'lost';
      }
      if (this.#tries.timeIsUp() && clock.now() < until) {
        return this.#end(this.#tries.inDoubt([]), { kind: 'not-settled' });
      }
    }
    return this.#end([]);
  }

  async #look(): Promise<Look> {
    const readAt = this.#o.clock.now();
    try {
      return { members: await this.#port.read(), readAt };
    } catch (error) {
      // Before any write there is nothing in doubt: the run fails with what the read threw.
      if (!isGroupctlError(error) || this.#tries.writes === 0) throw error;
      if (error.kind === 'not-found') return { kind: 'group-gone', error };
      return { kind: error.kind === 'safety' ? 'stopped' : 'unreadable', error };
    }
  }

  #end(missing: readonly T[], reason?: Reason): Convergence<T> {
    const sent = this.#tries.writes > 0;
    return {
      missing,
      sent,
      lateWrite: this.#tries.late,
      ...(reason === undefined ? {} : { reason }),
    };
  }
}
