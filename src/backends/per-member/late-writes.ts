import { type MemberChange, oppositeOf } from '../../domain/change.ts';
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
 * @param alsoOthers waits for the addition of any other member, too: what is checked is all members
 * @returns true if there was one to wait for
 */
export async function waitForOpposites(
  lock: HeldLock | undefined,
  changes: readonly MemberChange[],
  alsoOthers: boolean,
): Promise<boolean> {
  if (lock === undefined) return false;
  let opposites: Set<string> | undefined;
  let own: Set<string> | undefined;
  const isRelevant = (write: MarkedWrite): boolean => {
    const key = writeKey(write);
    opposites ??= keysOf(changes.map((change) => ({ ...change, op: oppositeOf(change.op) })));
    if (opposites.has(key)) return true;
    if (!alsoOthers || !('op' in write) || write.op !== 'add') return false;
    own ??= keysOf(changes);
    return !own.has(key);
  };
  return await lock.awaitWrites(isRelevant, NEVER);
}

function keysOf(changes: readonly MemberChange[]): Set<string> {
  return new Set(changes.map((change) => writeKey(memberWrite(change))));
}

/** Waits for all of them: the group is about to be deleted. */
export async function waitForAll(lock: HeldLock): Promise<void> {
  await lock.awaitWrites(() => true, NEVER);
}
