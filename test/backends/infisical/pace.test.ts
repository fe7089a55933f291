import { describe, expect, it } from 'vitest';
import type { HttpAnswer } from '../../../src/http/exchange.ts';
import { Pace, type PaceKind } from '../../../src/http/pace.ts';
import { errorOf, TestClock } from './helpers.ts';

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

/** A call that the server answers, without a word about limits. */
async function letThrough(pace: Pace, kind: PaceKind): Promise<void> {
  await pace.enter(kind);
  pace.leave(kind, { ...answer(0, 0, 0), headers: {} });
}

/** A write that the server answers with 429. */
async function refused(pace: Pace, told: number | undefined): Promise<void> {
  await pace.enter('write');
  const era = pace.blocksSeen('write');
  pace.leave('write');
  pace.block('write', told, era);
}

describe('the pace of a run', () => {
  it('knows no limit until the server names one', async () => {
    const { pace, waits } = paced();
    await letThrough(pace, 'write');
    for (let call = 0; call < 50; call++) await pace.enter('write');
    expect(waits).toEqual([]);
  });

  it('sends the first call alone, and the others when it was let through', async () => {
    const { pace } = paced();
    expect(pace.tryEnter('write')).toBe(true);
    expect(pace.tryEnter('write')).toBe(false);
    expect(pace.tryEnter('read')).toBe(true);
    const second = pace.enter('write');
    pace.leave('write', answer(90, 89, 60, 404));
    await second;
    expect(pace.tryEnter('write')).toBe(true);
  });

  it('sends another call alone when the first came to nothing', async () => {
    const { pace } = paced();
    await pace.enter('write');
    const second = pace.enter('write');
    pace.leave('write');
    await second;
    expect(pace.tryEnter('write')).toBe(false);
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
    for (const told of [5000, undefined, undefined, 0]) await refused(pace, told);
    await pace.enter('write');
    expect(waits).toEqual([5000, 2250, 4500, 9000]);
  });

  it('is back to a short wait once a call was let through', async () => {
    const { pace, waits } = paced();
    await refused(pace, undefined);
    await refused(pace, undefined);
    await letThrough(pace, 'write');
    await refused(pace, undefined);
    await letThrough(pace, 'write');
    expect(waits).toEqual([1125, 2250, 1125]);
  });

  it('sends nothing more of a kind that was refused for 10 minutes', async () => {
    const { pace, clock, waits } = paced();
    const start = clock.now();
    const failure = await errorOf(
      (async () => {
        for (;;) await refused(pace, undefined);
      })(),
    );
    expect(failure).toMatchObject({
      exitCode: 6,
      code: 'wait-too-long',
      message: 'The server has limited the rate of requests and accepted none for 10 minutes.',
    });
    expect(clock.now() - start).toBe(600_000);
    expect(waits.slice(0, 8)).toEqual([1125, 2250, 4500, 9000, 18_000, 36_000, 67_500, 67_500]);
    expect(pace.tryEnter('write')).toBe(false);
    await expect(pace.enter('write')).rejects.toBe(failure);
    await letThrough(pace, 'read');
  });

  it.each([undefined, 0])('takes a burst of 429s for one, told to wait %s', async (told) => {
    const { pace, clock, waits } = paced();
    const eras: number[] = [];
    await letThrough(pace, 'write');
    for (let call = 0; call < 8; call++) {
      await pace.enter('write');
      eras.push(pace.blocksSeen('write'));
    }
    for (const era of eras.slice(0, 7)) {
      pace.leave('write');
      pace.block('write', told, era);
    }
    // The last of them comes when the wait is over.
    clock.time += 5000;
    pace.leave('write');
    pace.block('write', told, eras[7] ?? 0);
    expect(waits).toEqual([]);
    // One that was sent after the wait is another refusal.
    await refused(pace, told);
    await pace.enter('write');
    expect(waits).toEqual([2250]);
  });
});
