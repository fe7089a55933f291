import type { GroupctlError } from '../errors.ts';
import { isGroupctlError } from '../errors.ts';
import type { HttpAnswer } from './client.ts';
import type { Clock } from './deadline.ts';

const RETRYABLE_STATUS = new Set([429, 502, 503, 504]);

/** Failures that will not be different a moment later. */
const LASTING = new Set(['deadline', 'dns', 'tls', 'body-too-large', 'bad-proxy', 'proxy-refused']);

/** A read is worth another try after these. */
export function isRetryable(result: number | GroupctlError): boolean {
  if (typeof result === 'number') return RETRYABLE_STATUS.has(result);
  return result.kind === 'network' && !LASTING.has(result.code);
}

const FIRST_DELAY_MS = 200;
/** The longest Retry-After that is waited for without being asked to by a --deadline. */
const LONGEST_WAIT_MS = 600_000;

/**
 * Milliseconds before the next attempt: what Retry-After says, else jittered and doubling;
 * undefined when the server asks for more patience than anyone has.
 */
export function retryDelay(
  result: HttpAnswer | GroupctlError,
  attempt: number,
  clock: Clock,
): number | undefined {
  const told = isGroupctlError(result) ? undefined : retryAfter(result, clock);
  if (told !== undefined) return told <= LONGEST_WAIT_MS ? told : undefined;
  return FIRST_DELAY_MS * 2 ** attempt * (0.5 + clock.random() / 2);
}

/** The Retry-After of an answer in milliseconds: seconds or a date (RFC 9110, 10.2.3). */
export function retryAfter(answer: HttpAnswer, clock: Clock): number | undefined {
  const header = answer.headers['retry-after'];
  const value = (Array.isArray(header) ? header[0] : header)?.trim();
  if (value === undefined || value === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - clock.now());
}
