import { describe, expect, it } from 'vitest';
import { GroupctlError } from '../../../src/errors.ts';
import { add, answered, cut, Stage } from './converge-stage.ts';

const locked = (): GroupctlError =>
  new GroupctlError('safety', 'Another groupctl has been changing it for a minute.', {
    code: 'locked',
    hint: 'Nothing was written.',
  });

describe('a lock that was lost', () => {
  it('is taken again, and nothing is written without a fresh read', async () => {
    const stage = new Stage(['old']);
    const announced: (readonly string[])[] = [];
    stage.beforeWrite = (_, base) => Promise.resolve(void announced.push(base));
    stage.stolen.add(0);
    const running = stage.run([add('a')]);
    stage.members = ['new'];
    const end = await running;
    expect(stage.said('')).toEqual(['release', 'lock', 'read', 'write new,a', 'read', 'release']);
    // A guard has not judged the old list either.
    expect(announced).toEqual([['new']]);
    expect(end.missing).toEqual([]);
  });

  it('also when it went while the write was being announced', async () => {
    const stage = new Stage(['old']);
    const bases: (readonly string[])[] = [];
    stage.beforeWrite = async (_, base) => {
      bases.push(base);
      await stage.clock.sleep(1);
      if (bases.length > 1) return;
      stage.stolen.add(0);
      stage.members = ['new'];
    };
    await stage.run([add('a')]);
    expect(bases).toEqual([['old'], ['new']]);
    expect(stage.said('write')).toEqual(['write new,a']);
  });

  it('is not hunted without a pause', async () => {
    const stage = new Stage([]);
    for (let number = 0; number < 4; number++) stage.stolen.add(number);
    await stage.run([add('a')]);
    expect(stage.times('lock')).toEqual([25, 52, 79, 106]);
  });

  it('that cannot be had again leaves nothing in doubt that was announced and not sent', async () => {
    const stage = new Stage([]);
    stage.beforeWrite = () => Promise.resolve(void stage.stolen.add(0));
    stage.lockFails = locked();
    const end = await stage.run([add('a')]);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'not-done' }, sent: false });
    expect(end.reason).toHaveProperty('error.code', 'locked');
    stage.stolen.clear();
    stage.lockFails = new GroupctlError('interrupted', 'Interrupted while waiting.');
    expect(await stage.run([add('a')])).toMatchObject({
      missing: [add('a')],
      reason: { kind: 'interrupted' },
      sent: false,
    });
  });

  it('that cannot be had again leaves in doubt what was overwritten, in true words', async () => {
    const stage = new Stage([]);
    stage.at(11, () => {
      stage.members = ['a'];
    });
    stage.lockFails = locked();
    const end = await stage.run([add('a'), add('b')]);
    expect(end).toMatchObject({ missing: [add('b')], reason: { kind: 'stopped' }, sent: true });
    expect(end.reason).toHaveProperty('error.code', 'locked');
    expect(JSON.stringify(end.reason)).not.toContain('Nothing was written');
  });
});

describe('a 429', () => {
  it('is waited out without the lock, and what comes next is a fresh read', async () => {
    const stage = new Stage(['old']);
    stage.writeActs.push({ fails: answered(429) });
    stage.at(500, () => {
      stage.members = ['new'];
    });
    const end = await stage.run([add('a')]);
    expect(stage.log).toEqual([
      '0 write old,a',
      '10 release',
      '10 wait',
      '1010 lock',
      '1010 read',
      '1012 write new,a',
      '1022 read',
      '1024 release',
    ]);
    expect(end).toEqual({ missing: [], byOthers: [], sent: true, lateWrite: false });
  });

  it('counts neither as a send nor against the limit, and no row fails by it', async () => {
    const stage = new Stage([]);
    // One write is lost; then the server makes us wait for ten times the limit.
    stage.at(11, () => {
      stage.members = [];
    });
    stage.writeActs.push('ok');
    for (let i = 0; i < 10; i++) stage.writeActs.push({ fails: answered(429) });
    const end = await stage.run([add('a')], { settleMs: 100, limitMs: 1000 });
    expect(stage.said('wait')).toHaveLength(10);
    expect(stage.clock.now()).toBeGreaterThan(10_000);
    expect(end).toMatchObject({ missing: [], sent: true });
    expect(end.reason).toBeUndefined();
  });

  it('does not make the backoff longer', async () => {
    const stage = new Stage([]);
    for (let i = 0; i < 8; i++) stage.writeActs.push({ fails: answered(429) });
    stage.writeActs.push({ fails: cut() });
    await stage.run([add('a')]);
    // From the read-back of the write without an answer to the read before it is sent again.
    const [readBack = NaN, read = NaN] = stage.times('read').slice(-3);
    expect(read - readBack).toBe(50 + stage.readMs);
  });

  it('without the time to wait is not done when nothing was written yet', async () => {
    const stage = new Stage([]);
    const deadline = new GroupctlError('network', 'No time.', { code: 'deadline' });
    stage.writeActs.push({ fails: answered(429) });
    stage.waitOut = () => Promise.reject(deadline);
    expect(await stage.run([add('a')])).toEqual({
      missing: [add('a')],
      byOthers: [],
      sent: false,
      lateWrite: false,
      reason: { kind: 'not-done', error: deadline },
    });
    expect(stage.said('lock')).toEqual([]);
  });

  it('followed by a read that fails, with nothing written, is not done for that reason', async () => {
    const stage = new Stage([]);
    const failure = cut();
    stage.writeActs.push({ fails: answered(429) });
    stage.readActs.push(failure);
    expect(await stage.run([add('a')])).toEqual({
      missing: [add('a')],
      byOthers: [],
      sent: false,
      lateWrite: false,
      reason: { kind: 'not-done', error: failure },
    });
    expect(stage.said('release')).toHaveLength(2);
  });

  it('without the time to wait leaves in doubt what was written before', async () => {
    const stage = new Stage([]);
    stage.writeActs.push('ok', { fails: answered(429) });
    stage.waitOut = () => Promise.reject(new GroupctlError('network', 'No time.'));
    stage.at(11, () => {
      stage.members = ['b'];
    });
    const end = await stage.run([add('a'), add('b')]);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'stopped' }, sent: true });
  });

  it('does not make ours what others did while we waited', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: answered(429) });
    stage.at(500, () => {
      stage.members = ['a'];
    });
    const end = await stage.run([add('a'), add('b')]);
    expect(stage.said('write')).toEqual(['write a,b', 'write a,b']);
    expect(end).toMatchObject({ missing: [], byOthers: [add('a')], sent: true });
  });
});
