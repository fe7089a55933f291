import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { measure, row, SETTLED_LATE } from './measure.ts';

it('says in the docs what is lost when 2 % of the writes take effect late', async () => {
  const tallies = await measure(SETTLED_LATE, 300);
  // Rare is what is promised, and never is what is not: both have to be true of the figures.
  expect(tallies.every(({ silentLoss, runs }) => silentLoss > 0 && silentLoss < runs)).toBe(true);
  const docs = readFileSync(new URL('../../docs/concurrency.md', import.meta.url), 'utf8');
  expect(docs, 'new figures: node bench/simulate.mjs').toContain(row(SETTLED_LATE, tallies));
}, 300_000);
