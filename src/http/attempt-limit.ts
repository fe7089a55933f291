/**
 * The time limit of one attempt together with the interrupt of the run. AbortSignal.timeout and
 * AbortSignal.any say the same and take longer than the rest of a call: of thousands it matters.
 */
export class AttemptLimit {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #interrupt: AbortSignal | undefined;
  readonly #onInterrupt = (): void => this.#controller.abort();
  #timedOut = false;

  /**
   * @param ms milliseconds; rounded up, as whole ones are all that a timer takes
   * @param interrupt undefined for a request that an interrupt does not cut short
   */
  constructor(ms: number, interrupt: AbortSignal | undefined) {
    this.#timer = setTimeout(() => {
      this.#timedOut = true;
      this.#controller.abort();
    }, Math.ceil(ms));
    this.#interrupt = interrupt;
    interrupt?.addEventListener('abort', this.#onInterrupt, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** True if it was the time that ran out. */
  get timedOut(): boolean {
    return this.#timedOut;
  }

  /** To be called when the attempt is over, however it ended. */
  end(): void {
    clearTimeout(this.#timer);
    this.#interrupt?.removeEventListener('abort', this.#onInterrupt);
  }
}
