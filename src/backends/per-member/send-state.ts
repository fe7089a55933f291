import type { WriteIntent } from '../change-port.ts';
import type { RefusalScope, Sending } from './member-store.ts';
import type { Clock } from '../../http/deadline.ts';
import type { MemberChange } from '../../domain/change.ts';
import { type GroupctlError, interruptedError } from '../../errors.ts';
import type { MarkedWrite, SentWrite } from '../../state/lock/in-flight.ts';
import { memberWrite, noteFailure } from '../shared/in-flight.ts';

export interface DeliverOptions {
  readonly groupId: string;
  readonly groupName: string;
  readonly clock: Clock;
  readonly refusals: RefusalScope;
  readonly signal: AbortSignal;
  /** Records the intent before anything else; what it throws ends the run. */
  readonly beforeSend: (intent: WriteIntent) => Promise<void>;
  /** Marks the call as in flight. */
  readonly mark: (write: MarkedWrite) => SentWrite;
  readonly intentFailed: (error: unknown) => void;
}

/** What was sent of one change so far. */
export class SendState implements Sending {
  /** True once the present attempt may have reached the server. */
  mayHaveArrived = false;
  /** Attempts that may have. */
  count = 0;
  /** An attempt has no answer, and no read has shown its effect. */
  open = false;
  /** The server has answered an attempt by turning it away. */
  refused = false;
  readonly #o: DeliverOptions;
  readonly #change: MemberChange;
  readonly #call: string;
  #mark: SentWrite | undefined;

  constructor(o: DeliverOptions, change: MemberChange, call: string) {
    this.#o = o;
    this.#change = change;
    this.#call = call;
  }

  /** Another attempt begins: nothing of it has been sent. */
  start(): void {
    this.mayHaveArrived = false;
    this.#mark = undefined;
  }

  /** The server answered, or why it did not. */
  answered(failure?: GroupctlError): void {
    if (this.#mark === undefined) return;
    if (failure === undefined) this.#mark.answered();
    else if (noteFailure(this.#mark, failure, this.mayHaveArrived)) this.open = true;
  }

  /** A read shows what the call was to bring about. */
  landed(): void {
    this.#mark?.landed();
    if (this.count === 1) this.open = false;
  }

  async before(): Promise<void> {
    // A wait for the server's pace may have lain between the decision and the call.
    if (this.#o.signal.aborted) throw interruptedError();
    try {
      const write = memberWrite(this.#change);
      await this.#o.beforeSend({ call: this.#call, changes: [this.#change], write });
      this.#mark = this.#o.mark(write);
    } catch (error) {
      this.#o.intentFailed(error);
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
    this.refused = true;
    this.#mark?.neverLeft();
  }
}
