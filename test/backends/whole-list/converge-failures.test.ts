import { describe, expect, it } from 'vitest';
import { add, answered, cut, noGroup, refusedConnection, Stage } from './converge-stage.ts';

describe('a write that was answered with an error', () => {
  it('is over, and read back to report truly', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: answered(400) });
    const end = await stage.run([add('a')], { settleMs: 300 });
    expect(stage.log).toEqual(['0 write a', '10 read', '12 release']);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'answered' }, sent: true });
  });

  it('is not missing when the list shows it all the same', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: answered(500), applied: true });
    const end = await stage.run([add('a')]);
    expect(end).toMatchObject({ missing: [], reason: { kind: 'answered' } });
  });

  it('says which changes it carried: the others had been accepted before', async () => {
    const stage = new Stage([]);
    stage.writeActs.push('ok', { fails: answered(400) });
    stage.at(11, () => {
      stage.members = ['a'];
    });
    const end = await stage.run([add('a'), add('b')]);
    expect(end.missing).toEqual([add('b')]);
    expect(end.reason).toMatchObject({ kind: 'answered', carried: [add('b')] });
  });

  it('stays what the server said when the list cannot be read', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: answered(400) });
    stage.readActs.push(cut());
    const end = await stage.run([add('a')]);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'answered' } });
    expect(end.reason).toHaveProperty('error.status', 400);
  });

  it('is told from a group that is gone', async () => {
    const [there, gone] = [new Stage([]), new Stage([])];
    there.writeActs.push({ fails: answered(404) });
    gone.writeActs.push({ fails: answered(404) });
    gone.readActs.push(noGroup());
    expect((await there.run([add('a')])).reason?.kind).toBe('answered');
    expect((await gone.run([add('a')])).reason?.kind).toBe('group-gone');
    expect(gone.said('write')).toHaveLength(1);
  });
});

describe('a write without an answer', () => {
  it('that took effect is done: read back once, not sent again', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: cut(), applied: true });
    const end = await stage.run([add('a')]);
    expect(stage.said('write', 'read')).toEqual(['write a', 'read']);
    expect(end).toMatchObject({ missing: [], sent: true });
    expect(end.reason).toBeUndefined();
  });

  it('is sent three times at most, each on a fresh read, under one lock', async () => {
    const stage = new Stage([]);
    for (let i = 0; i < 5; i++) stage.writeActs.push({ fails: cut() });
    const end = await stage.run([add('a')]);
    // Another run that had the lock in between would wait for this very write.
    const round = ['write a', 'read', 'read'];
    expect(stage.said('')).toEqual([...round, ...round, 'write a', 'read', 'release']);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'not-done' } });
  });

  it('may be sent again three times after one that was accepted', async () => {
    const stage = new Stage([]);
    const fails = cut();
    stage.writeActs.push({ fails }, { fails }, 'ok', { fails }, { fails }, 'ok');
    // Each round but the last one finds the list empty again.
    for (let time = 0; time < 3000; time++) {
      stage.at(time, () => {
        if (stage.said('write').length < 6) stage.members = [];
      });
    }
    const end = await stage.run([add('a')]);
    expect(stage.said('write')).toHaveLength(6);
    expect(end.missing).toEqual([]);
    expect(end.reason).toBeUndefined();
  });

  it('is one whose answer is a page instead of a yes', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: answered(200) });
    const end = await stage.run([add('a')]);
    expect(stage.said('write')).toHaveLength(2);
    expect(end.missing).toEqual([]);
  });

  it('is unknown when the list cannot be read either', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: cut() });
    stage.readActs.push(refusedConnection());
    const end = await stage.run([add('a'), add('b')]);
    expect(end).toMatchObject({ missing: [add('a'), add('b')], reason: { kind: 'unreadable' } });
    expect(end.reason).toHaveProperty('error.code', 'connection-cut');
  });

  it('is not done when it never reached the server', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: refusedConnection() });
    stage.readActs.push(refusedConnection());
    const end = await stage.run([add('a')]);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'not-done' }, sent: false });
  });

  it('is unknown when an earlier one may have reached it', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: cut() }, { fails: refusedConnection() });
    stage.readActs.push('ok', 'ok', refusedConnection());
    const end = await stage.run([add('a')]);
    expect(end).toMatchObject({ reason: { kind: 'unreadable' }, sent: true });
  });
});
