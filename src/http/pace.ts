import { header, type HttpAnswer } from './exchange.ts';
import type { Clock } from './deadline.ts';
import { Patience } from './patience.ts';

/**
 * The pace of a run against a server with rate limits, taken from what it says: `x-ratelimit-limit`,
 * `-remaining` and `-reset` (seconds) of every answer, and the `Retry-After` of a 429. Nothing is
 * sent that the server has no room for; calls under way count as sent. Reads and writes usually
 * have windows of their own; where they have the same limit they are taken for one. At first, and
 * after a 429, one call is sent alone: the others follow when the server has let it through.
 */

export type PaceKind = 'read' | 'write';

interface PaceOptions {
  readonly clock: Clock;
  /** Waits that many milliseconds; rejects when it is interrupted or there is no time for it. */
  readonly pause: (ms: number) => Promise<void>;
}

/** What is known of one window. */
interface Window {
  limit: number | undefined;
  remaining: number;
  /** Milliseconds on the clock; undefined: nothing is known. */
  resetAt: number | undefined;
  blockedUntil: number;
  inFlight: number;
  /** No call was let through yet, or since the last 429. */
  closed: boolean;
  /** With 429s one after the other; those of calls that were under way at once are one. */
  readonly patience: Patience;
  /** Why nothing more is sent, when the patience has ended. */
  failure: Error | undefined;
  /** How often a 429 has stopped the sending. */
  blocks: number;
}

/** Servers give resets in whole seconds; windows that differ by less are one. */
const SAME_WINDOW_MS = 2000;

export class Pace {
  readonly #options: PaceOptions;
  readonly #windows: Readonly<Record<PaceKind, Window>>;
  #pauses = new Map<PaceKind, Promise<void>>();
  #waiting: (() => void)[] = [];

  constructor(options: PaceOptions) {
    this.#options = options;
    const { clock } = options;
    this.#windows = { read: newWindow(clock), write: newWindow(clock) };
  }

  /** Enters at once if there is room; else false, and nothing has happened. */
  tryEnter(kind: PaceKind): boolean {
    const window = this.#windows[kind];
    if (window.failure !== undefined || this.#waitFor(kind) !== 0) return false;
    window.inFlight++;
    return true;
  }

  /**
   * Resolves when one more call has room; every call that entered has to leave.
   *
   * @throws what `pause` and `block` threw
   */
  async enter(kind: PaceKind): Promise<void> {
    const window = this.#windows[kind];
    for (;;) {
      if (window.failure !== undefined) throw window.failure;
      const wait = this.#waitFor(kind);
      if (wait === 0) break;
      if (wait === 'answer') await new Promise<void>((resolve) => this.#waiting.push(resolve));
      else await this.#pauseOnce(kind, wait);
    }
    window.inFlight++;
  }

  /** A call has ended, with an answer or without. */
  leave(kind: PaceKind, answer?: HttpAnswer): void {
    const window = this.#windows[kind];
    window.inFlight--;
    if (answer !== undefined) {
      this.#learn(window, answer);
      if (answer.status !== 429) {
        window.closed = false;
        window.patience.reset();
      }
    }
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }

  /** How often sending was blocked so far; a call that entered keeps it for {@link block}. */
  blocksSeen(kind: PaceKind): number {
    return this.#windows[kind].blocks;
  }

  /**
   * A 429: nothing of this kind is sent for as long as the server asked (ms), if it did, and longer
   * each time.
   *
   * @param blocksSeen when the call entered: one that was under way at an earlier block tells nothing new
   * @throws network (6) `wait-too-long` when the server asks for more than 10 minutes, or has let
   * nothing through for as long
   */
  block(kind: PaceKind, askedMs: number | undefined, blocksSeen: number): void {
    const window = this.#windows[kind];
    const now = this.#options.clock.now();
    const known = window.resetAt !== undefined && window.resetAt > now ? window.resetAt - now : 0;
    let wait = askedMs ?? known;
    if (blocksSeen === window.blocks) {
      window.closed = true;
      window.blocks++;
      try {
        wait = window.patience.next(wait);
      } catch (error) {
        window.failure = error as Error;
        throw error;
      }
    }
    window.blockedUntil = Math.max(window.blockedUntil, now + wait);
  }

  #waitFor(kind: PaceKind): number | 'answer' {
    const { read, write } = this.#windows;
    const now = this.#options.clock.now();
    const own = this.#windows[kind];
    if (own.blockedUntil > now) return own.blockedUntil - now;
    if (own.closed && own.inFlight > 0) return 'answer';
    if (read.resetAt === undefined && write.resetAt === undefined) return 0;
    const shared = read.limit !== undefined && read.limit === write.limit;
    const windows = shared ? [read, write] : [own];
    const inFlight = windows.reduce((sum, window) => sum + window.inFlight, 0);
    let wait = 0;
    for (const { resetAt, remaining } of windows) {
      if (resetAt === undefined || resetAt <= now || remaining > inFlight) continue;
      if (inFlight > 0) return 'answer';
      wait = Math.max(wait, resetAt - now);
    }
    return wait;
  }

  /** Who waits for the same thing waits together: one wait, and one note about it. */
  async #pauseOnce(kind: PaceKind, ms: number): Promise<void> {
    let pause = this.#pauses.get(kind);
    if (pause === undefined) {
      pause = this.#options.pause(ms).finally(() => this.#pauses.delete(kind));
      this.#pauses.set(kind, pause);
    }
    await pause;
  }

  #learn(window: Window, answer: HttpAnswer): void {
    const limit = numberIn(answer, 'x-ratelimit-limit');
    if (limit === undefined) return;
    const remaining = numberIn(answer, 'x-ratelimit-remaining');
    const resetS = numberIn(answer, 'x-ratelimit-reset');
    if (remaining === undefined || resetS === undefined) return;
    const now = this.#options.clock.now();
    const resetAt = now + Math.min(resetS * 1000, Number.MAX_SAFE_INTEGER);
    const before = window.resetAt;
    const same = before !== undefined && before > now && resetAt <= before + SAME_WINDOW_MS;
    window.limit = limit;
    // Answers overtake one another; within a window the room only shrinks.
    window.remaining = same ? Math.min(window.remaining, remaining) : remaining;
    window.resetAt = same ? Math.max(before, resetAt) : resetAt;
  }
}

function newWindow(clock: Clock): Window {
  return {
    limit: undefined,
    remaining: Infinity,
    resetAt: undefined,
    blockedUntil: 0,
    inFlight: 0,
    closed: true,
    patience: new Patience(clock),
    failure: undefined,
    blocks: 0,
  };
}

function numberIn(answer: HttpAnswer, name: string): number | undefined {
  const text = header(answer, name)?.trim();
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
