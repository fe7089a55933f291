import { describe, expect, it } from 'vitest';
import { GroupctlError } from '../../../src/errors.ts';
import { add, answered, Stage } from './converge-stage.ts';

describe('an interrupt', () => {
  it('before the write: nothing is sent', async () => {
    const stage = new Stage([]);
    stage.abort.abort();
    const end = await stage.run([add('a')]);
    expect(stage.log).toEqual(['0 release']);
    expect(end).toEqual({
      missing: [add('a')],
      byOthers: [],
      sent: false,
      lateWrite: false,
      reason: { kind: 'interrupted' },
    });
  });

  it('during the write: it is finished and read back', async () => {
    const stage = new Stage([]);
    stage.at(5, () => stage.abort.abort());
    const end = await stage.run([add('a')]);
    expect(stage.log).toEqual(['0 write a', '10 read', '12 release']);
    expect(end.missing).toEqual([]);
  });

  it('during a write that was lost: it is said, and not written again', async () => {
    const stage = new Stage([]);
    stage.at(5, () => stage.abort.abort());
    stage.at(11, () => {
      stage.members = ['b'];
    });
    const end = await stage.run([add('a'), add('b')]);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'interrupted' }, sent: true });
    expect(stage.said('write', 'lock')).toEqual(['write a,b']);
  });

  it('while it settles: ends at once, with what was seen', async () => {
    const stage = new Stage([]);
    stage.at(100, () => stage.abort.abort());
    const end = await stage.run([add('a')], { settleMs: 30_000 });
    expect(end).toMatchObject({ missing: [], reason: { kind: 'interrupted' } });
    expect(stage.times('read')).toEqual([10]);
  });

  it('while it backs off: no lock is waited for', async () => {
    const stage = new Stage([]);
    stage.at(11, () => {
      stage.members = [];
    });
    stage.at(20, () => stage.abort.abort());
    const end = await stage.run([add('a')]);
    expect(end).toMatchObject({ missing: [add('a')], reason: { kind: 'interrupted' }, sent: true });
    expect(stage.said('lock')).toEqual([]);
  });

  it('while another groupctl is waited for: missing is what the last look missed', async () => {
    const stage = new Stage([]);
    stage.at(11, () => {
      stage.members = ['a'];
    });
    stage.lockFails = new GroupctlError('interrupted', 'Interrupted while waiting.');
    const end = await stage.run([add('a'), add('b')]);
    expect(end).toMatchObject({ missing: [add('b')], reason: { kind: 'interrupted' }, sent: true });
  });

  it('while a 429 is waited out, with nothing written: ends with what is missing', async () => {
    const stage = new Stage([]);
    stage.writeActs.push({ fails: answered(429) });
    stage.waitOut = () => Promise.reject(new GroupctlError('interrupted', 'Interrupted.'));
    expect(await stage.run([add('a')])).toEqual({
      missing: [add('a')],
      byOthers: [],
      sent: false,
      lateWrite: false,
      reason: { kind: 'interrupted' },
    });
    expect(stage.said('write', 'lock')).toEqual(['write a']);
  });
});
