import { interruptedError } from '../errors.ts';
import { type Clock, type Deadline, deadlineError } from '../http/deadline.ts';

/** What ends a wait for input, or for output that is taken. */
export interface Limits {
  readonly clock: Clock;
  /** Aborted by an interrupt. */
  readonly signal: AbortSignal;
  readonly deadline: Deadline;
}

/**
 * Waits for input that may never come: from a pipe, a terminal, standard input.
 *
 * @param read gets a signal that ends it, and may then throw anything
 * @throws interrupted (130); network (6) `deadline`; what `read` throws
 */
export async function waitForInput<T>(
  read: (signal: AbortSignal) => Promise<T>,
  limits: Limits,
): Promise<T> {
  if (limits.signal.aborted) throw interruptedError();
  const { tooLate, end } = limitOf(limits);
  try {
    return await read(AbortSignal.any([limits.signal, tooLate]));
  } catch (error) {
    if (isAborted(limits.signal)) throw interruptedError();
    if (isAborted(tooLate)) throw deadlineError('the input had not ended');
    throw error;
  } finally {
    end();
  }
}

/**
 * Waits until output is taken that nobody may ever take. What needs no wait is written in every case.
 *
 * @param write gets a signal that ends it, and may then throw anything
 * @returns false: the signal ended it
 * @throws what `write` throws otherwise
 */
export async function waitForOutput(
  write: (signal: AbortSignal) => Promise<void>,
  limits: Limits,
): Promise<boolean> {
  const { tooLate, end } = limitOf(limits);
  const signal = AbortSignal.any([limits.signal, tooLate]);
  try {
    await write(signal);
    return true;
  } catch (error) {
    if (isAborted(signal)) return false;
    throw error;
  } finally {
    end();
  }
}

/** A signal that is aborted when the deadline has passed, until the wait is ended. */
function limitOf({ clock, deadline }: Limits): { tooLate: AbortSignal; end: () => void } {
  const done = new AbortController();
  const tooLate = new AbortController();
  const left = deadline.remaining();
  if (left !== Infinity) {
    clock.sleep(left, done.signal).then(
      () => tooLate.abort(),
      () => undefined,
    );
  }
  return { tooLate: tooLate.signal, end: () => done.abort() };
}

/** Asked again after a wait: it may have changed. */
function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}
