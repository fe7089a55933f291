import type { DeliverOptions } from './deliver-options.ts';
import type { Sending } from './member-store.ts';
import type { MemberChange } from '../../domain/change.ts';
import { type GroupctlError, interruptedError } from '../../errors.ts';
import type { SentWrite } from '../../state/lock/in-flight.ts';
import { memberWrite, noteFailure } from '../shared/in-flight.ts';

/** What was sent of one change so far. */
export class SendState implements Sending {
  /** True once the present attempt may have reached the server. */
  mayHaveArrived = false;
  /** Attempts that may have. */
  count = 0;
  /** An attempt has no answer, and no read has shown its effect. */
  mayStillApply = false;
  /** The server has turned an attempt away: a rate limit, an old token. */
  wasTurnedAway = false;
  readonly #options: DeliverOptions;
  readonly #change: MemberChange;
  readonly #call: string;
  #mark: SentWrite | undefined;

  constructor(options: DeliverOptions, change: MemberChange, call: string) {
    this.#options = options;
    this.#change = change;
    this.#call = call;
  }

  /** Another attempt begins: nothing of it has been sent. */
  start(): void {
    this.mayHaveArrived = false;
    this.#mark = undefined;
  }

  /** The server took it. */
  answered(): void {
    this.#mark?.answered();
  }

  /** The server answered with an error, or not at all. */
  failed(error: GroupctlError): void {
    if (this.#mark === undefined) return;
    if (noteFailure(this.#mark, error, this.mayHaveArrived)) this.mayStillApply = true;
  }

  /** A read shows what the call was to bring about. */
  landed(): void {
    this.#mark?.landed();
    // Of two attempts the read may show either: the other may still take effect.
    if (this.count === 1) this.mayStillApply = false;
  }

  async before(): Promise<void> {
    // A wait for the server's pace may have lain between the decision and the call.
    if (this.#options.signal.aborted) throw interruptedError();
    try {
      const write = memberWrite(this.#change);
      await this.#options.beforeSend({ call: this.#call, changes: [this.#change], write });
      this.#mark = this.#options.mark(write);
    } catch (error) {
      this.#options.intentFailed(error);
      throw error;
    }
  }

  sent(): void {
    this.mayHaveArrived = true;
    this.count++;
  }

  turnedAway(): void {
    this.mayHaveArrived = false;
    this.count--;
    this.wasTurnedAway = true;
    this.#mark?.neverLeft();
  }
}
