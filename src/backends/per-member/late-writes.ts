import type { MemberChange } from '../../domain/change.ts';
import type { MemberType } from '../../domain/group.ts';
import type { MarkedWrite } from '../../state/lock/in-flight.ts';
import type { HeldLock } from '../../state/lock/lock.ts';
import { memberWrite, writeKey } from '../shared/in-flight.ts';
import { shows } from './poll.ts';
import type { MemberStore } from './member-store.ts';

/** Waiting for calls of earlier runs that may still take effect, where each call is about one member. */

/**
 * Waits for those that would undo one of these changes. The same change made twice does no harm.
 *
 * @param storeOf the users or the identities of the server
 * @returns true if there was one to wait for
 */
export async function waitForOpposites(
  lock: HeldLock | undefined,
  groupId: string,
  changes: readonly MemberChange[],
  storeOf: (type: MemberType) => MemberStore,
): Promise<boolean> {
  if (lock === undefined) return false;
  let opposites: Map<string, MemberChange> | undefined;
  const find = (write: MarkedWrite): MemberChange | undefined => {
    opposites ??= new Map(
      changes.map(({ op, ...change }) => {
        const opposite = { ...change, op: op === 'add' ? 'remove' : 'add' } as const;
        return [writeKey(memberWrite(opposite)), opposite];
      }),
    );
    return opposites.get(writeKey(write));
  };
  return await lock.awaitWrites(
    (write) => find(write) !== undefined,
    async (write) => {
      const change = find(write);
      if (change === undefined) return false;
      const seen = await storeOf(change.type).look(groupId, [change.member]);
      return shows(seen.get(change.member), change);
    },
  );
}

/** Waits for all of them: the group is about to be deleted. */
export async function waitForAll(
  lock: HeldLock,
  members: () => Promise<readonly { readonly type: MemberType; readonly member: string }[]>,
): Promise<void> {
  await lock.awaitWrites(
    () => true,
    async (write) => {
      const keys = new Set(
        (await members()).map((each) => writeKey(memberWrite({ op: 'add', ...each }))),
      );
      if ('list' in write) return false;
      return keys.has(writeKey({ ...write, op: 'add' })) === (write.op === 'add');
    },
  );
}
