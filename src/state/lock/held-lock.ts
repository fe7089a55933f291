import { inQuotes } from '../../domain/shorten.ts';
import { GroupctlError } from '../../errors.ts';
import type { MarkedWrite, SentWrite } from './in-flight.ts';
import type { HasLanded } from './wait-for-writes.ts';

/** The lock of a group while a run has it, in the state folder or in a shared store. */
export interface HeldLock {
  /** True while nobody has taken the lock over; asked right before each write. */
  isHeld(): boolean;
  /**
   * Waits for the writes of earlier runs that may still take effect.
   *
   * @param isRelevant true for a write that matters to this run
   * @returns true if there was one to wait for: what was read before may be old
   * @throws safety (8) `write-in-flight` when --deadline ends the wait; interrupted (130)
   */
  awaitWrites(isRelevant: (write: MarkedWrite) => boolean, hasLanded: HasLanded): Promise<boolean>;
  /**
   * Marks a write as under way, right before it is sent and after its intent was recorded.
   *
   * @throws config (2) `state-not-writable`: do not send
   */
  mark(write: MarkedWrite): SentWrite;
  /** Never throws. */
  release(): Promise<void>;
}

export const NO_MARK: SentWrite = {
  answered: () => undefined,
  neverLeft: () => undefined,
  landed: () => undefined,
};

/** @returns safety (8) `lock-lost`: another run may have the group by now, so nothing is sent */
export function lockLostError(group: string): GroupctlError {
  return new GroupctlError(
    'safety',
    `Lost the lock on ${inQuotes(group)}: this process was paused for too long, and another groupctl may be changing the group.`,
    { code: LOCK_LOST, hint: 'groupctl resume continues with the rest.' },
  );
}

/** @returns safety (8) `lock-changed`: the lock has another token than the one that was given */
export function lockChangedError(lock: {
  readonly group: string;
  readonly token: number;
  readonly holder?: string;
}): GroupctlError {
  const { group, token, holder } = lock;
  const message =
    holder === undefined
      ? `Nobody has the lock of ${inQuotes(group)} any longer; its token is ${token} now.`
      : `The lock of ${inQuotes(group)} has the token ${token} now and ${holder} has it.`;
  return new GroupctlError('safety', message, {
    code: 'lock-changed',
    hint: 'groupctl store status lists the locks.',
    nothingWritten: true,
    details: { token },
  });
}

export const LOCK_LOST = 'lock-lost';
