import { describe, expect, it } from 'vitest';
import type { MemberChange } from '../../src/domain/change.ts';
import { EVERY_SPELLING, ListedAccounts, NO_ACCOUNTS } from '../../src/domain/accounts.ts';
import { areOneEach, memberKeys, onePerMember } from '../../src/domain/one-per-member.ts';

function add(member: string, requested = member, more: Partial<MemberChange> = {}): MemberChange {
  return { op: 'add', type: 'user', member, requested, ...more };
}

const remove = (member: string): MemberChange => add(member, member, { op: 'remove' });
const names = (changes: readonly MemberChange[]): string[] => changes.map(({ member }) => member);

describe('changes of one member each', () => {
  it.each([
    ['none', [], true],
    ['different names', [add('djones'), add('jsmith')], true],
    ['one name twice', [add('djones'), add('djones')], false],
    ['one name in two cases', [add('djones'), add('DJones')], false],
    ['a name that was typed another way', [add('djones', 'DJones'), add('jsmith')], false],
  ])('are known by their names: %s', (_, changes, expected) => {
    expect(areOneEach(changes)).toBe(expected);
  });

  it('have their keys made once for each list', () => {
    const changes = [add('djones'), add('Zoë')];
    const keys = memberKeys(changes);
    expect(keys).toEqual({ keys: ['DJONES', 'ZOË'], areDistinct: true });
    expect(memberKeys(changes)).toBe(keys);
    expect(memberKeys([...changes])).toEqual(keys);
    expect(memberKeys([...changes])).not.toBe(keys);
  });
});

describe('one change for each member', () => {
  it('is the first of several spellings where case does not count', () => {
    const changes = [add('djones'), add('DJones'), add('DJONES'), add('jsmith')];
    expect(onePerMember(changes, { members: [], accounts: NO_ACCOUNTS })).toEqual([
      changes[0],
      changes[3],
    ]);
  });

  it('is one for each spelling where case counts', () => {
    const changes = [add('djones'), add('DJones'), add('djones')];
    const once = onePerMember(changes, { members: [], accounts: EVERY_SPELLING });
    expect(once).toEqual([changes[0], changes[1]]);
  });

  it('is one for each that the group holds in two cases', () => {
    const changes = [add('djones'), add('DJones'), add('Djones')];
    const once = onePerMember(changes, { members: ['djones', 'DJones'], accounts: NO_ACCOUNTS });
    expect(names(once)).toEqual(['djones', 'DJones', 'Djones']);
  });

  it('is one for each listed account, however much alike', () => {
    const twins = ['Jos\u00e9', 'Jose\u0301'];
    const accounts = new ListedAccounts(twins);
    const once = onePerMember(
      [...twins, 'JOS\u00c9'].map((each) => add(each)),
      {
        members: twins.slice(0, 1),
        accounts,
      },
    );
    expect(names(once)).toEqual(twins);
  });

  it('is of the member that is spelled as typed, if the group holds two spellings', () => {
    const typed = add('djones', 'DJones');
    const both = { members: ['djones', 'DJones'], accounts: NO_ACCOUNTS };
    expect(onePerMember([typed], both)).toEqual([{ ...typed, member: 'DJones' }]);
    expect(onePerMember([typed], { members: ['djones'], accounts: NO_ACCOUNTS })).toEqual([typed]);
  });

  it('takes the spelling of the server for a removal, whatever was typed', () => {
    const typed = add('djones', 'DJones', { op: 'remove' });
    const held = ['djones', 'DJones'];
    expect(onePerMember([typed], { members: held, accounts: NO_ACCOUNTS })).toEqual([typed]);
  });

  it('keeps an addition and a removal of one name, and a user and an identity of one name', () => {
    const changes = [
      add('djones'),
      remove('djones'),
      add('djones', 'djones', { type: 'identity' }),
      remove('DJones'),
    ];
    const once = onePerMember(changes, { members: [], accounts: NO_ACCOUNTS });
    expect(once).toEqual(changes.slice(0, 3));
  });

  it('takes two spellings of one member of the group for one', () => {
    const changes = [remove('DJONES'), remove('djones')];
    const once = onePerMember(changes, { members: ['djones'], accounts: NO_ACCOUNTS });
    expect(once).toEqual([changes[0]]);
  });
});
