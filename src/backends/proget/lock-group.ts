import { isGroupctlError } from '../../errors.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import { pickGroup } from '../shared/pick-group.ts';
import type { SecurityGroup } from './convert.ts';
import { lockList } from '../whole-list/lock-list.ts';
import type { ProgetWriting } from './proget-writing.ts';

/** Takes the lock of a group, and waits for writes that may still replace its list. */
export async function lockGroup(
  { lock, reader }: Pick<ProgetWriting, 'lock' | 'reader'>,
  groupName: string,
): Promise<HeldLock> {
  return await lockList(
    () => lock(groupName),
    async () => {
      const { groups } = await reader.groups();
      if (groups === undefined) return undefined;
      const group = groupIn(groups, groupName);
      return group === undefined ? 'no-group' : await reader.members(group, groups);
    },
  );
}

function groupIn(groups: readonly SecurityGroup[], name: string): SecurityGroup | undefined {
  try {
    return pickGroup(name, groups);
  } catch (error) {
    if (isGroupctlError(error) && error.code === 'no-such-group') return undefined;
    throw error;
  }
}
