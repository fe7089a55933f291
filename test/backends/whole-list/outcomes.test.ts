import { describe, expect, it } from 'vitest';
import type { Convergence, Reason } from '../../../src/backends/whole-list/list-port.ts';
import { toOutcomes } from '../../../src/backends/whole-list/outcomes.ts';
import type { MemberChange } from '../../../src/domain/change.ts';
import { GroupctlError } from '../../../src/errors.ts';

const change = (member: string, op: MemberChange['op'] = 'add'): MemberChange => ({
  op,
  type: 'user',
  member,
  requested: member,
});
const ANNA = change('anna');
const BEN = change('ben');
const CLEO = change('cleo', 'remove');

/** The outcome of each row in short: `anna added verified`, with the code of its error. */
function rows(
  changes: readonly MemberChange[],
  end: Partial<Convergence<MemberChange>>,
): readonly string[] {
  const whole = { missing: [], sent: true, lateWrite: false, ...end };
  return toOutcomes(changes, whole, 'QA').map(({ member, outcome, verified, error }) =>
    [member, outcome, verified ? 'verified' : 'unverified', error?.code].filter(Boolean).join(' '),
  );
}

/** The error of the only row. */
function errorOf(end: Partial<Convergence<MemberChange>>): unknown {
  const whole = { missing: [ANNA], sent: true, lateWrite: false, ...end };
  return toOutcomes([ANNA], whole, 'QA')[0]?.error;
}

const failure = (
  kind: 'server' | 'network' | 'not-found' | 'safety',
  code: string,
): GroupctlError => new GroupctlError(kind, 'It failed.', { code });

describe('the outcomes of a list that was written', () => {
  it('are additions and removals that were seen', () => {
    expect(rows([ANNA, CLEO], {})).toEqual(['anna added verified', 'cleo removed verified']);
  });

  it('leave out what others did meanwhile', () => {
    expect(rows([ANNA, BEN, CLEO], { byOthers: [BEN, CLEO] })).toEqual([
      'anna added verified',
      'ben already-member verified',
      'cleo already-absent verified',
    ]);
  });

  it('are in doubt where a change did not stay, without a reason, too', () => {
    const expected = ['anna added verified', 'ben unknown unverified not-settled'];
    expect(rows([ANNA, BEN], { missing: [BEN], reason: { kind: 'not-settled' } })).toEqual(
      expected,
    );
    expect(rows([ANNA, BEN], { missing: [BEN] })).toEqual(expected);
  });

  it('say what was carried by a write that the server answered with an error', () => {
    const error = failure('server', 'http-500');
    const reason: Reason = { kind: 'answered', error };
    expect(rows([ANNA, BEN, CLEO], { missing: [BEN], reason })).toEqual([
      'anna failed unverified answered-but-applied',
      'ben failed unverified http-500',
      'cleo failed unverified answered-but-applied',
    ]);
    expect(
      rows([ANNA, BEN, CLEO], { missing: [BEN], reason: { ...reason, carried: [BEN] } }),
    ).toEqual(['anna added verified', 'ben failed unverified http-500', 'cleo removed verified']);
  });

  it('are in doubt after an interrupt if anything was sent, and else not tried', () => {
    const reason: Reason = { kind: 'interrupted' };
    const error = {
      kind: 'safety',
      code: 'interrupted',
      message: '"QA" did not show the change when the run was interrupted.',
    };
    expect(errorOf({ reason })).toMatchObject(error);
    const missing = [ANNA];
    expect(rows([ANNA], { missing, reason })).toEqual(['anna unknown unverified interrupted']);
    expect(rows([ANNA], { missing, reason, sent: false })).toEqual([
      'anna not-tried unverified interrupted',
    ]);
  });

  it('fail where the group is gone', () => {
    const reason: Reason = { kind: 'group-gone', error: failure('not-found', 'no-such-group') };
    expect(errorOf({ reason })).toMatchObject({
      kind: 'not-found',
      code: 'group-gone',
      message: '"QA" was deleted meanwhile; nothing more was written.',
    });
  });

  it('are in doubt where groupctl itself stopped after a write, and else not tried', () => {
    const reason: Reason = { kind: 'stopped', error: failure('safety', 'lock-lost') };
    const missing = [ANNA];
    expect(rows([ANNA], { missing, reason })).toEqual(['anna unknown unverified lock-lost']);
    expect(rows([ANNA], { missing, reason, sent: false })).toEqual([
      'anna not-tried unverified lock-lost',
    ]);
  });

  it('are not settled where --deadline ended the reading, and else as unknown as the answer', () => {
    const missing = [ANNA];
    const read = (code: string): Reason => ({
      kind: 'unreadable',
      error: failure('network', code),
    });
    expect(rows([ANNA], { missing, reason: read('deadline') })).toEqual([
      'anna unknown unverified not-settled',
    ]);
    expect(rows([ANNA], { missing, reason: read('timeout') })).toEqual([
      'anna unknown unverified outcome-unknown',
    ]);
  });

  it('name what the server stored instead, and the account that may be the same', () => {
    const kept = (members: readonly string[]): Reason => ({
      kind: 'not-kept',
      before: ['djones'],
      members,
    });
    const ben = change('ben@corp.test');
    expect(rows([ben], { missing: [ben], reason: kept(['djones', 'ben']) })).toEqual([
      'ben@corp.test failed verified stored-as',
    ]);
    expect(rows([ANNA], { missing: [ANNA], reason: kept(['djones']) })).toEqual([
      'anna failed verified not-kept',
    ]);
    const dana = change('djones@corp.test');
    const [row] = toOutcomes(
      [dana],
      { missing: [dana], sent: true, lateWrite: false, reason: kept(['djones']) },
      'QA',
    );
    expect(row?.error?.hint).toBe(
      '"QA" has the member "djones". Check whether that is the same account.',
    );
  });
});
