import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killRuns } from '../../bench/kill-runs.mjs';
import { cleanEnv, pack, type Packed } from '../helpers/packed.ts';

/** Runs of one seed, and how many of all have to be killed: else nothing was tested. */
const RUNS = 6;
const KILLED = 5;
/** A busy machine may end many runs before the moment comes. */
const SEEDS = [5, 6, 7, 8, 9, 10];
/** Latency of each write, so that calls are under way when the process is killed. */
const LATENCIES = [10];

// Windows has no signals to send to another process.
describe.skipIf(process.platform === 'win32')('a run that is killed at a random moment', () => {
  let packed: Packed;
  beforeAll(() => {
    packed = pack();
  });
  afterAll(() => packed.remove());

  it('leaves a journal that is true, and resume finishes it without sending a row twice', async () => {
    const { bin, folder } = packed;
    const env = cleanEnv({});
    const all = { killed: 0, calls: 0, onServer: 0 };
    for (const seed of SEEDS) {
      const options = { bin, env, folder, runs: RUNS, seed, latencies: LATENCIES };
      const { violations, runs, killed, ended, calls, onServer } = await killRuns(options);
      expect(violations).toEqual([]);
      expect(runs).toBe(RUNS);
      expect(killed + ended).toBe(RUNS);
      all.killed += killed;
      all.calls += calls;
      all.onServer = Math.max(all.onServer, onServer.max);
      // Some are killed, and some of them between two writes.
      if (all.killed >= KILLED && all.onServer > 0) break;
    }
    expect(all.killed).toBeGreaterThanOrEqual(KILLED);
    expect(all.onServer).toBeGreaterThan(0);
    expect(all.calls).toBeGreaterThan(RUNS * 10);
  }, 900_000);
});
