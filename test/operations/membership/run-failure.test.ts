import { describe, expect, it } from 'vitest';
import type { MemberOutcome } from '../../../src/domain/outcome.ts';
import { runFailure } from '../../../src/operations/membership/run-failure.ts';

const row = (member: string, more: Partial<MemberOutcome>): MemberOutcome => ({
  op: 'add',
  type: 'user',
  member,
  requested: member,
  outcome: 'added',
  verified: true,
  ...more,
});

describe('runFailure', () => {
  const error = {
    kind: 'network',
    code: 'store-unreachable',
    message: 'The store is gone.',
    nothingWritten: true,
  } as const;
  const failed = row('b', { outcome: 'not-tried', verified: false, error });

  it('does not say that nothing was written where a later row was stopped', () => {
    const failure = runFailure({ group: { name: 'QA' }, outcomes: [row('a', {}), failed] }, false);
    expect(failure).toMatchObject({ kind: 'partial', nothingWritten: false });
  });

  it('says that nothing was written where the first row was stopped', () => {
    const failure = runFailure({ group: { name: 'QA' }, outcomes: [failed] }, false);
    expect(failure).toMatchObject({ kind: 'network', nothingWritten: true });
  });

  it('names those in doubt apart from those that were not changed, and resume', () => {
    const sent = {
      kind: 'safety',
      code: 'outcome-unknown',
      message: 'It was sent.',
      mayApply: true,
    } as const;
    const outcomes = [
      row('a', { outcome: 'unknown', verified: false, error: sent }),
      failed,
      row('c', { outcome: 'failed', verified: false, error }),
    ];
    const failure = runFailure({ group: { name: 'QA' }, outcomes, run: 'R1' }, false);
    expect(failure?.message).toMatch(
      /^2 of 3 members could not be changed in QA: b, c\. 1 of 3 members is in doubt in QA: a\. /,
    );
    expect(failure?.hint).toContain('To go on: groupctl resume R1');
  });

  it('counts a failed change that may still take effect as one in doubt', () => {
    const late = {
      kind: 'network',
      code: 'timeout',
      message: 'No answer.',
      mayApply: true,
    } as const;
    const outcomes = [row('a', {}), row('b', { outcome: 'failed', error: late })];
    const failure = runFailure({ group: { name: 'QA' }, outcomes, run: '01R' }, false);
    expect(failure?.message).toBe('1 of 2 members is in doubt in QA: b. No answer.');
  });
});
