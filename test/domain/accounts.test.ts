import { describe, expect, it } from 'vitest';
import {
  EVERY_SPELLING,
  ListedAccounts,
  mayBeTwins,
  NO_ACCOUNTS,
} from '../../src/domain/accounts.ts';
import { NameIndex } from '../../src/domain/names.ts';

const NFC = 'Jos\u00e9';
const NFD = 'Jose\u0301';
const UPPER = 'JOS\u00c9';
const KELVIN = '\u212aim';

describe('listed accounts', () => {
  const twins = new ListedAccounts([NFC, NFD, 'djones', 'Kim', KELVIN]);

  it.each([
    ['to the letter', NFC, NFC, true],
    ['two that are alike', NFC, NFD, false],
    ['two of which one is in ASCII', 'Kim', KELVIN, false],
    ['one in another case', 'DJones', 'djones', true],
    ['one in another case, with a twin', UPPER, NFC, true],
    ['the twin of one in another case', UPPER, NFD, false],
    ['others', 'djones', 'jsmith', false],
    ['names that are not listed', 'Zo\u00eb', 'ZOE\u0308', true],
  ])('are told apart: %s', (_, one, other, expected) => {
    expect(twins.isSame(one, other)).toBe(expected);
    expect(twins.isSame(other, one)).toBe(expected);
    expect(twins.keyOf(one) === twins.keyOf(other)).toBe(expected);
  });

  it('have every spelling that no other has', () => {
    const one = new ListedAccounts([NFC]);
    expect([one.isSame(NFD, NFC), one.isSame(UPPER, NFC)]).toEqual([true, true]);
    expect(one.keyOf(NFD)).toBe(one.keyOf(UPPER));
    expect([one.has(NFC), one.has(NFD)]).toEqual([true, false]);
  });

  it('have no name in another Unicode form that is from a record', () => {
    const one = new ListedAccounts([NFC]).onRecord();
    expect([one.isSame(NFD, NFC), one.isSame(UPPER, NFC)]).toEqual([false, true]);
    expect(new ListedAccounts([]).onRecord().isSame(NFD, NFC)).toBe(true);
  });

  it('are found under their own names', () => {
    const index = new NameIndex([NFC, 'z'], twins);
    expect(index.find(NFD)).toEqual({ kind: 'none' });
    expect(index.has(NFD)).toBe(false);
    expect(index.find(UPPER)).toEqual({ kind: 'one', name: NFC });
    expect(new NameIndex([NFC], NO_ACCOUNTS).find(NFD)).toEqual({ kind: 'one', name: NFC });
    expect(new NameIndex([NFC], EVERY_SPELLING).find(UPPER)).toEqual({ kind: 'none' });
    // Of the two forms in the group neither is the account, and a third spelling is.
    expect(new NameIndex([NFC, 'JOSE\u0301'], twins).find(NFD)).toEqual({
      kind: 'one',
      name: 'JOSE\u0301',
    });
  });
});

describe('names that may be twins', () => {
  it.each([
    ['alike in ASCII', ['djones', 'DJones'], ['DJONES'], false],
    ['alike each other', [NFC, NFD], [], true],
    ['alike others', [NFC], ['z', NFD], true],
    ['one that is in ASCII', ['Kim'], [KELVIN], true],
    ['the same', [NFC], [NFC], false],
    ['not alike', [NFC], ['Zo\u00eb'], false],
    ['in ASCII beside others that are alike', ['z'], [NFC, NFD], false],
  ])('are beyond ASCII: %s', (_, names, others, expected) => {
    expect(mayBeTwins(names, others)).toBe(expected);
  });
});
