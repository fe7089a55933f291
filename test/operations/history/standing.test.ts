import { describe, expect, it } from 'vitest';
import { type Attempt, standingOf } from '../../../src/operations/history/standing.ts';
import type { RecordedOutcome, RunRecord, RunRow } from '../../../src/state/journal/record.ts';

/** `1 add seen`: what the run 1 has on record of the change. */
function attempt(text: string, kind = 'proget'): Attempt {
  const [run = '', op = '', what = ''] = text.split(' ');
  const isAdd = op === 'add';
  const done = isAdd ? 'added' : 'removed';
  const failed = (code: string, mayApply = false): RecordedOutcome => {
    const error = { kind: 'server', code, message: 'x', ...(mayApply && { mayApply }) } as const;
    return { outcome: 'failed', verified: false, error };
  };
  const rows: Record<string, Pick<RunRow, 'state'> & Partial<RunRow>> = {
    seen: { state: 'done', outcome: { outcome: done, verified: true } },
    unseen: { state: 'done', outcome: { outcome: done, verified: false } },
    found: {
      state: 'done',
      outcome: { outcome: isAdd ? 'already-member' : 'already-absent', verified: true },
    },
    'despite-error': { state: 'not-done', outcome: failed('answered-but-applied') },
    'not-shown': { state: 'not-done', outcome: failed('not-kept') },
    doubt: { state: 'in-doubt', outcome: failed('http-504', true) },
    accepted: { state: 'in-doubt', accepted: true },
    lapsed: { state: 'not-done', outcome: failed('no-longer-in-effect') },
    failed: { state: 'not-done', outcome: failed('http-500') },
  };
  const change = { op, type: 'user', member: 'jsmith', requested: 'jsmith' } as RunRow['change'];
  const row = { index: 0, change, sent: true, accepted: false, ...rows[what] } as RunRow;
  return { record: { run, kind } as unknown as RunRecord, row };
}

const standing = (story: string, kind?: string): string => {
  const [first = '', ...more] = story.split(', ');
  const attempts: [Attempt, ...Attempt[]] = [
    attempt(first, kind),
    ...more.map((each) => attempt(each, kind)),
  ];
  const { word, by } = standingOf(attempts, 'add');
  return `${word} by ${by.record.run}`;
};

describe('where a change stands', () => {
  it.each([
    ['1 add seen', 'in-effect by 1'],
    ['1 add despite-error', 'in-effect by 1'],
    ['1 add unseen, 2 add seen', 'in-effect by 2'],
    // An undo.
    ['1 add seen, 2 remove seen', 'undone by 2'],
    ['1 add seen, 2 remove despite-error', 'undone by 2'],
    ['1 add seen, 2 remove found', 'undone by 2'],
    ['1 add seen, 2 remove doubt', 'in-effect by 1'],
    ['1 add seen, 2 remove failed', 'in-effect by 1'],
    ['1 add seen, 2 remove doubt, 3 remove seen', 'undone by 3'],
    // An undo of the undo.
    ['1 add seen, 2 remove seen, 3 add seen', 'in-effect by 3'],
    ['1 add seen, 2 remove seen, 3 add despite-error', 'in-effect by 3'],
    ['1 add seen, 2 remove seen, 3 add doubt', 'open by 3'],
    ['1 add seen, 2 remove seen, 3 add failed', 'undone by 2'],
    ['1 add seen, 2 remove seen, 3 add doubt, 4 remove seen', 'undone by 4'],
    // In doubt, and resumed.
    ['1 add doubt', 'open by 1'],
    ['1 add accepted', 'open by 1'],
    ['1 add doubt, 2 add failed', 'open by 1'],
    ['1 add doubt, 2 add doubt', 'open by 2'],
    ['1 add doubt, 2 add seen', 'in-effect by 2'],
    ['1 add doubt, 2 add found', 'found by 2'],
    ['1 add doubt, 2 add seen, 3 remove doubt', 'in-effect by 2'],
    ['1 add despite-error, 2 add lapsed', 'lapsed by 2'],
    ['1 add seen, 2 remove unseen, 3 remove lapsed', 'undone by 2'],
    ['1 add failed', 'none by 1'],
    ['1 add failed, 2 add failed', 'none by 2'],
    ['1 add not-shown', 'none by 1'],
  ])('is decided by the last that is known: %s', (story, expected) => {
    expect(standing(story)).toBe(expected);
  });

  it('is open where a replica may show it later', () => {
    expect(standing('1 add not-shown', 'infisical')).toBe('open by 1');
    expect(standing('1 add seen, 2 remove not-shown', 'infisical')).toBe('in-effect by 1');
  });
});
