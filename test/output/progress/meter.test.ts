import { describe, expect, it } from 'vitest';
import type { ProgressSnapshot } from '../../../src/output/progress/meter.ts';
import { countText, grouped, lengthText, paceText } from '../../../src/output/progress/text.ts';
import { loaded, Stage } from './stage.ts';

const LIMIT = 'the server limits the rate of requests';

describe('progress off a terminal', () => {
  it('is a line every ten seconds, with count, rate and time left', async () => {
    const stage = new Stage();
    const progress = stage.progress(10_000);
    await stage.pass(9999);
    progress.step(3999);
    expect(stage.written).toBe('');
    await stage.pass(1);
    expect(stage.written).toBe('3,999 of 10,000 done (39 %), 400/s, about 15 s left.\n');
    progress.step(1);
    await stage.pass(9999);
    expect(stage.writes).toHaveLength(1);
    await stage.pass(1);
    progress.step(6000);
    progress.stop();
    expect(stage.writes.slice(1)).toEqual([
      '4,000 of 10,000 done (40 %), 200/s, about 30 s left.\n',
    ]);
    expect(stage.ticking).toBe(0);
  });

  it('needs no timer: a step is enough', async () => {
    const stage = new Stage();
    const progress = stage.progress(10_000);
    stage.now += 12_900;
    progress.step(4000);
    await loaded();
    expect(stage.written).toBe('4,000 of 10,000 done (40 %), 310/s, about 19 s left.\n');
    stage.now += 10_000;
    progress.step();
    expect(stage.writes[1]).toBe('4,001 of 10,000 done (40 %), 175/s, about 34 s left.\n');
  });

  it('counts the time of reading and of writing together', async () => {
    const stage = new Stage();
    const reading = stage.progress(0);
    await stage.pass(6000);
    reading.stop();
    stage.progress(100_000);
    await stage.pass(4000);
    await stage.pass(10_000);
    expect(stage.writes).toEqual([
      'Still working after 10 s (100,000 members in this run).\n',
      'Still working after 20 s (100,000 members in this run).\n',
    ]);
  });

  it('says what is waited for, and how long still', async () => {
    const stage = new Stage();
    const progress = stage.progress(10_000);
    progress.step(90);
    progress.waiting(33_000, LIMIT);
    await stage.pass(10_000);
    await stage.pass(10_000);
    await stage.pass(10_000);
    await stage.pass(10_000);
    expect(stage.writes).toEqual([
      `90 of 10,000 done (0 %), 9/s; waiting 23 s: ${LIMIT}.\n`,
      `90 of 10,000 done (0 %), 4.5/s; waiting 13 s: ${LIMIT}.\n`,
      `90 of 10,000 done (0 %), 3/s; waiting 3 s: ${LIMIT}.\n`,
      '90 of 10,000 done (0 %), 2.3/s, about 73 min left.\n',
    ]);
    expect(stage.warnings).toEqual([]);
  });

  it('waits for the longer of two waits', async () => {
    const stage = new Stage();
    const progress = stage.progress(100);
    progress.step();
    progress.waiting(60_000, LIMIT);
    progress.waiting(20_000, 'the server answered 503');
    await stage.pass(10_000);
    expect(stage.written).toContain(`; waiting 50 s: ${LIMIT}.\n`);
  });

  it('warns of a wait at once while nothing is done: ten seconds are long', async () => {
    const stage = new Stage();
    const progress = stage.progress(1);
    progress.waiting(1500, LIMIT);
    progress.waiting(37_000, LIMIT);
    expect(stage.warnings).toEqual([`Waiting 2 s: ${LIMIT}.`, `Waiting 37 s: ${LIMIT}.`]);
    await stage.pass(10_000);
    expect(stage.written).toBe(`Waiting 27 s: ${LIMIT}.\n`);
    progress.stop();
    progress.waiting(5000, LIMIT);
    expect(stage.warnings).toHaveLength(2);
  });

  it('says that it is still working where there are no steps', async () => {
    const stage = new Stage();
    stage.progress(12_000);
    await stage.pass(10_000);
    await stage.pass(110_000);
    expect(stage.writes).toEqual([
      'Still working after 10 s (12,000 members in this run).\n',
      'Still working after 2 min (12,000 members in this run).\n',
    ]);
  });

  it('takes the rate from the last minute or two, and not from what needed no call', async () => {
    const stage = new Stage();
    const progress = stage.progress(10_000);
    progress.step(9000, false);
    for (let second = 0; second < 300; second += 10) {
      progress.step(second < 60 ? 60 : 10);
      await stage.pass(10_000);
    }
    expect(stage.writes[0]).toBe('9,060 of 10,000 done (90 %), 6/s, about 3 min left.\n');
    expect(stage.writes.at(-1)).toBe('9,600 of 10,000 done (96 %), 1/s, about 7 min left.\n');
  });

  it('says that it is finishing when all are sent, and never more than 100 %', async () => {
    const stage = new Stage();
    const progress = stage.progress(3);
    progress.step(4);
    await stage.pass(10_000);
    expect(stage.written).toBe('4 of 3 done (100 %), 24/min; finishing.\n');
  });

  it.each(['human', 'json', 'csv'] as const)('is there with %s', async (format) => {
    const stage = new Stage({ output: { format } });
    stage.progress(2).step();
    await stage.pass(10_000);
    expect(stage.written).toBe('1 of 2 done (50 %), 6/min, about 10 s left.\n');
  });

  it('is lines on a dumb terminal', async () => {
    const stage = new Stage({ tty: true, env: { TERM: 'dumb' } });
    stage.progress(2).step();
    await stage.pass(5000);
    expect(stage.written).toBe('');
    await stage.pass(5000);
    expect(stage.written).toBe('1 of 2 done (50 %), 6/min, about 10 s left.\n');
  });

  it.each([false, true])('is nothing with --quiet, on a terminal (%s) or off it', async (tty) => {
    const stage = new Stage({ tty, output: { quiet: true } });
    const progress = stage.progress(100);
    progress.step(10);
    progress.waiting(60_000, LIMIT);
    await stage.pass(60_000);
    progress.stop();
    expect([stage.written, stage.warnings, stage.ticking]).toEqual(['', [], 0]);
  });

  it('is over after stop, also while its parts are being loaded', async () => {
    const stage = new Stage();
    const progress = stage.progress(100);
    stage.now += 60_000;
    progress.step(10);
    progress.stop();
    progress.stop();
    progress.step(10);
    await stage.pass(60_000);
    expect(stage.written).toBe('');
  });
});

