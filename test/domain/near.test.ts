import fc from 'fast-check';
import { distance } from 'fastest-levenshtein';
import { describe, expect, it } from 'vitest';
import { nearest } from '../../src/domain/near.ts';

const near = (typed: string, ...candidates: string[]): string[] =>
  nearest(typed, candidates, distance);

describe('the nearest names', () => {
  it.each([
    ['a letter too few', 'Develpers', ['Developers', 'Engineers'], ['Developers']],
    ['two letters changed over', 'jsmtih', ['jsmith', 'djones'], ['jsmith']],
    ['another case only', 'QA', ['qa', 'QB'], ['qa', 'QB']],
    [
      'the nearest first',
      'jsmith',
      ['jsmithe', 'jsmitt00', 'jsmith2', 'jsmit'],
      ['jsmithe', 'jsmith2', 'jsmit'],
    ],
    [
      'the nearest first, whatever comes first',
      'jsmith',
      ['jsmi', 'jsmit', 'jsmith2x'],
      ['jsmit', 'jsmi', 'jsmith2x'],
    ],
    ['nothing like it', 'zzz', ['Developers', 'jsmith'], []],
    ['one letter of three at most', 'abc', ['abd', 'ade', 'abcd'], ['abd', 'abcd']],
    ['a single letter', 'x', ['y', 'xy', 'abc'], ['y', 'xy']],
    ['nobody', 'x', [], []],
  ])('nearest: %s', (_, typed, candidates, expected) => {
    expect(near(typed, ...candidates)).toEqual(expected);
  });

  it('are never more than asked for, and never far', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), fc.nat(4), (typed, candidates, limit) => {
        const found = nearest(typed, candidates, distance, limit);
        expect(found.length).toBeLessThanOrEqual(limit);
        for (const candidate of found) {
          expect(candidates).toContain(candidate);
          expect(distance(typed.toLowerCase(), candidate.toLowerCase())).toBeLessThanOrEqual(
            Math.max(1, typed.length / 3),
          );
        }
      }),
    );
  });

  it('does not measure what is too long or too short to be near', () => {
    let measured = 0;
    nearest('jsmith', ['x'.repeat(50), 'a', 'jsmitt'], (a, b) => {
      measured++;
      return distance(a, b);
    });
    expect(measured).toBe(1);
  });
});
