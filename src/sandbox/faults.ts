/** Misbehaviour on demand, for tests. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import { Refusal } from './http.ts';
import { isRecord } from './values.ts';

/**
 * What to do to some of the requests. Without `status`, `reset: 'before'` or `ignore` the request
 * takes effect as it always would.
 */
export interface Fault {
  /** Only requests by this verb. */
  method?: string;
  /** Only requests whose path and query hold this, as sent (that is, percent-encoded). */
  path?: string;
  /** So many matching requests are left alone first. */
  skip?: number;
  /** So many are hit, 1 by default; 0: all of them. */
  times?: number;
  /** Milliseconds to wait before the request takes effect, which it does even if the client left. */
  latencyMs?: number;
  /** Answered instead; the request takes no effect. */
  status?: number;
  /** Sent besides, or in place of, those of the answer. */
  headers?: Record<string, string>;
  /** Sent in place of the answer's body. */
  body?: string;
  /** Of the body; `text/plain` where only a body is given. */
  contentType?: string;
  /** Cut the connection in place of an answer: before the request takes effect, or after. */
  reset?: 'before' | 'after';
  /** Send only so many bytes of the body, under the length of the whole, then cut. */
  truncate?: number;
  /** Answer now, take effect so many milliseconds later. */
  lateCommitMs?: number;
  /** Answer as if it had worked, and change nothing. */
  ignore?: boolean;
}

interface Armed {
  readonly fault: Fault;
  skip: number;
  left: number;
}

/** The faults of one server, and how often each has struck. */
export class Faults {
  #armed: Armed[] = [];

  constructor(faults: readonly Fault[] = []) {
    this.replace(faults);
  }

  /** Puts new faults in the place of all there are; counting starts again. */
  replace(faults: readonly Fault[]): void {
    this.#armed = faults.map((fault) => {
      const times = fault.times ?? 1;
      return { fault, skip: fault.skip ?? 0, left: times === 0 ? Infinity : times };
    });
  }

  /**
   * The fault for a request that has just come in: the first that matches and has something left.
   * Faults further down are not touched by it; one that still skips counts it and lets it pass on.
   */
  take(method: string, target: string): Fault | undefined {
    for (const armed of this.#armed) {
      const { fault } = armed;
      if (fault.method !== undefined && fault.method.toUpperCase() !== method) continue;
      if (fault.path !== undefined && !target.includes(fault.path)) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
      } else if (armed.left > 0) {
        armed.left -= 1;
        return fault;
      }
    }
    return undefined;
  }
}

/** Faults from outside. Throws a 400 that names the first thing wrong; a typo must not pass a test. */
export function parseFaults(value: unknown): Fault[] {
  if (!Array.isArray(value)) throw new Refusal(400, 'Faults are an array.');
  value.forEach((fault, index) => {
    if (!isRecord(fault)) throw new Refusal(400, `Fault ${index} is not an object.`);
    for (const [name, given] of Object.entries(fault)) {
      const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof Fault] : undefined;
      if (check === undefined) throw new Refusal(400, `Fault ${index}: there is no "${name}".`);
      if (!check.isValid(given))
        throw new Refusal(400, `Fault ${index}: "${name}" takes ${check.what}.`);
    }
  });
  return value as Fault[];
}

interface Check {
  readonly isValid: (value: unknown) => boolean;
  /** What it takes. */
  readonly what: string;
}

const TEXT: Check = { isValid: isText, what: 'text' };
const COUNT: Check = { isValid: isCount, what: 'a whole number' };

const CHECKS: Readonly<Record<keyof Fault, Check>> = {
  method: TEXT,
  path: TEXT,
  skip: COUNT,
  times: COUNT,
  latencyMs: COUNT,
  status: {
    isValid: (value) => isCount(value) && value >= 200 && value <= 599,
    what: 'a number from 200 to 599',
  },
  headers: { isValid: isHeaders, what: 'an object of texts' },
  body: TEXT,
  contentType: TEXT,
  reset: {
    isValid: (value) => value === 'before' || value === 'after',
    what: '"before" or "after"',
  },
  truncate: COUNT,
  lateCommitMs: COUNT,
  ignore: { isValid: (value) => typeof value === 'boolean', what: 'true or false' },
};

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

// Timers take no more than this, and nothing else counts as far.
function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;
}

function isHeaders(value: unknown): boolean {
  if (!isRecord(value)) return false;
  try {
    for (const [name, text] of Object.entries(value)) {
      validateHeaderName(name);
      validateHeaderValue(name, text as string);
    }
    return Object.values(value).every(isText);
  } catch {
    return false;
  }
}
