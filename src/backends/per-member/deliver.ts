import type { MemberChange } from '../../domain/change.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { type GroupctlError, isGroupctlError } from '../../errors.ts';
import { FailedAttempts, isErrorAnswer, neverReached } from '../../http/failures.ts';
import { isLasting } from '../../http/retry.ts';
import { doneRow, failedRow, mayStillApplyRow, unknownRow } from '../shared/rows.ts';
import { isFromBetween } from '../shared/in-flight.ts';
import { errorAnswerRow, goneRow, saysItIsSo } from './error-answer.ts';
import type { DeliverOptions } from './deliver-options.ts';
import type { MemberStore } from './member-store.ts';
import { interruptedRow, notSentRow } from './outcome-rows.ts';
import { type PollResult, pollMembers, shows } from './poll.ts';
import { SendState } from './send-state.ts';

/** What became of one change. */
export interface Delivery {
  readonly row: MemberOutcome;
  /** Accepted, and to be read back. */
  readonly pending: boolean;
  readonly stop?: Stop | undefined;
}

/** An error that other rows will meet as well: for certain, or if it comes several times in a row. */
interface Stop {
  readonly error: GroupctlError;
  readonly isCertain: boolean;
  /** Only rows of the same operation and type of member meet it. */
  readonly isOfKind?: boolean;
}

/** How often a write without an answer is sent, at most. */
const SENDS = 3;
const RESEND_MS = 200;

/**
 * Sends one change until it is known what became of it (contract: "Outcomes"). A call ends in one of
 * four ways:
 *
 * | 2xx             | accepted: the caller reads it back, later and with others |
 * | an error status | that is the result; a read shows what is so now (error-answer.ts) |
 * | it was not sent | not tried, or not again |
 * | no answer       | a read shows it: done; the read does not: it is sent again, {@link SENDS} times in all |
 *
 * Example: the answer to an addition is lost, and reads do not show the member; the second call is
 * answered with "already a member". The first call did that, only late: the row is `added`.
 */
export async function deliver(
  change: MemberChange,
  store: MemberStore,
  options: DeliverOptions,
): Promise<Delivery> {
  return await new Delivering(change, store, options).untilKnown();
}

class Delivering {
  readonly #change: MemberChange;
  readonly #store: MemberStore;
  readonly #options: DeliverOptions;
  readonly #sends: SendState;
  readonly #failed = new FailedAttempts();

  constructor(change: MemberChange, store: MemberStore, options: DeliverOptions) {
    this.#change = change;
    this.#store = store;
    this.#options = options;
    this.#sends = new SendState(options, change, store.call(change.op));
  }

