import { NameIndex } from '../../domain/names.ts';
import type { HeldLock } from '../../state/lock/lock.ts';
import { pickGroup } from '../shared/pick-group.ts';
import { lockList } from '../whole-list/lock-list.ts';
import type { WriterContext } from './writer.ts';

/** Takes the lock of a group, and waits for writes that may still replace its list. */
export async function lockGroup(
  { lock, reader }: Pick<WriterContext, 'lock' | 'reader'>,
  groupName: string,
): Promise<HeldLock> {
  return await lockList(
    () => lock(groupName),
    async () => {
      const { groups } = await reader.groups();
      if (groups === undefined) return undefined;
      const isThere = new NameIndex(groups.map(({ name }) => name)).has(groupName);
      if (!isThere) return 'no-group';
      return await reader.members(pickGroup(groupName, groups), groups);
    },
  );
}
