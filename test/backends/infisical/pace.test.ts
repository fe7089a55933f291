import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../../src/http/client.ts';
import { Pace } from '../../../src/http/pace.ts';
import { TestClock } from './helpers.ts';

function answer(limit: number, remaining: number, reset: number, status = 200): HttpAnswer {
  const headers = {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(reset),
  };
  return { method: 'GET', url: '', status, headers, text: () => '', json: () => ({}) };
}

function paced(): { pace: Pace; clock: TestClock; waits: number[] } {
  const clock = new TestClock();
  const waits: number[] = [];
  const pause = async (ms: number): Promise<void> => {
    waits.push(ms);
    await clock.sleep(ms);
  };
  return { pace: new Pace({ clock, pause }), clock, waits };
}

describe('the pace of a run', () => {
  it('knows no limit until the server names one', async () => {
    const { pace, waits } = paced();
    for (let call = 0; call < 50; call++) await pace.enter('write');
    expect(waits).toEqual([]);
  });

  it('waits for the end of the window when nothing is left, once for all that wait', async () => {
    const { pace, waits } = paced();
    await pace.enter('write');
    pace.leave('write', answer(90, 0, 42));
    await Promise.all([pace.enter('write'), pace.enter('write'), pace.enter('write')]);
    expect(waits).toEqual([42_000]);
  });

  it('counts calls under way: what they may use up is not given away', async () => {
    const { pace, waits } = paced();
    await pace.enter('write');
    pace.leave('write', answer(90, 2, 30));
    await pace.enter('write');
    await pace.enter('write');
    let entered = false;
    const third = pace.enter('write').then(() => (entered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(entered).toBe(false);
    pace.leave('write', answer(90, 1, 30));
    pace.leave('write', answer(90, 0, 30));
    await third;
    expect(waits).toEqual([30_000]);
  });

  it('keeps reads and writes apart, unless they have one limit', async () => {
    const apart = paced();
    await apart.pace.enter('write');
    apart.pace.leave('write', answer(90, 0, 30));
    await apart.pace.enter('read');
    apart.pace.leave('read', answer(200, 100, 30));
    await apart.pace.enter('read');
    expect(apart.waits).toEqual([]);
    const shared = paced();
    await shared.pace.enter('read');
    shared.pace.leave('read', answer(600, 1, 30));
    await shared.pace.enter('write');
    shared.pace.leave('write', answer(600, 0, 30));
    await shared.pace.enter('read');
    expect(shared.waits).toEqual([30_000]);
  });

  it('waits out a 429 as told; without a word ever longer', async () => {
    const { pace, waits } = paced();
    for (const told of [5000, undefined, undefined, 0]) {
      await pace.enter('write');
      pace.leave('write');
      pace.block('write', told, pace.era('write'));
    }
    await pace.enter('write');
    expect(waits).toEqual([5000, 2000, 4000, 8000]);
  });

  it.each([undefined, 0])('takes a burst of 429s for one, told to wait %s', async (told) => {
    const { pace, clock, waits } = paced();
    const eras: number[] = [];
    for (let call = 0; call < 8; call++) {
      await pace.enter('write');
      eras.push(pace.era('write'));
    }
    for (const era of eras.slice(0, 7)) {
      pace.leave('write');
      pace.block('write', told, era);
    }
    await pace.enter('write');
    expect(waits).toEqual([1000]);
    // The last of them comes when the wait is over.
    clock.time += 5000;
    pace.block('write', told, eras[7] ?? 0);
    await pace.enter('write');
    expect(waits).toEqual([1000]);
    // One that was sent after the wait is another refusal.
    pace.block('write', told, pace.era('write'));
    await pace.enter('write');
    expect(waits).toEqual([1000, 2000]);
  });
});
