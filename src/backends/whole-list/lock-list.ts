import type { HeldLock } from '../../state/lock/held-lock.ts';
import { fingerprint, GROUP_GONE } from '../shared/in-flight.ts';

/**
 * Takes the lock of a group. A write of an earlier run that may still take effect would replace the
 * list that this run is about to write, so it is waited for.
 *
 * @param read the members now; `no-group` where it is gone, undefined where it cannot be read
 * @throws what the lock and its waits throw; the lock is released then
 */
export async function lockList(
  lock: () => Promise<HeldLock>,
  read: () => Promise<readonly string[] | 'no-group' | undefined>,
): Promise<HeldLock> {
  const held = await lock();
  try {
    await held.awaitWrites(
      () => true,
      async (write) => {
        const members = await read();
        if (members === undefined || !('list' in write)) return false;
        return write.list === (members === 'no-group' ? GROUP_GONE : fingerprint(members));
      },
    );
  } catch (error) {
    await held.release();
    throw error;
  }
  return held;
}
