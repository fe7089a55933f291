import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../../src/backends/per-member/deliver.ts';
import type { RefusalScope } from '../../../src/backends/per-member/member-store.ts';
import type { MemberChange } from '../../../src/domain/change.ts';
import { type ErrorKind, type GroupctlError, interruptedError } from '../../../src/errors.ts';
import { addOf, failure, isThere, REFUSED, removalOf, RESET, Stage } from './stage.ts';

const ANN = addOf('ann');
const BOB = removalOf('bob');
const IS_MEMBER = { ann: isThere('ann', true), bob: isThere('bob', true) };
const IS_NONE = { ann: isThere('ann', false), bob: isThere('bob', false) };
const NOBODY = { ann: { kind: 'none' }, bob: { kind: 'none' } } as const;
const UNSURE = { ann: { kind: 'unsure' }, bob: { kind: 'unsure' } } as const;

/** `added unverified pending`, with the code of its error and what it means for other rows. */
function inShort({ row, pending, stop }: Delivery): string {
  const { outcome, verified, error } = row;
  const seen = verified ? 'verified' : 'unverified';
  const end = stop === undefined ? '' : stop.isCertain ? 'stops' : 'may stop';
  return [outcome, seen, pending ? 'pending' : '', error?.code, end].filter(Boolean).join(' ');
}

const answer = (status: number, kind: ErrorKind = 'refused', code = `http-${status}`) =>
  failure(kind, code, { status });

describe('a change that the server takes', () => {
  it('is accepted, to be read back', async () => {
    const stage = new Stage();
    const { row, pending, stop } = await stage.deliver(ANN);
    expect(row).toMatchObject({
      outcome: 'added',
      verified: false,
      user: { username: 'answered ann' },
    });
    expect([pending, stop]).toEqual([true, undefined]);
    expect(stage.log).toEqual(['POST ann', 'mark: answered']);
  });

  it('is removed with a DELETE, whose intent is recorded first', async () => {
    const stage = new Stage();
    stage.beforeSend = ({ call, changes }) => {
      stage.log.push(`intent ${call} ${changes.map(({ member }) => member).join()}`);
      return Promise.resolve();
    };
    expect(inShort(await stage.deliver(BOB))).toBe('removed unverified pending');
    expect(stage.log).toEqual(['intent DELETE members bob', 'DELETE bob', 'mark: answered']);
  });
});

