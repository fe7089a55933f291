import { isGroupctlError } from '../../../errors.ts';
import type { CallRecord, CallRecorder, Deletion } from '../../security-port.ts';
import { callAndConfirm, type ConfirmedCall } from '../../shared/call-and-confirm.ts';
import { SENDS } from '../groups.ts';
import type { ProgetWriting } from '../proget-writing.ts';
import { patiently } from '../wire/throttle.ts';

/** One write of a user, task, permission or key, on record before it is sent, and read back. */

export type WriteContext = Pick<ProgetWriting, 'api' | 'reader' | 'warn'>;

type RecordedCall<T> = Pick<ConfirmedCall<T>, 'send' | 'readBack' | 'what' | 'answerLost'> & {
  readonly record: CallRecord;
};

/** @throws as {@link callAndConfirm} */
export async function confirmed<T>(
  { api, warn }: WriteContext,
  write: CallRecorder,
  call: RecordedCall<T>,
): Promise<T | undefined> {
  return await callAndConfirm({
    ...call,
    sends: SENDS,
    send: () =>
      patiently(api, async () => {
        await write.beforeSend(call.record);
        await call.send();
      }),
    call: call.record.call,
    warn,
  });
}

/**
 * A deletion. A 404 for what the list no longer shows is no failure (contract: "delete task"): somebody else
 * deleted it first or, after a call without an answer, maybe that call did.
 *
 * @throws as {@link callAndConfirm}
 */
export async function deleted(
  context: WriteContext,
  write: CallRecorder,
  call: Omit<RecordedCall<boolean>, 'answerLost'>,
): Promise<Deletion> {
  const sent = { mayHaveDeleted: false };
  const send = async (): Promise<void> => {
    try {
      await call.send();
    } catch (error) {
      sent.mayHaveDeleted ||= !isGroupctlError(error) || !UNDELETED.has(error.status ?? 0);
      throw error;
    }
  };
  try {
    await confirmed(context, write, { ...call, send });
    return 'deleted';
  } catch (error) {
    if (!isGroupctlError(error) || error.status !== 404) throw error;
    if (!(await isGone(call))) throw error;
    if (!sent.mayHaveDeleted) return 'already-absent';
    write.answerLost?.(error);
    return 'deleted';
  }
}

/** False, too, if the list cannot be read. */
async function isGone({ readBack }: Pick<RecordedCall<boolean>, 'readBack'>): Promise<boolean> {
  try {
    return (await readBack()) === true;
  } catch {
    return false;
  }
}

/** Answers of a server that deleted nothing, and of one that is asked again later. */
const UNDELETED: ReadonlySet<number> = new Set([404, 429]);
