import { describe, expect, it } from 'vitest';
import { typedItem } from '../../../src/operations/security/near-names.ts';

const items = (...names: string[]) => names.map((name) => ({ name }));

describe('the account, group or task of a typed name', () => {
  it.each([
    ['djones', ['DJones', 'djones'], 'djones'],
    ['DJONES', ['djones'], 'djones'],
    ['jsmith ', ['jsmith', 'jsmith '], 'jsmith '],
    [' jsmith ', ['jsmith'], 'jsmith'],
    ['nobody', ['jsmith'], undefined],
  ])('%j among %j is %j', (typed, names, expected) => {
    expect(typedItem(typed, items(...names), 'user')?.name).toBe(expected);
  });

  it('is ambiguous where only other spellings are there, and several: 2', () => {
    expect(() => typedItem('DJONES', items('DJones', 'djones'), 'user')).toThrow(
      expect.objectContaining({
        kind: 'ambiguous',
        code: 'ambiguous-user',
        message: 'There are several users named "DJONES": "DJones", "djones".',
        details: { candidates: ['DJones', 'djones'] },
      }) as Error,
    );
  });
});
