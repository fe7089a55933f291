import { describe, expect, it } from 'vitest';
import {
  asNotTried,
  failuresOf,
  type GroupRemoval,
  isKeyFailure,
  isLeft,
  type KeyWord,
  listOf,
  type OffboardSource,
  summarizeOffboard,
} from '../../src/domain/offboard.ts';
import type { OutcomeWord } from '../../src/domain/outcome.ts';

const removal = (...words: OutcomeWord[]): GroupRemoval => ({
  group: { name: 'QA' },
  label: 'QA',
  outcomes: words.map((outcome) => ({
    op: 'remove',
    type: 'user',
    member: 'jsmith',
    requested: 'jsmith',
    outcome,
    verified: true,
  })),
});
const key = (outcome: KeyWord, id = '1') => ({ id, outcome });
const error = { kind: 'server', code: 'http-500', message: 'Boom.' } as const;
const source = (more: Partial<OffboardSource> = {}): OffboardSource => ({
  source: 'Default',
  state: 'found',
  groups: [],
  permissions: { list: [] },
  apiKeys: { list: [] },
  ...more,
});

const NONE = {
  sources: 1,
  notReached: 0,
  groupsRemoved: 0,
  groupsAlreadyAbsent: 0,
  groupsPlanned: 0,
  groupsNotRemoved: 0,
  groupsUnknown: 0,
  keysDeleted: 0,
  keysPlanned: 0,
  keysNotDeleted: 0,
  keysUnknown: 0,
  keysKept: 0,
  keysNotKnown: 0,
  permissionsKept: 0,
};

describe('the summary of an offboarding', () => {
  it.each<[OutcomeWord[], Partial<typeof NONE>]>([
    [['removed'], { groupsRemoved: 1 }],
    [['removed', 'already-absent'], { groupsRemoved: 1 }],
    [['already-absent'], { groupsAlreadyAbsent: 1 }],
    [['planned'], { groupsPlanned: 1 }],
    [['planned', 'already-absent'], { groupsPlanned: 1 }],
    [['unknown'], { groupsUnknown: 1 }],
    [['unknown', 'removed'], { groupsUnknown: 1 }],
    [['failed'], { groupsNotRemoved: 1 }],
    [['failed', 'unknown', 'removed'], { groupsNotRemoved: 1 }],
    [['not-tried'], { groupsNotRemoved: 1 }],
  ])('counts a group whose rows are %j once', (words, counts) => {
    const summary = summarizeOffboard([source({ groups: [removal(...words)] })]);
    expect(summary).toEqual({ ...NONE, ...counts });
  });

  it.each<[KeyWord, Partial<typeof NONE>]>([
    ['deleted', { keysDeleted: 1 }],
    ['planned', { keysPlanned: 1 }],
    ['kept', { keysKept: 1 }],
    ['unknown', { keysUnknown: 1 }],
    ['refused', { keysNotDeleted: 1 }],
    ['failed', { keysNotDeleted: 1 }],
    ['not-tried', { keysNotDeleted: 1 }],
  ])('counts a key that is %s', (outcome, counts) => {
    const summary = summarizeOffboard([source({ apiKeys: { list: [key(outcome)] } })]);
    expect(summary).toEqual({ ...NONE, ...counts });
  });

  it('counts sources, what was not reached, what is not known, and permissions', () => {
    const sources = [
      source({ permissions: { list: [{ task: 'View' }, { task: 'Add' }] as never } }),
      source({ state: 'not-reached', error }),
      source({ error, apiKeys: { unknown: 'The server lists none.' } }),
      source({ state: 'nobody' }),
    ];
    expect(summarizeOffboard(sources)).toEqual({
      ...NONE,
      sources: 4,
      notReached: 1,
      keysNotKnown: 1,
      permissionsKept: 2,
    });
    expect(summarizeOffboard([])).toEqual({ ...NONE, sources: 0 });
  });
});

describe('a group of an offboarding', () => {
  it('has the rows that are not done, and is left if one of them is known to stay', () => {
    const mixed = removal('removed', 'failed', 'unknown');
    expect(failuresOf(mixed).map(({ outcome }) => outcome)).toEqual(['failed', 'unknown']);
    expect([mixed, removal('unknown'), removal('removed')].map(isLeft)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('is not tried where it was planned, with its keys', () => {
    const planned = source({
      groups: [removal('planned', 'already-absent')],
      apiKeys: { list: [key('planned'), key('kept', '2')] },
    });
    expect(asNotTried(planned)).toEqual(
      source({
        groups: [removal('not-tried', 'already-absent')],
        apiKeys: { list: [key('not-tried'), key('kept', '2')] },
      }),
    );
    const unknown = source({ apiKeys: { unknown: 'The server lists none.' } });
    expect(asNotTried(unknown)).toEqual(unknown);
  });
});

describe('the keys of an account', () => {
  it('are a list, or none where they are not known', () => {
    expect(listOf({ list: [1, 2] })).toEqual([1, 2]);
    expect(listOf({ unknown: 'The server lists none.' })).toEqual([]);
  });

  it.each<[KeyWord, boolean]>([
    ['kept', false],
    ['planned', false],
    ['deleted', false],
    ['refused', true],
    ['failed', true],
    ['unknown', true],
    ['not-tried', true],
  ])('that are %s are a failure: %s', (outcome, is) => {
    expect(isKeyFailure(key(outcome))).toBe(is);
  });
});
