import { setImmediate as turn } from 'node:timers/promises';
import type { Clock } from '../../src/http/deadline.ts';

const START = Date.UTC(2026, 8, 1);

/** Time that passes only when a run waits, and does not end. */
export class FuzzClock implements Clock {
  readonly #most: number;
  #now = START;
  #waits = 0;

  /** @param most waits of one run */
  constructor(most: number) {
    this.#most = most;
  }

  /** Milliseconds that were waited for. */
  get waited(): number {
    return this.#now - START;
  }

  get waits(): number {
    return this.#waits;
  }

  now = (): number => this.#now;
  random = (): number => 0.5;

  sleep = async (ms: number, signal?: AbortSignal): Promise<void> => {
    // A run that waits again and again would keep the test from ending it.
    if (++this.#waits > this.#most) await new Promise(() => undefined);
    const due = this.#now + ms;
    await turn();
    signal?.throwIfAborted();
    this.#now = Math.max(this.#now, due);
  };
}
