import { describe, expect, it } from 'vitest';
import { add, cut, noGroup, Stage } from './converge-stage.ts';

/** Somebody whose writer does not know of ours: puts the list back at each of these times. */
function overwriteAt(stage: Stage, times: readonly number[], members: readonly string[]): void {
  for (const time of times) {
    stage.at(time, () => {
      stage.members = members;
    });
  }
}

describe('settling', () => {
  it('looks every S/15 ms, the last time when S is over', async () => {
    const stage = new Stage([]);
    await stage.run([add('a')], { settleMs: 1500 });
    const [readBack, ...looks] = stage.times('read');
    expect(readBack).toBe(10);
    expect(looks).toEqual(Array.from({ length: 15 }, (_, at) => 12 + 100 * (at + 1)));
  });

  it('looks no more often than every 20 ms', async () => {
    const stage = new Stage([]);
    await stage.run([add('a')], { settleMs: 90 });
    expect(stage.times('read').slice(1)).toEqual([32, 52, 72, 92, 102]);
  });

  it('looks again at once when the server is slower than that, until S is over', async () => {
    const stage = new Stage([]);
    stage.readMs = 50;
    await stage.run([add('a')], { settleMs: 120 });
    expect(stage.times('read').slice(1)).toEqual([80, 130, 180]);
  });

  it('does not look when S is 0', async () => {
    const stage = new Stage([]);
    await stage.run([add('a')], { settleMs: 0 });
    expect(stage.times('read')).toEqual([10]);
  });

  it('lets go of the lock before', async () => {
    const stage = new Stage([]);
    await stage.run([add('a')], { settleMs: 60 });
    expect(stage.log).toEqual([
      '0 write a',
      '10 read',
      '12 release',
      '32 read',
      '52 read',
      '72 read',
    ]);
  });

  it('writes again after a loss, under the lock and on a fresh read, and starts S anew', async () => {
    const stage = new Stage(['m']);
    overwriteAt(stage, [65], ['z', 'm']);
    const end = await stage.run([add('a')], { settleMs: 60 });
    // Looks at 32, 52 and 72; the loss; half of 100 ms of backoff; a whole S after the read-back.
    expect(stage.log.slice(2)).toEqual([
      '12 release',
      '32 read',
      '52 read',
      '72 read',
      '124 lock',
      '124 read',
      '126 write z,m,a',
      '136 read',
      '138 release',
      '158 read',
      '178 read',
      '198 read',
    ]);
    expect(end).toMatchObject({ missing: [], sent: true });
    expect(end.reason).toBeUndefined();
  });

  it('starts S anew without a write when somebody else brought the change back', async () => {
    const stage = new Stage([]);
    overwriteAt(stage, [65], []);
    overwriteAt(stage, [100], ['a', 'z']);
    const end = await stage.run([add('a')], { settleMs: 60 });
    expect(stage.said('write')).toEqual(['write a']);
    expect(stage.times('read').slice(-3)).toEqual([146, 166, 186]);
    expect(end.missing).toEqual([]);
  });

  it('ends as unknown when the list can no longer be read', async () => {
    const stage = new Stage([]);
    stage.readActs.push('ok', 'ok', cut());
    const end = await stage.run([add('a')], { settleMs: 300 });
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'unreadable' } });
    expect(stage.times('read')).toHaveLength(3);
  });

  it('ends when the group is gone', async () => {
    const stage = new Stage([]);
    stage.readActs.push('ok', 'ok', noGroup());
    const end = await stage.run([add('a')], { settleMs: 300 });
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'group-gone' } });
    expect(stage.said('write')).toHaveLength(1);
  });
});

describe('the limit', () => {
  it('ends it with what was lost in doubt, and not with what always stayed', async () => {
    const stage = new Stage([]);
    const often = Array.from({ length: 400 }, (_, at) => at * 10 + 5);
    overwriteAt(stage, often, ['a']);
    const end = await stage.run([add('a'), add('b')], { settleMs: 100, limitMs: 2000 });
    expect(end).toMatchObject({ missing: [add('b')], reason: { kind: 'not-settled' }, sent: true });
    const last = stage.times('write').at(-1) ?? 0;
    expect(last).toBeLessThanOrEqual(2000);
    expect(stage.clock.now()).toBeGreaterThan(2000);
  });

  it('counts from the first write, without the read before it', async () => {
    const stage = new Stage([]);
    stage.beforeWrite = async () => await stage.clock.sleep(5000);
    expect((await stage.run([add('a')], { settleMs: 100, limitMs: 1000 })).missing).toEqual([]);
  });

  it('has everything in doubt that is missing when it passes, ours or not', async () => {
    const stage = new Stage(['b']);
    overwriteAt(stage, [11], []);
    const end = await stage.run([add('a'), add('b')], { limitMs: 20 });
    expect(stage.said('write')).toEqual(['write b,a']);
    expect(end).toMatchObject({ missing: [add('a'), add('b')], reason: { kind: 'not-settled' } });
  });

  it('that passes during the last look changes nothing', async () => {
    const stage = new Stage([]);
    const end = await stage.run([add('a')], { settleMs: 20, limitMs: 33 });
    expect(stage.clock.now()).toBe(34);
    expect(end.missing).toEqual([]);
  });

  it('that passes while it settles leaves in doubt what was lost before', async () => {
    const stage = new Stage([]);
    stage.writeMs = 600;
    stage.at(602, () => {
      stage.members = ['a'];
    });
    const end = await stage.run([add('a'), add('b')], { settleMs: 200, limitMs: 1300 });
    expect(stage.members).toEqual(['a', 'b']);
    expect(end).toMatchObject({ missing: [add('b')], reason: { kind: 'not-settled' } });
  });

  it('that passes while it settles for the first time leaves everything in doubt', async () => {
    const stage = new Stage([]);
    stage.writeMs = 1000;
    const end = await stage.run([add('a'), add('b')], { settleMs: 200, limitMs: 1000 });
    expect(end).toMatchObject({
      missing: [add('a'), add('b')],
      reason: { kind: 'not-settled' },
      lateWrite: true,
    });
  });
});

describe('the backoff', () => {
  /** Waits between a look that missed the change and the next lock. */
  async function waits(jitter: number, limitMs: number): Promise<number[]> {
    const stage = new Stage([]);
    stage.clock.jitter = jitter;
    stage.readMs = 0;
    stage.writeMs = 1;
    // Nothing that is written ever shows: each time somebody else has written another list.
    let looks = 0;
    Object.defineProperty(stage, 'members', {
      get: () => [`other${looks++}`],
      set: () => undefined,
    });
    await stage.run([add('a')], { limitMs });
    const releases = stage.times('release');
    return stage.times('lock').map((lockedAt, at) => lockedAt - (releases[at] ?? NaN));
  }

  it('doubles up to 3 s', async () => {
    const longest = await waits(1, 20_000);
    expect(longest.slice(0, 8)).toEqual([100, 200, 400, 800, 1600, 3000, 3000, 3000]);
  });

  it('is jittered from nothing on', async () => {
    expect((await waits(0, 20)).slice(0, 4)).toEqual([0, 0, 0, 0]);
    expect((await waits(0.25, 1000)).slice(0, 4)).toEqual([25, 50, 100, 200]);
  });

  it('ends with the limit when nothing that is written ever shows', async () => {
    const count = (await waits(1, 60_000)).length;
    expect(count).toBeGreaterThan(20);
    expect(count).toBeLessThan(30);
  });
});
