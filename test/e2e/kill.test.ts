import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { killRuns } from '../../bench/kill-runs.mjs';
import { cleanEnv, pack, type Packed } from '../helpers/packed.ts';

const RUNS = 12;
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
    const options = { bin, env, folder, runs: RUNS, seed: 5, latencies: LATENCIES };
    const { violations, runs, killed, ended, calls, onServer } = await killRuns(options);
    expect(violations).toEqual([]);
    expect(runs).toBe(RUNS);
    expect(killed + ended).toBe(RUNS);
    // Else nothing was tested: some are killed, and some of them between two writes.
    expect(killed).toBeGreaterThanOrEqual(RUNS / 2);
    expect(onServer.max).toBeGreaterThan(0);
    expect(calls).toBeGreaterThan(RUNS * 10);
  }, 120_000);
});
