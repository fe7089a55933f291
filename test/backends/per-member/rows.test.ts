import { describe, expect, it } from 'vitest';
import {
  notSentRow,
  notShownRow,
  unaddressableRow,
} from '../../../src/backends/per-member/outcome-rows.ts';
import { pollMembers, shows } from '../../../src/backends/per-member/poll.ts';
import { sortChanges } from '../../../src/backends/per-member/sort-changes.ts';
import { doneRow } from '../../../src/backends/shared/rows.ts';
import { addOf, failure, isThere, removalOf, Stage } from './stage.ts';

const ANN = addOf('ann');
const BOB = removalOf('bob');

describe('a row that was not sent', () => {
  it('has the code of a deadline, and else that it was not sent', () => {
    const late = notSentRow(ANN, failure('network', 'deadline'));
    expect(late).toMatchObject({ outcome: 'not-tried', error: { code: 'deadline' } });
    const other = notSentRow(ANN, failure('network', 'reset'));
    expect(other.error).toMatchObject({
      kind: 'network',
      code: 'not-sent',
      message: 'Failed: reset.',
    });
  });

  it('says why the server cannot be asked', () => {
    expect(unaddressableRow(ANN, 'it is a path')).toMatchObject({
      outcome: 'refused',
      verified: false,
      error: {
        kind: 'refused',
        code: 'not-addressable',
        message: '"ann" cannot be added through this API: it is a path.',
      },
    });
    expect(unaddressableRow(BOB, 'it is a path').error?.message).toBe(
      '"bob" cannot be removed through this API: it is a path.',
    );
  });
});

describe('a row that the server accepted and does not show', () => {
  it('has failed, with what may be the reason', () => {
    expect(notShownRow(doneRow(ANN, false), 'QA')).toMatchObject({
      outcome: 'failed',
      verified: true,
      error: {
        code: 'not-kept',
        message: 'The server accepted the change, but "QA" does not show "ann".',
        hint: 'The user may not have finished signing up (older servers then do nothing), or a replica is slow. You can safely run the same command again.',
      },
    });
    expect(notShownRow(doneRow(BOB, false), 'QA').error).toMatchObject({
      message: 'The server accepted the change, but "QA" still shows "bob".',
      hint: 'A replica may be slow. You can safely run the same command again.',
    });
  });
});

describe('what a read shows', () => {
  it.each([
    ['an addition of a member', isThere('ann', true), ANN, true],
    ['an addition of nobody', { kind: 'none' }, ANN, false],
    ['an addition of an account', isThere('ann', false), ANN, false],
    ['a removal of a member', isThere('bob', true), BOB, false],
    ['a removal of an account', isThere('bob', false), BOB, true],
    ['a removal of nobody', { kind: 'none' }, BOB, true],
    ['a removal, unsure', { kind: 'unsure' }, BOB, false],
    ['an addition, ambiguous', { kind: 'ambiguous', names: [] }, ANN, false],
    ['nothing', undefined, BOB, false],
  ] as const)('is the effect of %s: %j', (_, lookup, change, expected) => {
    expect(shows(lookup, change)).toBe(expected);
  });

  it('is read again only for those that are missing, until all is there', async () => {
    const stage = new Stage();
    stage.reads.push(
      { ann: isThere('ann', false), bob: isThere('bob', false) },
      { ann: isThere('ann', true) },
    );
    const back = await pollMembers(stage.store, 'g1', [ANN, BOB], stage.clock, true);
    expect(stage.log).toEqual(['read back ann bob', 'read back ann']);
    expect(stage.waits).toEqual([100]);
    expect(back).toMatchObject({ kind: 'read' });
    const lookups = back.kind === 'read' ? back.lookups : new Map();
    expect([...lookups.keys()].sort()).toEqual(['ann', 'bob']);
    expect(lookups.get('ann')).toEqual(isThere('ann', true));
  });

  it('is one read where nothing may come later', async () => {
    const stage = new Stage();
    stage.reads.push({});
    await pollMembers(stage.store, 'g1', [ANN], stage.clock, false);
    expect([stage.log.length, stage.waits]).toEqual([1, []]);
  });
});

describe('changes by what was read of their members', () => {
  const stage = new Stage();
  const sort = (
    changes: Parameters<typeof sortChanges>[0],
    lookups: Readonly<Record<string, ReturnType<typeof isThere>>>,
  ) =>
    sortChanges(
      changes,
      ({ member }) => lookups[member],
      () => stage.store,
    );

  it('are in effect already, or to be sent under the spelling of the server', () => {
    const lookups = {
      Ann: isThere('ann', false),
      bob: isThere('bob', false),
      cy: isThere('cy', true),
    };
    const { rows, todo, lanes, present } = sort(
      [addOf('Ann'), removalOf('bob'), addOf('cy'), addOf('new')],
      lookups,
    );
    expect(rows.map(({ member, outcome, verified }) => [member, outcome, verified])).toEqual([
      ['bob', 'already-absent', true],
      ['cy', 'already-member', true],
    ]);
    expect(todo.map(({ change, user }) => [change.member, user])).toEqual([
      ['ann', { id: 'id of ann' }],
      ['new', undefined],
    ]);
    expect(lanes).toHaveLength(2);
    expect(present).toEqual(['cy']);
  });

  it('of one member are one lane, whatever is in effect before', () => {
    const { rows, lanes } = sort([addOf('ann'), removalOf('ann'), addOf('ann')], {
      ann: isThere('ann', false),
    });
    expect(rows).toEqual([]);
    expect(lanes.map((lane) => lane.map(({ change }) => change.op))).toEqual([
      ['add', 'remove', 'add'],
    ]);
    const types = sort([addOf('ann'), addOf('ann', { type: 'identity' })], {});
    expect(types.lanes).toHaveLength(2);
  });

  it('that cannot be sent have that outcome, and the others are sent', () => {
    stage.unaddressable = (name) => (name === 'a/b' ? 'it is a path' : undefined);
    const { rows, todo } = sort([addOf('a/b'), addOf('ann')], {});
    expect(rows.map(({ outcome }) => outcome)).toEqual(['refused']);
    expect(todo.map(({ change }) => change.member)).toEqual(['ann']);
  });

  it('that may mean several throw, and nothing is sent', () => {
    expect(() =>
      sortChanges(
        [ANN],
        () => ({ kind: 'ambiguous', names: ['ANN', 'Ann'] }),
        () => stage.store,
      ),
    ).toThrow(/ann/);
  });
});
