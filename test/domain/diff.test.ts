import { describe, expect, it } from 'vitest';
import { EVERY_SPELLING, ListedAccounts } from '../../src/domain/accounts.ts';
import { diffMembers } from '../../src/domain/diff.ts';
import type { Member, MemberType } from '../../src/domain/group.ts';

const wanted = (member: string, type: MemberType = 'user') =>
  ({ op: 'add', type, member, requested: member }) as const;
const has = (member: string, type: MemberType = 'user'): Member => ({ member, type });
const USERS = new Set<MemberType>(['user']);
const ALL = new Set<MemberType>(['user', 'identity']);
const names = (changes: readonly { member: string }[]): string[] =>
  changes.map(({ member }) => member);

describe('the difference of a group and a file', () => {
  it('is who is missing, who is too many, and who is there', () => {
    const diff = diffMembers([has('a'), has('B'), has('c')], [wanted('b'), wanted('d')], USERS);
    expect(names(diff.add)).toEqual(['d']);
    expect(diff.remove).toEqual([
      { op: 'remove', type: 'user', member: 'a', requested: 'a' },
      { op: 'remove', type: 'user', member: 'c', requested: 'c' },
    ]);
    expect(names(diff.same)).toEqual(['b']);
  });

  it('takes the twin that is spelled as in the file, and the other is too many', () => {
    const diff = diffMembers([has('DJones'), has('djones')], [wanted('DJones')], USERS);
    expect(names(diff.remove)).toEqual(['djones']);
    expect(names(diff.same)).toEqual(['DJones']);
  });

  it('removes neither twin for a name that can mean both', () => {
    const diff = diffMembers([has('DJones'), has('djones')], [wanted('DJONES')], USERS);
    expect(diff.remove).toEqual([]);
  });

  it('leaves members of other types alone', () => {
    const members = [has('a'), has('bot', 'identity')];
    expect(diffMembers(members, [wanted('a')], USERS).remove).toEqual([]);
    expect(names(diffMembers(members, [wanted('a')], ALL).remove)).toEqual(['bot']);
    expect(names(diffMembers(members, [wanted('bot')], ALL).add)).toEqual(['bot']);
  });

  it('tells listed accounts apart that are alike, and every spelling where that counts', () => {
    const [one, other] = ['Jos\u00e9', 'Jose\u0301'];
    const twins = diffMembers([has(other)], [wanted(one)], USERS, new ListedAccounts([one, other]));
    expect([names(twins.add), names(twins.remove), twins.same]).toEqual([[one], [other], []]);
    const cased = diffMembers([has('DJones')], [wanted('djones')], USERS, EVERY_SPELLING);
    expect([names(cased.add), names(cased.remove)]).toEqual([['djones'], ['DJones']]);
  });
});
