import { defined } from '../../domain/defined.ts';
import type { GroupctlError } from '../../errors.ts';
import { FailedAttempts } from '../../http/failures.ts';
import type { Written } from '../change-port.ts';
import type { Convergence, ConvergeOptions, ListPort, Reason } from './list-port.ts';

/**
 * What a run has tried so far: how often, since when, what it lost on the way, and what all that
 * comes to when it ends.
 */
export class Attempts<T> {
  readonly #o: ConvergeOptions<T>;
  readonly #changes: readonly T[];
  #firstWriteAt: number | undefined;
  /** What any write has carried; the first mostly carries all of it. */
  #carried: ReadonlySet<T> = new Set();
  #carriedAll = false;
  /** Changes that were overwritten at least once: the ones in doubt when time is up. */
  readonly #lost = new Set<T>();
  #missing: readonly T[];
  /** The intent of a write is on record. */
  announced = false;
  /** Writes that were sent or tried, those that a 429 turned away left out. */
  writes = 0;
  /** Writes without an answer, one after the other. */
  unanswered = 0;
  late = false;
  /** A write was sent and not answered, and no read has shown it: it may still take effect. */
  open = false;
  /** Failures of writes. */
  readonly failed = new FailedAttempts();
  /** The 429 that has to be waited out. */
  throttled: GroupctlError | undefined;

  constructor(changes: readonly T[], options: ConvergeOptions<T>) {
    this.#changes = changes;
    this.#missing = changes;
    this.#o = options;
  }

  /** True if the server was sent a write that it may have acted on. */
  get sent(): boolean {
    return this.#firstWriteAt !== undefined;
  }

  get written(): Written {
    return this.sent ? 'sent' : 'nothing';
  }

  /** The clock of the limit runs from the first write that the server may have acted on. */
  noteSent(time: number, carried: readonly T[]): void {
    this.#firstWriteAt ??= time;
    this.#carriedAll ||= carried.length === this.#changes.length;
    if (!this.#carriedAll) this.#carried = new Set([...this.#carried, ...carried]);
  }

  /** Notes what a read did not show. */
  noteMissing(missing: readonly T[]): void {
    this.#missing = missing;
    // What no write has carried yet is not lost: it was never there.
    for (const change of missing) if (this.#wasCarried(change)) this.#lost.add(change);
  }

  timeIsUp(): boolean {
    const { clock, limitMs } = this.#o;
    return this.#firstWriteAt !== undefined && clock.now() - this.#firstWriteAt > limitMs;
  }

  /** Waits before another write, with full jitter: 50·2ⁿ ms, 3 s at most. */
  async backOff(): Promise<void> {
    const { clock, signal } = this.#o;
    const ceiling = Math.min(3000, 50 * 2 ** Math.min(this.writes, 10));
    await clock.sleep(clock.random() * ceiling, signal).catch(() => undefined);
  }

  /** Waits as a 429 asked; that time does not count against the limit. */
  async waitOut(port: ListPort): Promise<void> {
    const { clock } = this.#o;
    const from = clock.now();
    if (this.throttled !== undefined) await port.waitOut(this.throttled);
    if (this.#firstWriteAt !== undefined) this.#firstWriteAt += clock.now() - from;
  }

  end(missing: readonly T[], reason?: Reason): Convergence<T> {
    return {
      missing,
      byOthers: this.#carriedAll ? [] : this.#neverCarried(missing),
      sent: this.sent,
      lateWrite: this.late,
      ...defined({ reason, open: this.open || undefined }),
    };
  }

  #wasCarried(change: T): boolean {
    return this.#carriedAll || this.#carried.has(change);
  }

  /** Those that are there though no write carried them. */
  #neverCarried(missing: readonly T[]): T[] {
    const gone = new Set(missing);
    return this.#changes.filter((change) => !this.#carried.has(change) && !gone.has(change));
  }

  /** Turned away before anything was accepted. */
  notDone(error: GroupctlError): Convergence<T> {
    return this.end(this.#missing, { kind: 'not-done', error });
  }

  /** In doubt is what the latest read did not show. */
  interrupted(): Convergence<T> {
    return this.end(this.#missing, { kind: 'interrupted' });
  }

  /** In doubt is what is missing now, and what was lost before and may be lost again. */
  givenUp(reason: Reason): Convergence<T> {
    const doubtful = new Set([...this.#lost, ...this.#missing]);
    return this.end(doubtful.size > 0 ? [...doubtful] : this.#changes, reason);
  }
}
