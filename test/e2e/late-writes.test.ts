import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDS, lateWrites, lostMembers } from '../../bench/late-writes.mjs';
import { cleanEnv, pack, type Packed } from '../helpers/packed.ts';

const RUNS = 4;

// Windows has no signals to send to another process.
describe.skipIf(process.platform === 'win32')('a write that takes effect late', () => {
  let packed: Packed;
  beforeAll(() => {
    packed = pack();
  });
  afterAll(() => packed.remove());

  it.each(ENDS)(
    'of a run that was %s takes no member away from the next run',
    async (end) => {
      const cases = await lateWrites({ bin: packed.bin, env: cleanEnv({}), count: RUNS, end });
      expect(cases.map(({ next }) => next)).toEqual(Array.from({ length: RUNS }, () => 0));
      expect(lostMembers(cases)).toEqual([]);
      // Else nothing was tested: the late write did take effect, and before the next run's.
      expect(cases.every(({ members }) => members.includes('late'))).toBe(true);
    },
    120_000,
  );
});
