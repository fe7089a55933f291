import { GroupctlError } from '../errors.ts';

/** The longest time that a timer takes; a longer one fires after a millisecond. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Time as a command sees it; tests put their own in its place. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Waits that many milliseconds; rejects with the signal's reason when it is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A number from 0 to 1, for jitter. */
  random(): number;
}

/** The end of the time that the whole command may take (`--deadline`), if it has one. */
export class Deadline {
  readonly #clock: Clock;
  readonly #at: number | undefined;

  /** @param limitMs milliseconds from now, or undefined for no end. */
  constructor(clock: Clock, limitMs: number | undefined) {
    this.#clock = clock;
    this.#at = limitMs === undefined ? undefined : clock.now() + limitMs;
  }

  /** Milliseconds left, Infinity without a deadline; never below 0. */
  remaining(): number {
    return this.#at === undefined ? Infinity : Math.max(0, this.#at - this.#clock.now());
  }

  /** Throws `deadline` (network, exit 6) when a wait of that long would pass the end. */
  allow(waitMs: number, what: string): void {
    const left = this.remaining();
    if (waitMs < left) return;
    throw tooShortError(`${what}, asking for ${inSeconds(waitMs)} with ${inSeconds(left)} left`);
  }
}

function inSeconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

const HOUR_MS = 3_600_000;

/** A length of time: `34 s`, `10 minutes`, `5 hours`, `49 days`. */
export function inWords(ms: number): string {
  if (ms < 120_000) return inSeconds(ms);
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / 60_000)} minutes`;
  if (ms < 48 * HOUR_MS) return `${Math.round(ms / HOUR_MS)} hours`;
  return `${Math.round(ms / (24 * HOUR_MS))} days`;
}

/** @param unsent false: the call under way was sent, and may have an effect */
export function deadlineError(what: string, unsent = true): GroupctlError {
  return asDeadlineError(`The --deadline of this command has passed: ${what}.`, unsent);
}

function tooShortError(what: string): GroupctlError {
  return asDeadlineError(`The --deadline of this command is too short: ${what}.`, true);
}

function asDeadlineError(message: string, unsent: boolean): GroupctlError {
  return new GroupctlError('network', message, {
    code: 'deadline',
    hint: 'Give the command more time with --deadline <seconds>, or leave the option out.',
    ...(unsent && { unsent }),
  });
}
