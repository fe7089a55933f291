import type { GroupctlError } from '../../errors.ts';
import type { ConvergeOptions } from './list-port.ts';

/** What a run has tried so far: how often, since when, and what it lost on the way. */
export class Attempts<T> {
  readonly #o: ConvergeOptions<T>;
  readonly #changes: readonly T[];
  #firstWriteAt: number | undefined;
  /** Changes that were overwritten at least once: the ones in doubt when time is up. */
  readonly #lost = new Set<T>();
  writes = 0;
  /** Writes without an answer, one after the other. */
  unanswered = 0;
  late = false;
  /** The 429 that has to be waited out. */
  throttled: GroupctlError | undefined;

  constructor(changes: readonly T[], options: ConvergeOptions<T>) {
    this.#changes = changes;
    this.#o = options;
  }

  /** The clock of the limit runs from the first write that the server may have acted on. */
  sentAt(time: number): void {
    this.#firstWriteAt ??= time;
  }

  lose(changes: readonly T[]): void {
    if (this.#firstWriteAt === undefined) return;
    for (const change of changes) this.#lost.add(change);
  }

  timeIsUp(): boolean {
    const { clock, limitMs } = this.#o;
    return this.#firstWriteAt !== undefined && clock.now() - this.#firstWriteAt > limitMs;
  }

  /** Time that the server made us wait does not count against the limit. */
  excuse(ms: number): void {
    if (this.#firstWriteAt !== undefined) this.#firstWriteAt += ms;
  }

  /** When time is up: what is missing now, and what was lost before and may be lost again. */
  inDoubt(missing: readonly T[]): T[] {
    const doubtful = new Set([...this.#lost, ...missing]);
    return doubtful.size > 0 ? [...doubtful] : [...this.#changes];
  }

  /** Waits before another write, with full jitter: 50·2ⁿ ms, 3 s at most. */
  async backOff(): Promise<void> {
    const { clock, signal } = this.#o;
    const ceiling = Math.min(3000, 50 * 2 ** Math.min(this.writes, 10));
    await clock.sleep(clock.random() * ceiling, signal).catch(() => undefined);
  }
}