describe('a change whose answer is lost', () => {
  it('is done if a read shows it', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: RESET });
    stage.reads.push(IS_MEMBER);
    const { row, pending } = await stage.deliver(ANN);
    expect(row).toMatchObject({ outcome: 'added', verified: true, user: { id: 'id of ann' } });
    expect(pending).toBe(false);
    expect(stage.log).toEqual(['POST ann', 'read back ann', 'mark: landed']);
  });

  it('is sent again, after a wait, once reads do not show it', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: RESET });
    stage.reads.push(IS_NONE);
    expect(inShort(await stage.deliver(ANN))).toBe('added unverified pending');
    expect(stage.log.filter((line) => line.startsWith('POST'))).toHaveLength(2);
    expect(stage.waits).toEqual([100, 200, 400, 800, 1500, 200]);
  });

  it('is read back at once while a replica is behind, and not sent twice', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: RESET });
    stage.reads.push(IS_NONE, IS_NONE, IS_MEMBER);
    expect(inShort(await stage.deliver(ANN))).toBe('added verified');
    expect(stage.waits).toEqual([100, 200]);
  });

  it('is sent three times at most, with longer waits, and may stop the run', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: RESET }, { fails: RESET }, { fails: RESET });
    stage.reads.push(IS_NONE);
    expect(inShort(await stage.deliver(ANN))).toBe('failed verified reset may stop');
    expect(stage.log.filter((line) => line.startsWith('POST'))).toHaveLength(3);
    const polls = [100, 200, 400, 800, 1500];
    expect(stage.waits).toEqual([...polls, 200, ...polls, 400, ...polls]);
  });

  it('is not read where the server was never reached, and stops the run', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: REFUSED }, { fails: REFUSED }, { fails: REFUSED });
    expect(inShort(await stage.deliver(ANN))).toBe('failed unverified connect-refused stops');
    expect(stage.log).toEqual(Array(3).fill(['POST ann', 'mark: never left']).flat());
  });

  it('is not sent again after a failure that lasts', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: failure('network', 'tls') });
    expect(inShort(await stage.deliver(ANN))).toBe('failed unverified tls stops');
    expect(stage.log.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  it.each([
    ['a member that the list cannot show', UNSURE, 'unknown unverified outcome-unknown'],
    [
      'a list that cannot be read',
      failure('network', 'timeout'),
      'unknown unverified outcome-unknown may stop',
    ],
    [
      'a group that is gone',
      failure('not-found', 'not-found'),
      'failed unverified group-gone stops',
    ],
  ])('and %s', async (_, read, expected) => {
    const stage = new Stage();
    stage.writes.push({ fails: RESET });
    stage.reads.push(read);
    expect(inShort(await stage.deliver(ANN))).toBe(expected);
    expect(stage.log.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  it.each([
    ['that got no answer at all', [RESET, RESET, RESET], IS_NONE, true],
    ['that a gateway gave up', [answer(504, 'server')], IS_NONE, true],
    [
      'that the credentials may not make any more',
      [RESET, answer(403, 'unauthorized')],
      IS_NONE,
      true,
    ],
    ['that the server failed at, and shows no list', [answer(500, 'server')], RESET, true],
    ['that the server failed at, and does not show', [answer(500, 'server')], IS_NONE, undefined],
    ['that never reached the server', [REFUSED, REFUSED, REFUSED], IS_NONE, undefined],
    ['that the server refused', [answer(400)], IS_NONE, undefined],
  ] as const)('may apply later, or not: one %s', async (_, fails, read, mayApply) => {
    const stage = new Stage();
    for (const each of fails) stage.writes.push({ fails: each });
    stage.reads.push(read);
    const { row } = await stage.deliver(ANN);
    expect([row.outcome === 'added', row.error?.mayApply]).toEqual([false, mayApply]);
  });

  it.each([
    [ANN, IS_NONE, IS_MEMBER, 'added verified'],
    [BOB, IS_MEMBER, IS_NONE, 'removed verified'],
  ])('counts as done when the next call finds it in effect: %j', async (change, old, now, row) => {
    const stage = new Stage();
    stage.writes.push({ fails: RESET }, { fails: answer(400, 'refused', 'already') });
    stage.reads.push(old, old, old, old, old, old, now);
    expect(inShort(await stage.deliver(change))).toBe(row);
  });

  it('is in doubt after an interrupt, which ends the reads', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: RESET });
    stage.reads.push(IS_NONE);
    const lookUp = stage.store.lookUp.bind(stage.store);
    stage.store.lookUp = async (...args) => {
      stage.abort.abort(interruptedError());
      return await lookUp(...args);
    };
    // The first read begins before the interrupt: it goes on to the end of its reads.
    expect(inShort(await stage.deliver(ANN))).toBe('unknown unverified outcome-unknown');
    expect(stage.log.filter((line) => line.startsWith('POST'))).toHaveLength(1);
  });

  it('is not done after an interrupt where the server was never reached', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: REFUSED });
    stage.beforeSend = () => {
      stage.abort.abort(interruptedError());
      return Promise.resolve();
    };
    expect(inShort(await stage.deliver(ANN))).toBe('failed unverified connect-refused stops');
    expect(stage.log).toEqual(['POST ann', 'mark: never left']);
  });
});

