import { type GroupctlError, isGroupctlError } from '../errors.ts';
import { header, type HttpAnswer } from './exchange.ts';
import type { Clock, Deadline } from './deadline.ts';
import { FailedAttempts } from './failures.ts';
import { Patience } from './patience.ts';

const RETRYABLE_STATUS = new Set([429, 502, 503, 504]);

/** Failures that will not be different a moment later. */
const LASTING = new Set([
  'deadline',
  'dns',
  'tls',
  'body-too-large',
  'bad-proxy',
  'proxy-refused',
  'proxy-unreachable',
]);

/** True for a failure that another try a moment later would meet again. */
export function isLasting({ code }: GroupctlError): boolean {
  return LASTING.has(code);
}

/** How often a read is repeated after a network error or a 429, 502, 503 or 504. */
export const READ_RETRIES = 3;
const FIRST_DELAY_MS = 200;

/** What reading works with. */
export interface Reading {
  attempt(): Promise<HttpAnswer>;
  /** Waits that many milliseconds and says why. */
  pause(ms: number, why: string): Promise<void>;
  readonly clock: Clock;
  readonly deadline: Deadline;
  /** True: a 429 is the result. */
  readonly paced: boolean;
}

/**
 * Reads, and tries it again where that may help and `--deadline` leaves time for it.
 *
 * @returns the last answer
 * @throws the last failure, with the number of attempts; network (6) `wait-too-long`
 */
export async function readWithRetries(reading: Reading): Promise<HttpAnswer> {
  const { clock, deadline, paced } = reading;
  const patience = new Patience(clock);
  const failed = new FailedAttempts();
  for (let attempt = 0; ; attempt++) {
    const result = await resultOf(reading, failed);
    const isOver = attempt === READ_RETRIES || !isRetryable(result, paced);
    const wait = isOver ? Infinity : retryDelay(result, attempt, patience, clock);
    if (wait >= deadline.remaining()) {
      if (isGroupctlError(result)) throw result;
      return result;
    }
    await reading.pause(wait, `the server answered ${result.status ?? 'nothing'}`);
  }
}

async function resultOf(
  reading: Reading,
  failed: FailedAttempts,
): Promise<HttpAnswer | GroupctlError> {
  try {
    return await reading.attempt();
  } catch (error) {
    if (!isGroupctlError(error)) throw error;
    return failed.count(error);
  }
}

function isRetryable(result: HttpAnswer | GroupctlError, paced: boolean): boolean {
  if (isGroupctlError(result)) return result.kind === 'network' && !isLasting(result);
  return RETRYABLE_STATUS.has(result.status) && !(paced && result.status === 429);
}

/** Milliseconds before the next attempt: as the server asks, else jittered and doubling. */
function retryDelay(
  result: HttpAnswer | GroupctlError,
  attempt: number,
  patience: Patience,
  clock: Clock,
): number {
  const asked = isGroupctlError(result) ? undefined : retryAfter(result, clock);
  if (asked !== undefined || result.status === 429) return patience.next(asked);
  return FIRST_DELAY_MS * 2 ** attempt * (0.5 + clock.random() / 2);
}

/** All three forms of a date begin with the day of the week; Date.parse takes "-1" for one, too. */
const DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/i;

/**
 * The Retry-After of an answer in milliseconds: seconds or a date (RFC 9110, 10.2.3); undefined if
 * there is none, or it is neither.
 */
export function retryAfter(answer: HttpAnswer, clock: Clock): number | undefined {
  const value = header(answer, 'retry-after')?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  const date = DATE.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now());
}
