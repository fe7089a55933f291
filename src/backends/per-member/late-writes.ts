import type { MemberChange } from '../../domain/change.ts';
import { type MarkedWrite, writeKey } from '../../state/lock/in-flight.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import { memberWrite } from '../shared/in-flight.ts';

/**
 * Waiting for calls of earlier runs that may still take effect, where each call is about one member.
 * Only time ends the wait: what a read shows may be another run's doing, which made the same change.
 */

const NEVER = (): Promise<boolean> => Promise.resolve(false);

/**
 * Waits for those that would undo one of these changes. The same change made twice does no harm.
 *
 * @param isWholeGroup the changes name each member that is to stay: any other addition is waited for, too
 * @returns true if there was one to wait for
 */
export async function waitForOpposites(
  lock: HeldLock | undefined,
  changes: readonly MemberChange[],
  isWholeGroup: boolean,
): Promise<boolean> {
  if (lock === undefined) return false;
  let own: Set<string> | undefined;
  let opposites: Set<string> | undefined;
  const isRelevant = (write: MarkedWrite): boolean => {
    own ??= new Set(changes.map((change) => writeKey(memberWrite(change))));
    opposites ??= new Set(
      changes.map(({ op, ...change }) =>
        writeKey(memberWrite({ ...change, op: op === 'add' ? 'remove' : 'add' })),
      ),
    );
    const key = writeKey(write);
    const isAddition = 'op' in write && write.op === 'add';
    return opposites.has(key) || (isWholeGroup && isAddition && !own.has(key));
  };
  return await lock.awaitWrites(isRelevant, NEVER);
}

/** Waits for all of them: the group is about to be deleted. */
export async function waitForAll(lock: HeldLock): Promise<void> {
  await lock.awaitWrites(() => true, NEVER);
}
