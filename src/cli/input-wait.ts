import { interruptedError } from '../errors.ts';
import { type Clock, type Deadline, deadlineError } from '../http/deadline.ts';

/** What ends a wait for input. */
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
  { clock, signal, deadline }: Limits,
): Promise<T> {
  if (signal.aborted) throw interruptedError();
  const done = new AbortController();
  const tooLate = new AbortController();
  const left = deadline.remaining();
  if (left !== Infinity) {
    clock.sleep(left, done.signal).then(
      () => tooLate.abort(),
      () => undefined,
    );
  }
  try {
    return await read(AbortSignal.any([signal, tooLate.signal]));
  } catch (error) {
    if (isAborted(signal)) throw interruptedError();
    if (isAborted(tooLate.signal)) throw deadlineError('the input had not ended');
    throw error;
  } finally {
    done.abort();
  }
}

/** Asked again after a wait: it may have changed. */
function isAborted({ aborted }: AbortSignal): boolean {
  return aborted;
}
