import type { AnswerBody, AnswerHeaders } from './body.ts';

/** A request and its answer. */

export type Method = 'GET' | 'POST' | 'DELETE';

export interface HttpRequest {
  readonly method: Method;
  /** Relative to the base URL, without a leading slash, already percent-encoded. */
  readonly path: string;
  /** Sent as JSON; absent: no body and no Content-Type. */
  readonly json?: unknown;
  /** Added to (or, undefined, taken from) the client's own headers. */
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
  /** False: an interrupt does not cut this request short (a write under way, its read-back). */
  readonly interruptible?: boolean | undefined;
  /** True: a 429 to a read is an answer, as its sender keeps the pace of all calls. */
  readonly paced?: boolean;
}

export interface HttpAnswer extends AnswerBody {
  readonly method: Method;
  readonly url: string;
  readonly status: number;
  readonly headers: AnswerHeaders;
}

/** The first value of a header. */
export function header({ headers }: Pick<HttpAnswer, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** One exchange, for `--verbose`: no header, no body. */
export interface Exchange {
  readonly method: string;
  readonly url: string;
  /** Undefined when no answer came. */
  readonly status: number | undefined;
  readonly ms: number;
}