  async untilKnown(): Promise<Delivery> {
    for (;;) {
      const delivery = await this.#once();
      if (delivery === 'again') {
        await this.#pause();
        continue;
      }
      if (!this.#sends.mayStillApply) return delivery;
      return { ...delivery, row: afterLostAnswer(this.#change, delivery.row) };
    }
  }

  async #once(): Promise<Delivery | 'again'> {
    const { op, member } = this.#change;
    const sends = this.#sends;
    sends.start();
    try {
      const user = await this.#store.write(op, this.#options.groupId, member, sends);
      sends.answered();
      return { row: doneRow(this.#change, false, user), pending: true };
    } catch (thrown) {
      if (!isGroupctlError(thrown)) throw thrown;
      const error = this.#failed.count(thrown);
      sends.failed(error);
      // A login that fails has a status as well, and is no answer to this call.
      const isOfCall = sends.mayHaveArrived || this.#options.refusals.isAboutCredentials(error);
      if (isErrorAnswer(error) && isOfCall) return await this.#onErrorAnswer(error);
      return sends.mayHaveArrived ? await this.#onNoAnswer(error) : this.#onNotSent(error);
    }
  }

  async #onErrorAnswer(error: GroupctlError): Promise<Delivery> {
    const { refusals } = this.#options;
    const change = this.#change;
    if (refusals.isAboutCredentials(error) && !isFromBetween(error)) {
      const isCertain = !error.code.startsWith('permission-');
      return ended(failedRow(change, error), { error, isCertain });
    }
    // The server says that it is in effect: a replica may show it only in a moment.
    const back = await this.#readBack(saysItIsSo(change, error, refusals));
    if (back.kind === 'group-gone') return this.#onGroupGone(back.error);
    if (back.kind === 'read' && shows(back.lookups.get(change.member), change)) {
      this.#sends.landed();
    }
    const row = errorAnswerRow(change, error, back, this.#options);
    const stop = refusals.endsWholeRun(row, error)
      ? { error, isCertain: false, isOfKind: refusals.isAboutKind(error) }
      : undefined;
    return ended(row, stop);
  }

  /** Never made, or not again: no time left, too long a wait, an interrupt, no token, no record. */
  #onNotSent(error: GroupctlError): Delivery {
    const change = this.#change;
    const { count, wasTurnedAway } = this.#sends;
    const isRepeat = count > 0;
    if (error.kind === 'interrupted') {
      // The call before was read back and not there; now it can no longer be sent again.
      return ended(isRepeat ? unknownRow(change, error) : interruptedRow(change));
    }
    const isTried = isRepeat || wasTurnedAway;
    const row = isTried ? failedRow(change, error) : notSentRow(change, error, error.code);
    return ended(row, { error, isCertain: true });
  }

  async #onNoAnswer(error: GroupctlError): Promise<Delivery | 'again'> {
    if (neverReached(error)) return this.#againOrFailed(error);
    const change = this.#change;
    const back = await this.#readBack(true);
    if (back.kind === 'group-gone') return this.#onGroupGone(back.error);
    if (back.kind === 'unreadable') {
      return ended(unknownRow(change, error), { error, isCertain: false });
    }
    const lookup = back.lookups.get(change.member);
    if (shows(lookup, change)) {
      this.#sends.landed();
      return ended(doneRow(change, true, lookup?.kind === 'one' ? lookup.user : undefined));
    }
    if (lookup?.kind === 'unsure') return ended(unknownRow(change, error));
    return this.#againOrFailed(error);
  }

  /** The call had no effect that a read shows. */
  #againOrFailed(error: GroupctlError): Delivery | 'again' {
    const { aborted } = this.#options.signal;
    if (!aborted && this.#sends.count < SENDS && !isLasting(error)) return 'again';
    const isWithoutEffect = neverReached(error);
    if (aborted && !isWithoutEffect) return ended(unknownRow(this.#change, error));
    // What never reached the server has not been read back.
    const row = { ...failedRow(this.#change, error), verified: !isWithoutEffect };
    return ended(row, { error, isCertain: isWithoutEffect });
  }

  #onGroupGone(error: GroupctlError): Delivery {
    const row = goneRow(this.#change, error, this.#options.groupName);
    return ended(row, { error, isCertain: true });
  }

  /** @param polls false: one read */
  async #readBack(polls: boolean): Promise<PollResult> {
    const { groupId, clock, signal } = this.#options;
    const isPatient = polls && !signal.aborted;
    return await pollMembers(this.#store, groupId, [this.#change], clock, isPatient);
  }

  /** Before the next call, with jitter: 200, 400 ms. An interrupt ends it; the next call sees that. */
  async #pause(): Promise<void> {
    const { clock, signal } = this.#options;
    const ms = RESEND_MS * 2 ** (this.#sends.count - 1) * (0.5 + clock.random() / 2);
    await clock.sleep(ms, signal).catch(() => undefined);
  }
}

/** Known, and nothing is left to read. */
function ended(row: MemberOutcome, stop?: Stop): Delivery {
  return { row, pending: false, stop };
}

/**
 * The row of a change of which one call got no answer: what is in effect already is that call's doing,
 * and what failed may still take effect by it.
 */
function afterLostAnswer(change: MemberChange, row: MemberOutcome): MemberOutcome {
  const { outcome, verified, user } = row;
  const isInEffect = outcome === 'already-member' || outcome === 'already-absent';
  return isInEffect ? doneRow(change, verified, user) : mayStillApplyRow(row);
}
