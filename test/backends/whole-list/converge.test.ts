import { describe, expect, it } from 'vitest';
import { GroupctlError } from '../../../src/errors.ts';
import { add, answered, cut, noGroup, remove, Stage } from './converge-stage.ts';

describe('a write', () => {
  it('is one request and one read-back, and lets go of the lock', async () => {
    const stage = new Stage(['mbrown', 'djones']);
    const end = await stage.run([add('jsmith')]);
    expect(stage.log).toEqual(['0 write mbrown,djones,jsmith', '10 read', '12 release']);
    expect(end).toEqual({ missing: [], byOthers: [], sent: true, lateWrite: false });
  });

  it('keeps the spelling and the order of whoever we did not come to change', async () => {
    const stage = new Stage(['Zoe', 'ADMIN', 'corp\\mb', 'zoé']);
    await stage.run([add('b'), remove('ADMIN'), add('a')]);
    expect(stage.members).toEqual(['Zoe', 'corp\\mb', 'zoé', 'b', 'a']);
  });

  it('is not sent when nothing is missing, and what is there is not called ours', async () => {
    const stage = new Stage(['JSmith']);
    const changes = [add('jsmith'), remove('gone')];
    const end = await stage.run(changes, { settleMs: 300 });
    expect(stage.log).toEqual(['0 release']);
    expect(end).toEqual({ missing: [], byOthers: changes, sent: false, lateWrite: false });
  });

  it('is announced with what is missing and the very list that it is merged into', async () => {
    const stage = new Stage(['mbrown']);
    const told: unknown[] = [];
    stage.beforeWrite = (todo, base) => {
      told.push({ at: [...stage.log], todo, base });
      return Promise.resolve();
    };
    await stage.run([add('mbrown'), add('jsmith')]);
    expect(told).toEqual([{ at: [], todo: [add('jsmith')], base: ['mbrown'] }]);
  });

  it('is not sent when a guard objects to the list, whose error comes out as it is', async () => {
    const stage = new Stage(['mbrown']);
    const guard = new GroupctlError('safety', 'Too many.', { code: 'guard' });
    stage.beforeWrite = () => Promise.reject(guard);
    await expect(stage.run([add('jsmith')])).rejects.toBe(guard);
    expect(stage.log).toEqual(['0 release']);
  });

  it('is merged again into what is there now, and carries only what is missing', async () => {
    const stage = new Stage(['mbrown', 'djones']);
    // Somebody else writes between our write and our look: mbrown goes, zadams comes, b is lost.
    stage.at(11, () => {
      stage.members = ['djones', 'a', 'zadams'];
    });
    const end = await stage.run([add('a'), add('b')]);
    expect(stage.said('write')).toEqual(['write mbrown,djones,a,b', 'write djones,a,zadams,b']);
    expect(stage.members).toEqual(['djones', 'a', 'zadams', 'b']);
    expect(end.missing).toEqual([]);
  });

  it('never repairs what is not ours: a member removed by others stays removed', async () => {
    const stage = new Stage(['mbrown', 'djones']);
    stage.at(100, () => {
      stage.members = stage.members.filter((member) => member !== 'mbrown');
    });
    await stage.run([add('jsmith')], { settleMs: 300 });
    expect(stage.said('write')).toHaveLength(1);
    expect(stage.members).toEqual(['djones', 'jsmith']);
  });

  it('removes again who came back', async () => {
    const stage = new Stage(['mbrown', 'djones']);
    stage.at(100, () => {
      stage.members = ['mbrown', 'djones', 'zadams'];
    });
    await stage.run([remove('mbrown')], { settleMs: 300 });
    expect(stage.said('write')).toEqual(['write djones', 'write djones,zadams']);
    expect(stage.members).toEqual(['djones', 'zadams']);
  });

  it('takes the spelling that the server gives a new member for the member', async () => {
    const stage = new Stage([]);
    stage.at(11, () => {
      stage.members = ['JSmith'];
    });
    expect((await stage.run([add('jsmith')])).missing).toEqual([]);
    expect(stage.said('write')).toHaveLength(1);
  });
});

describe('after a write', () => {
  it('a group that is gone is not written again', async () => {
    const stage = new Stage([]);
    stage.readActs.push(noGroup());
    const end = await stage.run([add('a')]);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'group-gone' } });
    expect(stage.said('write')).toHaveLength(1);
  });

  it('a list that cannot be read leaves everything unknown', async () => {
    const stage = new Stage([]);
    stage.readActs.push(cut());
    const end = await stage.run([add('a')]);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'unreadable' } });
  });

  it('a safety error of the look stops everything', async () => {
    const stage = new Stage([]);
    stage.readActs.push(new GroupctlError('safety', 'Members lost.', { code: 'members-lost' }));
    const end = await stage.run([add('a')]);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'stopped' }, sent: true });
  });

  it('a guard that objects to the next one leaves undone what was lost, and no more', async () => {
    const stage = new Stage([]);
    stage.beforeWrite = (_, base) =>
      base.includes('x') ? Promise.reject(new GroupctlError('safety', 'No.')) : Promise.resolve();
    stage.at(11, () => {
      stage.members = ['x', 'a'];
    });
    const end = await stage.run([add('a'), add('b')]);
    expect(end).toMatchObject({ missing: [add('b')], reason: { kind: 'not-done' }, sent: true });
    expect(stage.members).toEqual(['x', 'a']);
  });

  it('not even a bug of ours hides which changes are in doubt', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: new TypeError('x is not a function') });
    const end = await stage.run([add('a')]);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'stopped' }, sent: true });
    expect(end.reason).toHaveProperty('error.kind', 'internal');
    expect(stage.said('write')).toHaveLength(1);
  });

  it('says when the window from read to answer was longer than the settle time', async () => {
    const [slow, quick, off] = [new Stage([]), new Stage([]), new Stage([])];
    const [read, refused] = [new Stage([]), new Stage([])];
    slow.writeMs = 301;
    // The window begins with the read, not with the write.
    read.beforeWrite = async () => await read.clock.sleep(295);
    refused.writeMs = 301;
    refused.writeActs.push({ fails: answered(400) });
    quick.writeMs = 300;
    off.writeMs = 9999;
    expect((await slow.run([add('a')], { settleMs: 300 })).lateWrite).toBe(true);
    expect((await read.run([add('a')], { settleMs: 300 })).lateWrite).toBe(true);
    expect((await refused.run([add('a')], { settleMs: 300 })).lateWrite).toBe(false);
    expect((await quick.run([add('a')], { settleMs: 300 })).lateWrite).toBe(false);
    expect((await off.run([add('a')], { settleMs: 0 })).lateWrite).toBe(false);
  });
});
