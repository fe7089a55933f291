import { GroupctlError, isGroupctlError, reworded } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import { FailedAttempts, neverReached } from '../../http/failures.ts';
import { isFromBetween, mayHaveActed } from './in-flight.ts';

export interface ConfirmedCall<T> {
  /** Records the intent and makes the call. */
  send(): Promise<unknown>;
  /** What shows that it took effect; false: not shown; undefined: this server cannot tell. */
  readBack(): Promise<T | false | undefined>;
  /** `POST groups/add` */
  readonly call: string;
  /** For a message: `"QA" was created`. */
  readonly what: string;
  readonly warn: (message: string) => void;
  /** Called when the answer was lost and a read shows it: done by this call, or by somebody else meanwhile. */
  answerLost?(error: GroupctlError): void;
  /** How often a call without an answer is made, at most. */
  readonly sends: number;
  /** Reads again after each of these waits, in milliseconds, where a replica may be behind. */
  readonly polls?: { readonly clock: Clock; readonly waitsMs: readonly number[] };
}

/**
 * One call and its read-back: when its answer was lost, is a 5xx, or came from something in between, the list says
 * what became of it. Such a status of a call that took effect all the same is a warning.
 *
 * @returns what `readBack` showed; undefined where the server cannot tell and accepted the call
 * @throws safety (8) `outcome-unknown`, `not-applied`; what a call throws that was answered
 */
export async function callAndConfirm<T>(call: ConfirmedCall<T>): Promise<T | undefined> {
  const failed = new FailedAttempts();
  let lost: GroupctlError | undefined;
  for (let sends = 1; ; sends++) {
    const thrown = await lostAnswer(call, lost);
    lost = thrown && failed.count(thrown);
    let shown: T | false | undefined;
    try {
      shown = await pollUntilShown(call);
    } catch (error) {
      throw lost !== undefined && mayBeDone(lost)
        ? lost
        : unknownOutcomeError(call.what, lost ?? error);
    }
    if (shown === undefined && lost !== undefined) throw unknownOutcomeError(call.what, lost);
    if (shown !== false) {
      if (lost !== undefined) call.answerLost?.(lost);
      if (lost !== undefined && mayBeDone(lost)) {
        const answered = `The server answered ${lost.status} to ${call.call}`;
        call.warn(`${answered}; a read shows that ${call.what}.`);
      }
      return shown;
    }
    if (lost === undefined) throw notAppliedError(call.what);
    // An error status is the result, once a read has shown that it is all.
    if (mayBeDone(lost)) throw isFromBetween(lost) ? lost : reworded(lost, NOTHING);
    if (sends >= call.sends) throw lost;
  }
}

const NOTHING = { nothingWritten: true };

/** A 501 says that there is no such call. */
function mayBeDone(error: GroupctlError): boolean {
  return mayHaveActed(error) && error.status !== 501;
}

/**
 * The failure of a call that may have had an effect all the same; undefined: it was accepted.
 *
 * @param earlier of the call before it, which may still take effect: it stays in doubt if this one was not sent
 */
async function lostAnswer<T>(
  call: ConfirmedCall<T>,
  earlier: GroupctlError | undefined,
): Promise<GroupctlError | undefined> {
  try {
    await call.send();
    return undefined;
  } catch (error) {
    if (!isGroupctlError(error)) throw error;
    if (neverReached(error)) throw earlier ?? error;
    const isLost = error.kind === 'network' || error.kind === 'protocol';
    if (mayBeDone(error) || (isLost && (error.status ?? 0) < 300)) return error;
    throw error;
  }
}

async function pollUntilShown<T>(call: ConfirmedCall<T>): Promise<T | false | undefined> {
  const { polls } = call;
  for (let poll = 0; ; poll++) {
    const shown = await call.readBack();
    const wait = polls?.waitsMs[poll];
    if (polls === undefined || wait === undefined || shown !== false) return shown;
    await polls.clock.sleep(wait);
  }
}

function notAppliedError(what: string): GroupctlError {
  return new GroupctlError(
    'safety',
    `The server accepted it, and its list does not show whether ${what}.`,
    { code: 'not-applied', hint: 'Look at the server before trying again.' },
  );
}

function unknownOutcomeError(what: string, cause: unknown): GroupctlError {
  const why = cause instanceof Error ? ` ${cause.message}` : '';
  return new GroupctlError('safety', `It is not known whether ${what}.${why}`, {
    code: 'outcome-unknown',
    hint: 'Look at the server before trying again.',
    cause,
  });
}
