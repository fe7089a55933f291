import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { tally } from './crowd.ts';
import { measure, row, SETTLED_LATE } from './measure.ts';
import { repeatedLooks } from './strategies.ts';

it('says in the docs what is lost when 2 % of the writes take effect late', async () => {
  const tallies = await measure(SETTLED_LATE, 300);
  // Rare is what is promised, and never is what is not: both have to be true of the figures.
  expect(tallies.every(({ silentLoss, runs }) => silentLoss > 0 && silentLoss < runs)).toBe(true);
  expect(tallies.map(({ notKept }) => notKept)).toEqual([0, 0, 0]);
  const docs = readFileSync(new URL('../../docs/concurrency.md', import.meta.url), 'utf8');
  expect(docs, 'new figures: node bench/simulate.mjs').toContain(row(SETTLED_LATE, tallies));
}, 300_000);

it('takes two writers for a server that drops a name in no run, however late writes take effect', async () => {
  for (const settleMs of [0, 300]) {
    for (const lateShare of [0.1, 0.5, 1]) {
      const options = { writers: 2, strategy: repeatedLooks, lateShare, settleMs };
      expect(await tally(300, options)).toMatchObject({ notKept: 0 });
    }
  }
}, 300_000);
