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
});
