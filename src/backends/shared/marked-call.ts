import { asGroupctlError } from '../../errors.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import type { MarkedWrite, SentWrite } from '../../state/lock/in-flight.ts';
import { noteFailure } from './in-flight.ts';

/**
 * A call that creates or deletes a group, marked as in flight: one that takes effect late would meet
 * what later runs have made of the group.
 */
export class MarkedCall {
  readonly #lock: HeldLock;
  /** What its in-flight mark says. */
  readonly write: MarkedWrite;
  #sent: SentWrite | undefined;

  /** @param list the fingerprint of the members when it has taken effect */
  constructor(lock: HeldLock, list: string) {
    this.#lock = lock;
    this.write = { list };
  }

  async send(call: (onSend: () => void) => Promise<unknown>): Promise<void> {
    const sent = this.#lock.mark(this.write);
    this.#sent = sent;
    let handedOver = false;
    try {
      await call(() => (handedOver = true));
      sent.answered();
    } catch (error) {
      noteFailure(sent, asGroupctlError(error), handedOver);
      throw error;
    }
  }

  landed(): void {
    this.#sent?.landed();
  }
}
