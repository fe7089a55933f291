import { describe, expect, it } from 'vitest';
import type { OffboardSource } from '../../../../src/domain/offboard.ts';
import type { MemberOutcome } from '../../../../src/domain/outcome.ts';
import { offboardFailure } from '../../../../src/operations/people/offboard/failure.ts';

const change = { op: 'remove', type: 'user', member: 'jsmith', requested: 'jsmith' } as const;
const groupWith = (name: string, more: Pick<MemberOutcome, 'outcome' | 'error'>) => ({
  group: { name },
  label: name,
  outcomes: [{ ...change, verified: true, ...more }],
});
const error = { kind: 'network', code: 'store-unreachable', message: 'It is gone.' } as const;
const lost = {
  kind: 'server',
  code: 'record-incomplete',
  message: 'G1: It is in x.jsonl.',
} as const;
const sources = [
  {
    source: 'prod',
    kind: 'proget',
    state: 'found',
    groups: [
      groupWith('G1', { outcome: 'removed' }),
      groupWith('G2', { outcome: 'failed', error }),
    ],
    apiKeys: { list: [] },
    unrecorded: lost,
  },
] as unknown as readonly OffboardSource[];

describe('offboardFailure', () => {
  it('names the record that is not whole after what could not be done', () => {
    expect(offboardFailure(sources, false)).toMatchObject({
      kind: 'partial',
      message: '1 of 2 steps could not be done: G2 on prod. It is gone. G1: It is in x.jsonl.',
    });
  });

  it('names it after an interrupt', () => {
    expect(offboardFailure(sources, true)?.message).toBe(
      'Interrupted: 1 of 2 steps done. G1: It is in x.jsonl.',
    );
  });
});
