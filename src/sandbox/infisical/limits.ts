/** Rate limits on demand: fixed windows a client address, as the contract's "Limits" has them. */
import type { SandboxRequest } from '../http.ts';
import { ApiError } from './wire.ts';

/** What a call counts as. */
export type CallKind = 'reads' | 'writes' | 'logins';

/** How many calls a window takes from one address. What is not named has no limit. */
export interface RateLimit {
  /** Reads and writes together, in place of one limit each. */
  readonly all?: number;
  readonly reads?: number;
  readonly writes?: number;
  readonly logins?: number;
  /** Milliseconds a window is open, from the first call in it; 60,000 by default. */
  readonly windowMs?: number;
}

/** The limits that are known: the cloud's two plans, and the two recorded servers. */
export const RATE_LIMITS = {
  free: { reads: 200, writes: 90 },
  pro: { reads: 350, writes: 200 },
  recorded: { all: 600, logins: 200 },
  'recorded-2026': { reads: 60, writes: 200, logins: 200 },
} as const satisfies Readonly<Record<string, RateLimit>>;

interface Window {
  readonly ends: number;
  calls: number;
}

/** The `x-ratelimit-*` headers of an answer; none where there is no limit. */
export type RateHeaders = Readonly<Record<string, string>>;

/** What a route is counted by. */
export interface CountedRoute {
  readonly kind: CallKind;
  readonly method: string;
  readonly path: string;
}

/** The windows of one server. */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  readonly #isOld: boolean;
  readonly #windows = new Map<string, Window>();
  /** A call that is run a second time, late, is not counted a second time. */
  readonly #counted = new WeakMap<SandboxRequest, RateHeaders>();

  constructor(limit: RateLimit | undefined, now: () => number, isOld: boolean) {
    this.#limit = limit ?? {};
    this.#now = now;
    this.#isOld = isOld;
  }

  /**
   * Counts a call; new servers count each route by itself. Throws a {@link TooMany}, 429, where the
   * window is full.
   */
  count(request: SandboxRequest, { kind, method, path }: CountedRoute): RateHeaders {
    const known = this.#counted.get(request);
    if (known !== undefined) return known;
    const shared = kind !== 'logins' && this.#limit.all !== undefined;
    const limit = shared ? this.#limit.all : this.#limit[kind];
    const apart = this.#isOld ? kind : `${method} ${path}`;
    const headers =
      limit === undefined
        ? {}
        : this.#take(`${shared ? 'all' : apart} ${addressOf(request)}`, limit);
    this.#counted.set(request, headers);
    return headers;
  }

  #take(key: string, limit: number): RateHeaders {
    const now = this.#now();
    const length = this.#limit.windowMs ?? 60_000;
    let window = this.#windows.get(key);
    if (window === undefined || window.ends <= now) {
      window = { ends: now + length, calls: 0 };
      this.#windows.set(key, window);
    }
    const seconds = String(Math.ceil((window.ends - now) / 1000));
    window.calls += 1;
    const headers = {
      'x-ratelimit-limit': String(limit),
      'x-ratelimit-remaining': String(Math.max(0, limit - window.calls)),
      'x-ratelimit-reset': seconds,
    };
    if (window.calls <= limit) return headers;
    const retryIn = this.#isOld ? lengthInWords(length) : `${seconds} seconds`;
    throw new TooMany({ ...headers, 'retry-after': seconds }, retryIn);
  }
}

/** A 429. */
export class TooMany extends ApiError {
  readonly headers: RateHeaders;

  constructor(headers: RateHeaders, retryIn: string) {
    super(429, 'RateLimitExceeded', `Rate limit exceeded. Please try again in ${retryIn}`);
    this.headers = headers;
  }
}

/** Old servers name the length of the window, not the time left. */
function lengthInWords(ms: number): string {
  return ms === 60_000 ? '1 minute' : `${Math.ceil(ms / 1000)} seconds`;
}

/** Whose call it is: the first address of `X-Forwarded-For`, else this machine's. */
export function addressOf(request: SandboxRequest): string {
  const header = request.headers['x-forwarded-for'];
  const first = (Array.isArray(header) ? header[0] : header)?.split(',', 1)[0]?.trim();
  return first === undefined || first === '' ? '127.0.0.1' : first;
}