describe('a change that cannot be sent', () => {
  it.each([
    ['deadline', 'not-tried unverified deadline stops'],
    ['wait-too-long', 'not-tried unverified wait-too-long stops'],
  ])('%s: was not tried, nor will others be', async (code, expected) => {
    const stage = new Stage();
    stage.writes.push({ fails: failure('network', code), unsent: true });
    expect(inShort(await stage.deliver(ANN))).toBe(expected);
    expect(stage.log).toEqual(['mark: never left']);
  });

  it('is not tried after an interrupt', async () => {
    const stage = new Stage();
    stage.abort.abort(interruptedError());
    const delivery = await stage.deliver(ANN);
    expect(inShort(delivery)).toBe('not-tried unverified interrupted');
    expect(delivery.row.error?.message).toBe('The run was interrupted.');
    expect(stage.log).toEqual([]);
  });

  it('is in doubt where an interrupt comes before it is sent again', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: RESET }, { fails: interruptedError(), unsent: true });
    stage.reads.push(IS_NONE);
    expect(inShort(await stage.deliver(ANN))).toBe('unknown unverified outcome-unknown');
  });

  it('has failed where there is no time to send it again', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: RESET }, { fails: failure('network', 'deadline'), unsent: true });
    stage.reads.push(IS_NONE);
    expect(inShort(await stage.deliver(ANN))).toBe('failed unverified deadline stops');
  });

  it('says so if its intent could not be recorded', async () => {
    const stage = new Stage();
    const lost = failure('config', 'state-not-writable');
    stage.beforeSend = () => Promise.reject(lost);
    expect(inShort(await stage.deliver(ANN))).toBe('not-tried unverified state-not-writable stops');
    expect(stage.log).toEqual(['intent failed']);
  });

  it('throws what is a bug', async () => {
    const stage = new Stage();
    const bug = new TypeError('x is undefined');
    stage.store.write = () => Promise.reject(bug);
    await expect(stage.deliver(ANN)).rejects.toBe(bug);
    stage.store.write = async (_method, _group, _name, sending) => {
      sending.sent?.();
      throw RESET;
    };
    stage.store.lookUp = () => Promise.reject(bug);
    await expect(stage.deliver(ANN)).rejects.toBe(bug);
  });
});

