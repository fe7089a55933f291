import { distance } from 'fastest-levenshtein';
import { describe, expect, it } from 'vitest';
import { accountPart, NearAccounts } from '../../src/domain/near-accounts.ts';

describe('what the notations of an account have in common', () => {
  it.each([
    ['jsmith', 'jsmith'],
    ['CORP\\jsmith', 'jsmith'],
    ['corp/sub/jsmith', 'jsmith'],
    ['jsmith@corp.test', 'jsmith'],
    ['John Smith <jsmith@corp.test>', 'jsmith'],
    ['"jsmith"', 'jsmith'],
    ["'jsmith'", 'jsmith'],
    ['“jsmith”', 'jsmith'],
    ['"jsmith\'', '"jsmith\''],
    ['  jsmith  ', 'jsmith'],
    ['CORP\\ jsmith', 'jsmith'],
    ['a <b> c', 'a <b> c'],
    ['@corp.test', ''],
  ])('%j: %j', (name, part) => {
    expect(accountPart(name)).toBe(part);
  });

  it('is found in a moment in a long name', () => {
    expect(accountPart(`jsmith${'@'.repeat(500_000)}\nx`)).toBe('jsmith');
  });
});

describe('accounts near a typed name', () => {
  const names = ['CORP\\jsmith', 'jsmith@corp.test', 'jsmitt', 'djones', '@'];
  const near = new NearAccounts(names, distance);

  it('are the same account elsewhere first, and then the nearest', () => {
    expect(near.of('JSMITH')).toEqual(['CORP\\jsmith', 'jsmith@corp.test', 'jsmitt']);
    expect(near.of('jsmith', 1)).toEqual(['CORP\\jsmith']);
    expect(near.of('  djone ')).toEqual(['djones']);
  });

  it('are none for a name without an account part, or that nobody is near', () => {
    expect(near.of('@corp.test')).toEqual([]);
    expect(near.of('zzzzzz')).toEqual([]);
  });

  it('are each there once', () => {
    expect(new NearAccounts(['jsmith'], distance).of('jsmitj')).toEqual(['jsmith']);
    expect(new NearAccounts(['x\\ann', 'ann'], distance).of('ann')).toEqual(['x\\ann', 'ann']);
  });
});
