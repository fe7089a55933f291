import { GroupctlError } from '../errors.ts';
import { type Clock, inWords } from './deadline.ts';

/** The longest wait for a server, and the longest time without one call that it accepts. */
export const LONGEST_WAIT_MS = 600_000;
/** Why a run waits. */
export const RATE_LIMIT = 'the server limits the rate of requests';

/** The shortest wait after a refusal; doubled each time, up to the second number. */
const FIRST_WAIT_MS = 1000;
const GROWN_WAIT_MS = 60_000;

/**
 * How long to wait for a server that refuses calls because there are too many (429): at least as
 * long as it asks for, never less than a second, and longer each time.
 */
export class Patience {
  readonly #clock: Pick<Clock, 'now' | 'random'>;
  #refusals = 0;
  /** When the first of these refusals came. */
  #since = 0;

  constructor(clock: Pick<Clock, 'now' | 'random'>) {
    this.#clock = clock;
  }

  /** The server accepted a call: the next refusal is a first one. */
  reset(): void {
    this.#refusals = 0;
  }

  /**
   * The milliseconds to wait after one more refusal.
   *
   * @param askedMs what the server asks for, if it does
   * @throws network (6) `wait-too-long` for a wait that would end more than 10 minutes after the
   * first refusal
   */
  next(askedMs = 0): number {
    const now = this.#clock.now();
    if (this.#refusals === 0) this.#since = now;
    const passed = now - this.#since;
    const left = LONGEST_WAIT_MS - passed;
    const least = Math.max(askedMs, FIRST_WAIT_MS);
    if (least > left)
      throw this.#refusals === 0 ? waitTooLongError(askedMs) : noneAcceptedError(passed, askedMs);
    const doubled = Math.min(GROWN_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#refusals);
    this.#refusals++;
    // Spreads the retries of jobs that were refused together.
    const grown = doubled * (1 + this.#clock.random() / 4);
    return Math.min(Math.max(least, grown), left);
  }
}

/** The failure for a wait of more than 10 minutes. */
export function waitTooLongError(askedMs: number): GroupctlError {
  return tooLongError(`The server asks groupctl to wait ${askedFor(askedMs)}.`, askedMs);
}

function noneAcceptedError(passedMs: number, askedMs: number): GroupctlError {
  const more = askedMs > 0 ? `, and asks groupctl to wait ${askedFor(askedMs)} more` : '';
  const message = `The server has limited the rate of requests and accepted none for ${inWords(passedMs)}${more}.`;
  return tooLongError(message, askedMs);
}

/** As the server said it, and for people: `4294968 s (50 days)`. */
function askedFor(ms: number): string {
  const seconds = `${Math.round(ms / 1000)} s`;
  const words = inWords(ms);
  return words.endsWith(' s') ? words : `${seconds} (${words})`;
}

function tooLongError(message: string, askedMs: number): GroupctlError {
  return new GroupctlError('network', message, {
    code: 'wait-too-long',
    unsent: true,
    hint: `groupctl waits ${inWords(LONGEST_WAIT_MS)} at most. Run the command again later.`,
    details: askedMs > 0 ? { retryAfterMs: askedMs } : undefined,
  });
}
