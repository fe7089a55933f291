import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runCrowd } from './crowd.ts';
import { measure, ONE_LOOK, row, SETTLED, WRITERS } from './measure.ts';
import { repeatedLooks } from './strategies.ts';

const MANY_MS = 300_000;

describe('writers on other machines', () => {
  it('repeats a run from its seed, to the request', async () => {
    const run = async (seed: number) =>
      await runCrowd({ seed, writers: 20, strategy: repeatedLooks, lateShare: 0, settleMs: 300 });
    expect(await run(7)).toEqual(await run(7));
    expect(await run(7)).not.toEqual(await run(8));
  });

  it(
    'keep every change of 4, 20 and 40 writers in 300 of 300 runs, as the docs say',
    async () => {
      const tallies = await measure(SETTLED, 300);
      const bad = tallies.map(({ silentLoss, inDoubt, notKept, othersLost }, at) => {
        return { writers: WRITERS[at], silentLoss, inDoubt, notKept, othersLost };
      });
      const none = { silentLoss: 0, inDoubt: 0, notKept: 0, othersLost: 0 };
      expect(bad).toEqual(WRITERS.map((writers) => ({ writers, ...none })));
      expect(docs()).toContain(row(SETTLED, tallies));
    },
    MANY_MS,
  );

  it('would lose changes if they looked once: the crowd is dense enough to tell', async () => {
    const [, , forty] = await measure(ONE_LOOK, 20);
    expect(forty?.silentLoss).toBeGreaterThan(5);
  });
});

function docs(): string {
  return readFileSync(new URL('../../docs/concurrency.md', import.meta.url), 'utf8');
}
