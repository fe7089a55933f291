import { isGroupctlError } from '../../errors.ts';
import type { HeldLock } from '../../state/lock/lock.ts';
import { fingerprint, NO_GROUP } from '../shared/in-flight.ts';
import type { SecurityGroup } from './convert.ts';
import { pickGroup } from './reader.ts';
import type { WriterContext } from './writer.ts';

/**
 * Takes the lock of a group. A write of an earlier run that may still take effect would replace the
 * list that this run is about to write, so it is waited for.
 *
 * @throws what the lock and its waits throw; the lock is released then
 */
export async function lockGroup(
  { lock, reader }: Pick<WriterContext, 'lock' | 'reader'>,
  groupName: string,
): Promise<HeldLock> {
  const held = await lock(groupName);
  try {
    await held.awaitWrites(
      () => true,
      async (write) => {
        const { groups } = await reader.groups();
        if (groups === undefined || !('list' in write)) return false;
        const group = groupIn(groups, groupName);
        if (group === undefined) return write.list === NO_GROUP;
        return fingerprint(await reader.members(group, groups)) === write.list;
      },
    );
  } catch (error) {
    await held.release();
    throw error;
  }
  return held;
}

function groupIn(groups: readonly SecurityGroup[], name: string): SecurityGroup | undefined {
  try {
    return pickGroup(name, groups);
  } catch (error) {
    if (isGroupctlError(error) && error.code === 'no-such-group') return undefined;
    throw error;
  }
}
