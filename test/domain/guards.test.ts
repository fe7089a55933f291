import { describe, expect, it } from 'vitest';
import type { MemberChange } from '../../src/domain/change.ts';
import {
  checkGuards,
  DEFAULT_LIMITS,
  type GuardFacts,
  type GuardLimits,
} from '../../src/domain/guards.ts';
import { guardOption } from '../../src/output/results/guard.ts';

const change = (op: 'add' | 'remove', member: string): MemberChange => ({
  op,
  type: 'user',
  member,
  requested: member,
});
const people = (count: number): string[] => Array.from({ length: count }, (_, at) => `user${at}`);
const remove = (...members: string[]): MemberChange[] =>
  members.map((member) => change('remove', member));
const facts = (more: Partial<GuardFacts> = {}): GuardFacts => ({
  protectedMembers: [],
  near: () => [],
  self: [],
  hasAllMembers: true,
  ...more,
});
const codes = (
  base: string[],
  changes: MemberChange[],
  limits: Partial<GuardLimits> = {},
  more: Partial<GuardFacts> = {},
): string[] =>
  checkGuards(base, changes, { ...DEFAULT_LIMITS, ...limits }, facts(more)).map(
    (stop) => `${stop.code} ${guardOption(stop)}`,
  );

describe('guards', () => {
  it('let a quarter of the members go, or one of however few', () => {
    expect(codes(people(40), remove(...people(10)))).toEqual([]);
    expect(codes(people(40), remove(...people(11)))).toEqual([
      'too-many-removals --max-removal-percent=28',
    ]);
    expect(codes(people(2), remove('user0'))).toEqual([]);
    expect(codes(people(3), remove('user0', 'user1'))).toEqual([
      'too-many-removals --max-removal-percent=67',
    ]);
  });

  it('name a percentage that really lifts them', () => {
    for (const [size, going] of [
      [3, 2],
      [7, 3],
      [9, 4],
      [1000, 333],
    ] as const) {
      const [stop] = codes(people(size), remove(...people(going)), { maxRemovals: 1000 });
      const percent = Number(/=(\d+)$/.exec(stop ?? '')?.[1]);
      expect(
        codes(people(size), remove(...people(going)), {
          maxRemovals: 1000,
          maxRemovalPercent: percent,
        }),
      ).toEqual([]);
    }
  });

  it('let 50 go of however many', () => {
    expect(codes(people(1000), remove(...people(50)))).toEqual([]);
    expect(codes(people(1000), remove(...people(51)))).toEqual([
      'too-many-removals --max-removals=51',
    ]);
    expect(codes(people(1000), remove(...people(2)), { maxRemovals: 1 })).toHaveLength(1);
    expect(codes(people(1000), remove('user1'), { maxRemovals: 0 })).toHaveLength(1);
  });

  it('object to a group without members, unless somebody is added', () => {
    expect(codes(['a'], remove('A'))).toEqual(['would-empty-group --allow-empty']);
    expect(codes(['a'], [...remove('a'), change('add', 'b')])).toEqual([]);
    expect(codes(['a'], remove('a'), { allowEmpty: true })).toEqual([]);
    expect(codes([], remove('a'))).toEqual([]);
    // The one who is added is the one who goes, or there already.
    expect(codes(['a', 'b'], [...remove('a', 'b'), change('add', 'B')])).toContain(
      'would-empty-group --allow-empty',
    );
  });

  it('count an account that is added for its twin who goes', () => {
    const [one, other] = ['Jos\u00e9', 'Jose\u0301'];
    expect(codes([one], [...remove(one), change('add', other)])).toEqual([]);
  });

  it('count only members who are there, however they are spelled, each once', () => {
    expect(codes(['jsmith', 'b', 'c'], remove('JSMITH', 'jsmith', 'nobody', 'else'))).toEqual([]);
  });

  it('count the rows of a list that repeats a name', () => {
    const four = ['a1', 'a1', 'a1', 'a1'];
    expect(codes(four, remove('a1'))).toEqual([
      'would-empty-group --allow-empty',
      'too-many-removals --max-removal-percent=100',
    ]);
    expect(codes([...four, 'b'], remove('a1'))).toEqual([
      'too-many-removals --max-removal-percent=80',
    ]);
    expect(codes(four, [...remove('a1'), change('add', 'b')])).toEqual([
      'too-many-removals --max-removal-percent=100',
    ]);
  });

  it('keep a protected member with a blank in the name, and nobody else for it', () => {
    const members = ['jsmith ', 'jsmith', 'b', 'c'];
    const protectedOf = (name: string, ...gone: string[]): string[] =>
      codes(members, remove(...gone), {}, { protectedMembers: [name] });
    expect(protectedOf('jsmith ', 'jsmith ')).toEqual(['protected-member --allow-protected']);
    expect(protectedOf('jsmith ', 'jsmith')).toEqual([]);
    expect(protectedOf('jsmith', 'jsmith ')).toEqual([]);
    expect(protectedOf(' JSMITH', 'jsmith')).toEqual(['protected-member --allow-protected']);
  });

  it('keep protected members and ourselves', () => {
    const members = people(40);
    const more = { protectedMembers: ['USER1'], self: ['User2'] };
    expect(codes(members, remove('user1', 'user2'), {}, more)).toEqual([
      'removes-self --allow-self',
      'protected-member --allow-protected',
    ]);
    const lifted = { allowSelf: true, allowProtected: true };
    expect(codes(members, remove('user1', 'user2'), lifted, more)).toEqual([]);
    expect(codes(members, [change('add', 'user1')], {}, more)).toEqual([]);
  });

  it('say nothing of shares where not all members are known', () => {
    const part = { hasAllMembers: false };
    expect(codes(['a'], remove('a'), {}, part)).toEqual([]);
    expect(codes(people(51), remove(...people(51)), {}, part)).toEqual([
      'too-many-removals --max-removals=51',
    ]);
  });
});
