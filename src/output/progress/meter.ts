import type { Clock } from '../../http/deadline.ts';

/** How far a run is: counted here, shown by a view that is loaded when there is something to show. */

/** What a run reports about itself while it goes on. */
export interface Progress {
  /**
   * So many more (1) of the total are done.
   *
   * @param sent false: there was nothing to do for them, and they say nothing about the rate
   */
  step(count?: number, sent?: boolean): void;
  /** Nothing is sent for that many milliseconds, and why: a clause without a full stop. */
  waiting(ms: number, why: string): void;
  /** The end: whatever is drawn is removed. Calling it again does nothing. */
  stop(): void;
}

/** What is shown of a run at one moment. Times are milliseconds. */
export interface ProgressSnapshot {
  /** What is counted: `members`. */
  readonly what: string;
  readonly total: number;
  readonly done: number;
  readonly elapsed: number;
  /** Steps in a millisecond, over the last minute or two; 0: none yet. */
  readonly rate: number;
  readonly wait: { readonly left: number; readonly why: string } | undefined;
}

/** Where a snapshot is shown. */
export interface ProgressView {
  draw(snapshot: ProgressSnapshot): void;
  /** Removes what was drawn; the next `draw` draws it again. */
  hide(): void;
}

export interface MeterOptions {
  readonly total: number;
  readonly what: string;
  readonly clock: Pick<Clock, 'now'>;
  /** The times of the meter that this one continues. */
  readonly previous?: { readonly startedAt: number; readonly nextAt: number } | undefined;
  /** A bar that is drawn over; otherwise lines, one every ten seconds. */
  readonly animated: boolean;
  /** Loads the view. */
  readonly open: () => Promise<ProgressView>;
  /** Called with a wait and its milliseconds. */
  readonly warn: (message: string, waitMs: number) => void;
  readonly every: Every;
}

/** Calls back again and again, without keeping the process alive, until the result is called. */
export type Every = (ms: number, call: () => void) => () => void;

/** A bar appears after this, and is drawn at most so often. */
const FIRST_BAR_MS = 1000;
const REDRAW_MS = 100;
/** The first line, and each that follows. */
const LINE_MS = 10_000;
const TICK_MS = 200;
/** The rate is that of one to two of these: rate limits usually have windows of a minute. */
const RATE_MS = 60_000;

interface Mark {
  readonly at: number;
  readonly sent: number;
}

export class Meter implements Progress {
  readonly #options: MeterOptions;
  readonly #startedAt: number;
  readonly #endTicks: () => void;
  #marks: readonly [Mark, Mark];
  #nextAt: number;
  #done = 0;
  #sent = 0;
  #wait: { readonly until: number; readonly why: string } | undefined;
  #opening = false;
  #view: ProgressView | undefined;
  #hidden = false;
  #stopped = false;

  constructor(options: MeterOptions) {
    this.#options = options;
    const now = options.clock.now();
    const { previous } = options;
    this.#startedAt = previous?.startedAt ?? now;
    const start = { at: now, sent: 0 };
    this.#marks = [start, start];
    this.#nextAt = previous?.nextAt ?? now + (options.animated ? FIRST_BAR_MS : LINE_MS);
    this.#endTicks = options.every(TICK_MS, () => this.#pull());
  }

  /** When it began, and when it shows something next: a later meter may continue it. */
  get times(): { readonly startedAt: number; readonly nextAt: number } {
    return { startedAt: this.#startedAt, nextAt: this.#nextAt };
  }

  get active(): boolean {
    return !this.#stopped;
  }

  step(count = 1, sent = true): void {
    this.#done += count;
    if (sent) this.#sent += count;
    this.#pull();
  }

  waiting(ms: number, why: string): void {
    // The first line is ten seconds away: a wait before anything is done is reported at once.
    if (!this.#options.animated && this.#done === 0 && !this.#stopped) {
      this.#options.warn(waitingText(ms, why), ms);
    }
    const until = this.#options.clock.now() + ms;
    if (this.#wait === undefined || until > this.#wait.until) this.#wait = { until, why };
    this.#pull();
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#endTicks();
    this.#view?.hide();
  }

  /** Makes room for other text; nothing is drawn until `show`. */
  hide(): void {
    this.#hidden = true;
    this.#view?.hide();
  }

  /** Draws a bar again below text that was written meanwhile. */
  show(): void {
    this.#hidden = false;
    if (this.#options.animated) this.#draw(this.#options.clock.now());
  }

  #pull(): void {
    if (this.#stopped || this.#hidden) return;
    const now = this.#options.clock.now();
    if (now < this.#nextAt) return;
    this.#nextAt = now + (this.#options.animated ? REDRAW_MS : LINE_MS);
    if (this.#view !== undefined) this.#draw(now);
    else if (!this.#opening) void this.#open();
  }

  async #open(): Promise<void> {
    this.#opening = true;
    try {
      this.#view = await this.#options.open();
    } catch {
      // A run does not fail for want of its progress.
      return;
    }
    if (!this.#hidden) this.#draw(this.#options.clock.now());
  }

  #draw(now: number): void {
    if (!this.#stopped) this.#view?.draw(this.#snapshot(now));
  }

  #snapshot(now: number): ProgressSnapshot {
    const { total, what } = this.#options;
    const [older, newer] = this.#marks;
    if (now - newer.at >= RATE_MS) this.#marks = [newer, { at: now, sent: this.#sent }];
    if (this.#wait !== undefined && this.#wait.until <= now) this.#wait = undefined;
    const wait = this.#wait && { left: this.#wait.until - now, why: this.#wait.why };
    return {
      what,
      total,
      done: this.#done,
      elapsed: now - this.#startedAt,
      rate: now > older.at ? (this.#sent - older.sent) / (now - older.at) : 0,
      wait,
    };
  }
}

/** A wait, as a sentence. */
export function waitingText(ms: number, why: string): string {
  return `Waiting ${Math.ceil(ms / 1000)} s: ${why}.`;
}
