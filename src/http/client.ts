import { interruptedError, isGroupctlError } from '../errors.ts';
import { answerBody, isPacked, unpack } from './body.ts';
import { type Clock, type Deadline, deadlineError } from './deadline.ts';
import { Attempt } from './attempt.ts';
import { closedError, connectLimit, type Route } from './agent.ts';
import type { Exchange, HttpAnswer, HttpRequest } from './exchange.ts';
import { networkError, type Target, timeoutError, writeLimitError } from './failures.ts';
import { LONGEST_WAIT_MS, Patience, RATE_LIMIT, waitTooLongError } from './patience.ts';
import type { ProxyName } from './proxy-failure.ts';
import { redirectError } from './redirect.ts';
import { RequestHeaders } from './request-headers.ts';
import { readWithRetries, retryAfter } from './retry.ts';

export interface HttpOptions {
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds for one attempt, from connecting to the last byte. */
  readonly timeoutMs: number;
  readonly deadline: Deadline;
  readonly clock: Clock;
  /** Aborted by an interrupt. */
  readonly signal: AbortSignal;
  readonly openRoute: () => Promise<Route>;
  /** That of all clients of a server; absent: this one's own. */
  readonly patience?: Patience;
  readonly onExchange?: (exchange: Exchange) => void;
  readonly onWait?: (ms: number, why: string) => void;
  readonly onBody?: (body: string) => void;
  /** Milliseconds from now in which a write has to be over; no write starts later. */
  readonly writeLeftMs?: () => number;
  /** Called with the `Date` header of each answer. */
  readonly onDate?: (date: string | string[] | undefined) => void;
}

/**
 * The HTTP client over undici: no redirects, exact time limits, a body cap, retries for
 * reads and never for writes. Any status resolves; what is no answer throws.
 */
export class HttpClient {
  readonly #options: HttpOptions;
  readonly #base: URL;
  /** The parts of the base URL; a URL puts them together each time. */
  readonly #origin: string;
  readonly #pathname: string;
  readonly #href: string;
  readonly #headers: RequestHeaders;
  /** With 429s to writes. */
  readonly #patience: Patience;
  #opening: Promise<Route> | undefined;
  #route: Route | undefined;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#patience = options.patience ?? new Patience(options.clock);
    this.#headers = new RequestHeaders(options.headers);
    const base = options.baseUrl;
    this.#base = new URL(base.endsWith('/') ? base : `${base}/`);
    this.#origin = this.#base.origin;
    this.#pathname = this.#base.pathname;
    this.#href = this.#base.href;
  }

  /** The base URL, for messages. */
  get where(): string {
    return this.#href.replace(/\/$/, '');
  }

  /** The proxy that may have answered in place of the server: one that forwards plain HTTP. */
  get proxy(): ProxyName | undefined {
    return this.#origin.startsWith('http:') ? this.#route?.proxy : undefined;
  }

  /**
   * Sends one request; a GET is retried.
   *
   * @param sending its `sent` is called right before a write is handed over: an earlier failure had no
   *   effect
   * @throws network (6) when no complete answer came, protocol (1), interrupted (130)
   */
  send(request: HttpRequest, sending?: { sent?(): void }): Promise<HttpAnswer> {
    return request.method === 'GET' ? this.#read(request) : this.#attempt(request, sending);
  }

  async #read(request: HttpRequest): Promise<HttpAnswer> {
    const { clock, deadline } = this.#options;
    return await readWithRetries({
      attempt: () => this.#attempt(request),
      pause: (ms, why) => this.pause(ms, why, request),
      clock,
      deadline,
      paced: request.paced === true,
    });
  }

  /**
   * Waits, saying so when it is long enough to be noticed.
   *
   * @throws network (6) `wait-too-long` above 10 minutes, `deadline`; interrupted (130)
   */
  async pause(
    ms: number,
    why: string,
    request?: Pick<HttpRequest, 'interruptible'>,
  ): Promise<void> {
    const { clock, deadline, signal, onWait } = this.#options;
    if (ms > LONGEST_WAIT_MS) throw waitTooLongError(ms);
    deadline.allow(ms, why);
    const interrupt = request?.interruptible === false ? undefined : signal;
    if (interrupt?.aborted === true) throw interruptedError();
    if (ms >= 1000) onWait?.(ms, why);
    try {
      await clock.sleep(ms, interrupt);
    } catch {
      throw interruptedError();
    }
  }

  /**
   * Waits after a 429 to a write: at least as long as the server asks (ms), and longer each time
   * until a write is let through.
   *
   * @throws as `pause` does
   */
  async waitOut(askedMs: number | undefined): Promise<void> {
    await this.pause(this.#patience.next(askedMs), RATE_LIMIT);
  }

  /** How long an answer asks to wait (Retry-After), in milliseconds. */
  retryAfterMs(answer: HttpAnswer): number | undefined {
    return retryAfter(answer, this.#options.clock);
  }

  async close(): Promise<void> {
    const route = await this.#opening?.catch(() => undefined);
    await route?.agent.destroy(closedError());
  }

  async #attempt(request: HttpRequest, sending?: { sent?(): void }): Promise<HttpAnswer> {
    const { clock, deadline, signal, timeoutMs } = this.#options;
    const interruptible = request.interruptible !== false;
    if (interruptible && signal.aborted) throw interruptedError();
    const remaining = deadline.remaining();
    if (remaining <= 0) throw deadlineError('no time is left for another request');
    const route = (this.#route ??= await (this.#opening ??= this.#options.openRoute()));
    // It may have come while the route was opened.
    if (interruptible && signal.aborted) throw interruptedError();
    const started = clock.now();
    const { method, path, json } = request;
    const url = `${this.#href}${path}`;
    const writeLeft = sending === undefined ? undefined : this.#options.writeLeftMs;
    const left = writeLeft?.() ?? Infinity;
    if (left <= 0) throw writeLimitError();
    const attempt = new Attempt(() =>
      writeLeft === undefined || writeLeft() > 0 ? undefined : writeLimitError(),
    );
    try {
      sending?.sent?.();
      const { status, headers, body } = await attempt.run(
        route.agent,
        {
          origin: this.#origin,
          path: `${this.#pathname}${path}`,
          method,
          headers: this.#headers.of(request),
          body: json === undefined ? null : JSON.stringify(json),
        },
        Math.min(timeoutMs, remaining, left),
        interruptible ? signal : undefined,
      );
      this.#options.onDate?.(headers['date']);
      const content = answerBody(isPacked(headers) ? await unpack(body) : body, headers);
      this.#options.onBody?.(content.text());
      if (method !== 'GET' && status !== 429) this.#patience.reset();
      const answer = { method, url, status, headers, ...content };
      if (status >= 300 && status < 400) throw redirectError(answer, this.#base);
      return answer;
    } catch (error) {
      if (isGroupctlError(error)) throw error;
      if (interruptible && signal.aborted) throw interruptedError();
      const { timedOut, isSent } = attempt;
      if (timedOut && remaining <= timeoutMs)
        throw deadlineError('no complete answer came', !isSent);
      if (timedOut) throw timeoutError(this.#target(route), timeoutMs / 1000, isSent);
      throw networkError(error, this.#target(route), isSent);
    } finally {
      const { onExchange } = this.#options;
      if (onExchange !== undefined) {
        onExchange({ method, url, status: attempt.status, ms: clock.now() - started });
      }
    }
  }

  #target({ proxy }: Route): Target {
    const connectS = connectLimit(this.#options.timeoutMs) / 1000;
    return { where: this.where, proxy, connectS };
  }
}
