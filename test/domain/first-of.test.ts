import { describe, expect, it } from 'vitest';
import { firstAndMore, firstOf } from '../../src/domain/first-of.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const upper = (name: string): string => name.toUpperCase();

describe('firstOf', () => {
  it('has all of a short list, and a sign behind the first of a long one', () => {
    expect(firstOf(names, upper)).toBe('A, B, C, D, E');
    expect(firstOf([...names, 'f'], upper)).toBe('A, B, C, D, E, …');
    expect(firstOf(names, upper, 2)).toBe('A, B, …');
  });
});

describe('firstAndMore', () => {
  it('says how many more a long list has', () => {
    expect(firstAndMore(names, upper)).toBe('A, B, C, D, E');
    expect(firstAndMore(names, upper, 3)).toBe('A, B, C, and 2 more');
  });
});
