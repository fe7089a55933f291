import { defined } from '../../domain/defined.ts';
import type { GroupctlError } from '../../errors.ts';
import { FailedAttempts, neverReached } from '../../http/failures.ts';
import type { Written } from '../change-port.ts';
import type { Convergence, ConvergeOptions, ListPort, Reason } from './list-port.ts';

/** What the reads and the writes of one run have in common. */
export interface ListRun<T> {
  readonly port: ListPort;
  readonly changes: readonly T[];
  readonly options: ConvergeOptions<T>;
  readonly attempts: Attempts<T>;
}

/**
 * What a run has tried so far: how often, since when, what it lost on the way, and what all that
 * comes to when it ends. Only its methods change it.
 */
export class Attempts<T> {
  readonly #options: ConvergeOptions<T>;
  readonly #changes: readonly T[];
  #isAnnounced = false;
  /** Writes that were sent or tried, those that a 429 turned away left out. */
  #writes = 0;
  /** Writes without an answer, one after the other. */
  #unanswered = 0;
  readonly #failed = new FailedAttempts();
  /** The 429 that has to be waited out. */
  #throttled: GroupctlError | undefined;
  #firstWriteAt: number | undefined;
  #isLate = false;
  #mayStillApply = false;
  /** The write under way: since when, and what it carries. */
  #present: { readonly at: number; readonly carried: readonly T[] } = { at: 0, carried: [] };
  /** What any write has carried; the first mostly carries all of it. */
  #carried: ReadonlySet<T> = new Set();
  #carriedAll = false;
  /** Changes that were overwritten at least once: the ones in doubt when time is up. */
  readonly #lost = new Set<T>();
  /** What the latest read did not show. */
  #missing: readonly T[];

  constructor(changes: readonly T[], options: ConvergeOptions<T>) {
    this.#changes = changes;
    this.#missing = changes;
    this.#options = options;
  }

  /** True if the server was sent a write that it may have acted on. */
  get sent(): boolean {
    return this.#firstWriteAt !== undefined;
  }

  get written(): Written {
    return this.sent ? 'sent' : 'nothing';
  }

  /** True if a write was tried that no 429 turned away. */
  get hasWritten(): boolean {
    return this.#writes > 0;
  }

  /** True if the last write got no answer. */
  get isUnanswered(): boolean {
    return this.#unanswered > 0;
  }

  /** True once the intent of a write is on record. */
  get isAnnounced(): boolean {
    return this.#isAnnounced;
  }

  announced(): void {
    this.#isAnnounced = true;
  }

  begin(carried: readonly T[]): void {
    this.#present = { at: this.#options.clock.now(), carried };
    this.#writes++;
  }

  /** The server took the write. */
  accepted(): void {
    this.#unanswered = 0;
    this.#noteSent();
  }

  /**
   * The server did not take the write, or did not answer.
   *
   * @param mayStillApply it may take effect all the same
   * @returns the error, saying how many there were of its kind
   */
  refused(error: GroupctlError, mayStillApply: boolean): GroupctlError {
    const failure = this.#failed.count(error);
    this.#mayStillApply ||= mayStillApply;
    if (failure.status === 429) {
      this.#writes--;
      this.#throttled = failure;
    } else if (!neverReached(failure)) {
      this.#noteSent();
    }
    return failure;
  }

  /** A read shows the very list of the write that was not accepted. */
  landed(): void {
    // Of two writes, the read may show either: the other may still take effect.
    if (this.#writes === 1) this.#mayStillApply = false;
  }

  /** No read shows a write without an answer. Returns how many such there were in a row. */
  countUnanswered(): number {
    return ++this.#unanswered;
  }

  /** The server failed in a write, and what it did before that cannot be read. */
  leaveInDoubt(): void {
    this.#mayStillApply = true;
  }

  /** Notes how long it took from the read of the base to the end of its write. */
  noteTime(readAt: number): void {
    const { clock, settleMs } = this.#options;
    if (settleMs > 0 && clock.now() - readAt > settleMs) this.#isLate = true;
  }

  /** Notes what a read did not show. */
  noteMissing(missing: readonly T[]): void {
    this.#missing = missing;
    // What no write has carried yet is not lost: it was never there.
    for (const change of missing) if (this.#wasCarried(change)) this.#lost.add(change);
  }

  timeIsUp(): boolean {
    const { clock, limitMs } = this.#options;
    return this.#firstWriteAt !== undefined && clock.now() - this.#firstWriteAt > limitMs;
  }

  /** Waits before another write, with full jitter: 50·2ⁿ ms, 3 s at most. */
  async backOff(): Promise<void> {
    const { clock, signal } = this.#options;
    const ceiling = Math.min(3000, 50 * 2 ** Math.min(this.#writes, 10));
    await clock.sleep(clock.random() * ceiling, signal).catch(() => undefined);
  }

  /** Waits as a 429 asked; that time does not count against the limit. */
  async waitOut(port: ListPort): Promise<void> {
    const { clock } = this.#options;
    const from = clock.now();
    if (this.#throttled !== undefined) await port.waitOut(this.#throttled);
    if (this.#firstWriteAt !== undefined) this.#firstWriteAt += clock.now() - from;
  }

  end(missing: readonly T[], reason?: Reason): Convergence<T> {
    return {
      missing,
      byOthers: this.#carriedAll ? [] : this.#neverCarried(missing),
      sent: this.sent,
      lateWrite: this.#isLate,
      ...defined({ reason, mayStillApply: this.#mayStillApply || undefined }),
    };
  }

  /** An error ends it: what was written before is in doubt, if something was. */
  endBy(error: GroupctlError): Convergence<T> {
    if (error.kind === 'interrupted') return this.interrupted();
    if (this.hasWritten) return this.givenUp({ kind: 'stopped', error });
    return this.end(this.#missing, { kind: 'not-done', error });
  }

  /** In doubt is what the latest read did not show. */
  interrupted(): Convergence<T> {
    return this.end(this.#missing, { kind: 'interrupted' });
  }

  /** In doubt is what is missing now, and what was lost before and may be lost again. */
  givenUp(reason: Reason): Convergence<T> {
    const inDoubt = new Set([...this.#lost, ...this.#missing]);
    return this.end(inDoubt.size > 0 ? [...inDoubt] : this.#changes, reason);
  }

  /** The clock of the limit runs from the first write that the server may have acted on. */
  #noteSent(): void {
    const { at, carried } = this.#present;
    this.#firstWriteAt ??= at;
    this.#carriedAll ||= carried.length === this.#changes.length;
    if (!this.#carriedAll) this.#carried = new Set([...this.#carried, ...carried]);
  }

  #wasCarried(change: T): boolean {
    return this.#carriedAll || this.#carried.has(change);
  }

  /** Those that are there though no write carried them. */
  #neverCarried(missing: readonly T[]): T[] {
    const gone = new Set(missing);
    return this.#changes.filter((change) => !this.#carried.has(change) && !gone.has(change));
  }
}