describe('a change that the server answers with an error', () => {
  const deliver = async (
    change: MemberChange,
    error: GroupctlError,
    read: Stage['reads'][number],
    scope: Partial<RefusalScope> = {},
  ): Promise<{ short: string; stage: Stage }> => {
    const stage = new Stage();
    stage.scope = scope;
    stage.writes.push({ fails: error });
    stage.reads.push(read);
    return { short: inShort(await stage.deliver(change)), stage };
  };
  const yes = (): boolean => true;

  it.each<[string, GroupctlError, string]>([
    ['a bad token', answer(401, 'unauthorized', 'token'), 'refused unverified token stops'],
    [
      'a missing permission',
      answer(403, 'unauthorized', 'permission-denied'),
      'refused unverified permission-denied may stop',
    ],
  ])('about the credentials (%s) reads nothing', async (_, error, expected) => {
    const { short, stage } = await deliver(ANN, error, IS_NONE, { isAboutCredentials: yes });
    expect(short).toBe(expected);
    expect(stage.log).toEqual(['POST ann', 'mark: answered']);
  });

  it.each<[string, MemberChange, GroupctlError, Stage['reads'][number], string]>([
    ['400 of a member', ANN, answer(400), IS_MEMBER, 'already-member verified'],
    ['400 of somebody absent', BOB, answer(400), IS_NONE, 'already-absent verified'],
    ['400, not in effect', ANN, answer(400), IS_NONE, 'refused verified http-400'],
    ['400, unsure', ANN, answer(400), UNSURE, 'refused unverified http-400'],
    ['404, unsure', ANN, answer(404), UNSURE, 'no-such-user unverified no-such-user'],
    ['400, nobody of that name', ANN, answer(400), NOBODY, 'no-such-user unverified no-such-user'],
    ['400 of a removal, nobody', BOB, answer(400), NOBODY, 'already-absent verified'],
    ['404 of a removal, nobody', BOB, answer(404), NOBODY, 'no-such-user unverified no-such-user'],
    [
      'a validation error, nobody',
      ANN,
      answer(422, 'refused', 'validation'),
      NOBODY,
      'refused unverified validation',
    ],
    [
      'no such route, nobody',
      ANN,
      answer(404, 'refused', 'no-such-route'),
      NOBODY,
      'refused unverified no-such-route',
    ],
    [
      '500, in effect',
      ANN,
      answer(500, 'server'),
      IS_MEMBER,
      'failed verified answered-but-applied',
    ],
    ['500, not in effect', ANN, answer(500, 'server'), IS_NONE, 'failed verified http-500'],
    ['500, unsure', ANN, answer(500, 'server'), UNSURE, 'failed unverified http-500'],
    ['499', ANN, answer(499, 'server'), IS_MEMBER, 'already-member verified'],
    [
      '400, and the list is unreadable',
      ANN,
      answer(400),
      failure('network', 'timeout'),
      'refused unverified http-400',
    ],
    [
      '400, and the group is gone',
      ANN,
      answer(400),
      failure('not-found', 'not-found'),
      'failed unverified group-gone stops',
    ],
  ])('%s', async (_, change, error, read, expected) => {
    const { short, stage } = await deliver(change, error, read);
    expect(short).toBe(expected);
    // One read: only what the server calls "already" may show later.
    expect(stage.waits).toEqual([]);
    expect(stage.log.filter((line) => line.startsWith('read'))).toHaveLength(1);
  });

  it('says that the change is there all the same', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: answer(500, 'server') });
    stage.reads.push(IS_MEMBER);
    const { row } = await stage.deliver(ANN);
    expect(row.error?.message).toBe('Failed: http-500. Yet "QA" now shows the change.');
    expect(stage.log).toContain('mark: landed');
  });

  it('does not call the mark landed where the change does not show', async () => {
    const { stage } = await deliver(ANN, answer(500, 'server'), IS_NONE);
    expect(stage.log).not.toContain('mark: landed');
  });

  it('names who cannot be found: a user, or a machine identity', async () => {
    const stage = new Stage();
    stage.writes.push({ fails: answer(404) }, { fails: answer(404) });
    stage.reads.push(NOBODY);
    const user = await stage.deliver(ANN);
    expect(user.row.error).toMatchObject({
      kind: 'not-found',
      message: 'There is no user named "ann" in the organization.',
      hint: 'Check the user name: it has to be that of a user of this organization.',
    });
    const identity = await stage.deliver(addOf('ann', { type: 'identity' }));
    expect(identity.row.error).toMatchObject({
      message: 'There is no machine identity named "ann" in the organization.',
      hint: 'Check the id: it has to be that of a machine identity of this organization.',
    });
  });

  it('"already" is read until it shows, and believed where the list is unsure', async () => {
    const already = { saysAlready: yes };
    const late = await deliver(ANN, answer(400), IS_NONE, already);
    expect(late.short).toBe('refused verified http-400');
    expect(late.stage.waits).toEqual([100, 200, 400, 800, 1500]);
    const unsure = await deliver(ANN, answer(400), UNSURE, already);
    expect(unsure.short).toBe('already-member unverified');
    const unsureRemoval = await deliver(BOB, answer(400), UNSURE, already);
    expect(unsureRemoval.short).toBe('already-absent unverified');
  });

  it('of an addition that another run has just made is no failure', async () => {
    const twin = { isTwinAdd: yes };
    const { short, stage } = await deliver(ANN, answer(500, 'server'), IS_MEMBER, twin);
    expect(short).toBe('already-member verified');
    expect(stage.log).toContain('mark: landed');
    const absent = await deliver(ANN, answer(500, 'server'), IS_NONE, twin);
    expect(absent.short).toBe('failed verified http-500');
    expect(absent.stage.waits).toHaveLength(5);
    const nobody = await deliver(ANN, answer(500, 'server'), NOBODY, twin);
    expect(nobody.short).toBe('failed unverified http-500');
  });

  it('about the group is that error, unless the change shows', async () => {
    const group = { isAboutGroup: yes };
    expect((await deliver(ANN, answer(404), NOBODY, group)).short).toBe(
      'refused verified http-404',
    );
    expect((await deliver(ANN, answer(404), IS_MEMBER, group)).short).toBe(
      'already-member verified',
    );
  });

  it('may stop the run where other rows would meet it', async () => {
    const seen: unknown[] = [];
    const scope: Partial<RefusalScope> = {
      endsWholeRun: (row, error) => {
        seen.push([row.outcome, error.code]);
        return true;
      },
    };
    expect((await deliver(ANN, answer(400), IS_NONE, scope)).short).toBe(
      'refused verified http-400 may stop',
    );
    expect(seen).toEqual([['refused', 'http-400']]);
  });

  it('of 300 is an answer, of 299 is none', async () => {
    expect((await deliver(ANN, answer(300, 'protocol'), IS_NONE)).short).toBe(
      'failed verified http-300',
    );
    const { stage } = await deliver(ANN, answer(299, 'protocol'), IS_NONE);
    expect(stage.log.filter((line) => line.startsWith('POST'))).toHaveLength(2);
  });
});
