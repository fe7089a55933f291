import { describe, expect, it } from 'vitest';
import { fingerprint, GROUP_GONE } from '../../../src/backends/shared/in-flight.ts';
import { lockList } from '../../../src/backends/whole-list/lock-list.ts';
import type { HeldLock } from '../../../src/state/lock/held-lock.ts';
import type { MarkedWrite } from '../../../src/state/lock/in-flight.ts';

const WRITTEN: MarkedWrite = { list: fingerprint(['anna', 'ben']) };
const DELETED: MarkedWrite = { list: GROUP_GONE };

/** A lock with one write of another run in flight; says whether that write has landed. */
function lockWith(write: MarkedWrite): { lock: HeldLock; landed: boolean[]; released: number[] } {
  const landed: boolean[] = [];
  const released: number[] = [];
  const lock: HeldLock = {
    isHeld: () => true,
    awaitWrites: async (isRelevant, hasLanded) => {
      if (!isRelevant(write)) return false;
      landed.push(await hasLanded(write));
      return true;
    },
    mark: () => ({ answered() {}, neverLeft() {}, landed() {} }),
    release: () => {
      released.push(1);
      return Promise.resolve();
    },
  };
  return { lock, landed, released };
}

async function hasLanded(
  write: MarkedWrite,
  read: readonly string[] | 'no-group' | undefined,
): Promise<readonly boolean[]> {
  const { lock, landed, released } = lockWith(write);
  expect(
    await lockList(
      () => Promise.resolve(lock),
      () => Promise.resolve(read),
    ),
  ).toBe(lock);
  expect(released).toEqual([]);
  return landed;
}

describe('the lock of a list', () => {
  it('is waited for until the list is the one that was sent, in any order', async () => {
    expect(await hasLanded(WRITTEN, ['ben', 'anna'])).toEqual([true]);
    expect(await hasLanded(WRITTEN, ['ben'])).toEqual([false]);
    expect(await hasLanded(WRITTEN, 'no-group')).toEqual([false]);
  });

  it('is waited for until a deleted group is gone', async () => {
    expect(await hasLanded(DELETED, 'no-group')).toEqual([true]);
    expect(await hasLanded(DELETED, [])).toEqual([false]);
  });

  it('is waited for to the end where the list cannot be read, or one member is written', async () => {
    expect(await hasLanded(WRITTEN, undefined)).toEqual([false]);
    expect(await hasLanded({ op: 'add', member: 'key' }, ['anna', 'ben'])).toEqual([false]);
  });

  it('is released where the wait fails', async () => {
    const { lock, released } = lockWith(WRITTEN);
    const read = (): Promise<never> => Promise.reject(new Error('unreachable'));
    await expect(lockList(() => Promise.resolve(lock), read)).rejects.toThrow('unreachable');
    expect(released).toEqual([1]);
  });
});
