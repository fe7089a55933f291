import type { Dispatcher } from 'undici';
import { type AnswerHeaders, BODY_CAP, tooLargeError } from './body.ts';
import { LONGEST_TIMER_MS } from './deadline.ts';

/** An answer whose last byte has come, as it was sent. */
export interface Received {
  readonly status: number;
  readonly headers: AnswerHeaders;
  readonly body: Buffer;
}

/**
 * One attempt over undici's `dispatch`, with its time limit and the interrupt of the run. undici's
 * `request` does the same with a stream, an abort signal and some promises for each call, which take
 * longer than the rest of a call: of thousands it matters.
 */
export class Attempt implements Dispatcher.DispatchHandler {
  /** Undefined until the head of an answer has come. */
  status: number | undefined;
  /** True if it was the time that ran out. */
  timedOut = false;
  readonly #refusal: () => Error | undefined;
  readonly #cap: number;
  #headers: AnswerHeaders = {};
  #parts: Buffer[] = [];
  #size = 0;
  #controller: Dispatcher.DispatchController | undefined;
  /** Why it is to go no further, if it is. */
  #cut: Error | undefined;
  #resolve!: (received: Received) => void;
  #reject!: (error: unknown) => void;

  /** True once it was handed to a connection: from then on it may reach the server. */
  get isSent(): boolean {
    return this.#controller !== undefined;
  }

  /**
   * @param refusal asked right before the request is written: with an error nothing of it is
   * @param cap bytes of a body, before decompression
   */
  constructor(refusal: () => Error | undefined = () => undefined, cap = BODY_CAP) {
    this.#refusal = refusal;
    this.#cap = cap;
  }

  /**
   * Sends the request and reads the whole answer.
   *
   * @param ms milliseconds for all of it; rounded up, as whole ones are all that a timer takes
   * @param interrupt undefined for a request that an interrupt does not cut short
   * @throws what undici or Node throws, protocol (1) for a body beyond the cap
   */
  async run(
    agent: Dispatcher,
    request: Dispatcher.DispatchOptions,
    ms: number,
    interrupt: AbortSignal | undefined,
  ): Promise<Received> {
    const timer = setTimeout(outOfTime, Math.min(Math.ceil(ms), LONGEST_TIMER_MS), this);
    const onInterrupt = (): void => this.end(new Error('interrupted'));
    interrupt?.addEventListener('abort', onInterrupt, { once: true });
    try {
      return await new Promise<Received>((resolve, reject) => {
        this.#resolve = resolve;
        this.#reject = reject;
        agent.dispatch(request, this);
      });
    } finally {
      clearTimeout(timer);
      interrupt?.removeEventListener('abort', onInterrupt);
    }
  }

  /** Ends it now, wherever it is; one that has not been sent yet is never sent. */
  end(why: Error): void {
    this.#cut ??= why;
    this.#reject(why);
    this.#controller?.abort(why);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    const refusal = this.#refusal();
    if (refusal !== undefined) this.end(refusal);
    // Ended while it waited for a connection: nothing of it has been written yet.
    if (this.#cut !== undefined) controller.abort(this.#cut);
    else this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: AnswerHeaders,
  ): void {
    // 1xx is a note before the answer.
    if (status < 200) return;
    this.status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= this.#cap) this.#parts.push(chunk);
    else if (this.#cut === undefined) this.end(tooLargeError(this.#cap));
  }

  onResponseEnd(): void {
    const [only] = this.#parts;
    const body = only === undefined || this.#parts.length > 1 ? Buffer.concat(this.#parts) : only;
    this.#resolve({ status: this.status ?? 0, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#reject(error);
  }
}

function outOfTime(attempt: Attempt): void {
  attempt.timedOut = true;
  attempt.end(new Error('out of time'));
}