describe('a wait without a progress', () => {
  it('is a warning', () => {
    const stage = new Stage();
    stage.screen.waiting(36_400, LIMIT);
    expect(stage.warnings).toEqual([`Waiting 37 s: ${LIMIT}.`]);
    stage.progress(5).stop();
    stage.screen.waiting(1000, LIMIT);
    expect(stage.warnings).toHaveLength(2);
  });

  it('is one with --quiet too, which the caller keeps to itself', () => {
    const stage = new Stage({ output: { quiet: true } });
    stage.progress(5);
    stage.screen.waiting(1000, LIMIT);
    expect(stage.warnings).toEqual([`Waiting 1 s: ${LIMIT}.`]);
  });
});

describe('the words of progress', () => {
  const snapshot = (over: Partial<ProgressSnapshot>): ProgressSnapshot => ({
    what: 'members',
    total: 10,
    done: 5,
    elapsed: 1000,
    rate: 0.001,
    wait: undefined,
    ...over,
  });

  it.each([
    [0, '1 s'],
    [499, '1 s'],
    [1500, '2 s'],
    [99_499, '99 s'],
    [99_500, '2 min'],
    [99.4 * 60_000, '99 min'],
    [100 * 60_000, '1 h 40 min'],
    [7_200_000, '2 h'],
    [1234 * 3_600_000, '1,234 h'],
  ])('lengthText: %d ms are %s', (ms, text) => {
    expect(lengthText(ms)).toBe(text);
  });

  it.each([
    [0, '0'],
    [999, '999'],
    [1000, '1,000'],
    [100_000, '100,000'],
    [1_234_567, '1,234,567'],
  ])('grouped: %d is %s', (count, text) => {
    expect(grouped(count)).toBe(text);
  });

  it.each([
    [31, ', 31,000/s, about 1 s left'],
    [0.0099, ', 9.9/s, about 1 s left'],
    [0.00996, ', 10/s, about 1 s left'],
    [0.001, ', 1/s, about 5 s left'],
    [0.0005, ', 30/min, about 10 s left'],
    [0.00001, ', 0.6/min, about 8 min left'],
    [0, ''],
  ])('paceText: a rate of %d/ms is %s', (rate, text) => {
    expect(paceText(snapshot({ rate }))).toBe(text);
  });

  it('countText: nothing of nothing is 100 %, and nearly all is not', () => {
    expect(countText(snapshot({ done: 0, total: 0 }))).toBe('0 of 0 done (100 %)');
    expect(countText(snapshot({ done: 99_999, total: 100_000 }))).toBe(
      '99,999 of 100,000 done (99 %)',
    );
  });
});
