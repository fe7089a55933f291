import type { Clock } from '../../src/http/deadline.ts';

/**
 * Time that only passes when everybody waits: the next event is taken from a queue, and every
 * promise that it settles has run its course before the one after it. The same seed gives the same
 * run, to the event.
 */
export class VirtualClock implements Clock {
  readonly #queue = new EventQueue();
  readonly #random: () => number;
  #now = 0;
  /** How often a promise was settled that somebody may be waiting for. */
  #wakings = 0;

  constructor(seed: number) {
    this.#random = randomNumbers(seed);
  }

  now(): number {
    return this.#now;
  }

  random(): number {
    return this.#random();
  }

  /** A number from `low` up to `high`. */
  between(low: number, high: number): number {
    return low + this.#random() * (high - low);
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const stop = (): void => {
        this.#wakings++;
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', stop, { once: true });
      this.at(this.#now + ms, () => {
        this.#wakings++;
        signal?.removeEventListener('abort', stop);
        resolve();
      });
    });
  }

  /**
   * Does at a time what wakes nobody (that is `sleep`); what is asked for the same time is done in
   * the order of asking.
   */
  at(time: number, act: () => void): void {
    this.#queue.push(Math.max(time, this.#now), act);
  }

  /** Lets time pass until nothing is left to happen. */
  async run(): Promise<void> {
    await settled();
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) {
      this.#now = next.time;
      const before = this.#wakings;
      next.act();
      if (this.#wakings > before) await settled();
    }
  }
}

/** Resolves when every promise that could go on has gone on. */
async function settled(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}

/** Mulberry32: small, and the same everywhere. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Event {
  readonly time: number;
  readonly order: number;
  readonly act: () => void;
}

/** A heap of events by time, and by the order of asking within one time. */
class EventQueue {
  readonly #heap: Event[] = [];
  #asked = 0;

  push(time: number, act: () => void): void {
    const heap = this.#heap;
    let at = heap.push({ time, order: this.#asked++, act }) - 1;
    for (let parent = (at - 1) >> 1; at > 0 && this.#isBefore(at, parent); parent = (at - 1) >> 1) {
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): Event | undefined {
    const heap = this.#heap;
    if (heap.length === 0) return undefined;
    this.#swap(0, heap.length - 1);
    const first = heap.pop();
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && this.#isBefore(left, least)) least = left;
      if (right < heap.length && this.#isBefore(right, least)) least = right;
      if (least === at) return first;
      this.#swap(at, least);
      at = least;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const one = this.#heap[a]!;
    const other = this.#heap[b]!;
    return one.time < other.time || (one.time === other.time && one.order < other.order);
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap;
    const kept = heap[a]!;
    heap[a] = heap[b]!;
    heap[b] = kept;
  }
}
