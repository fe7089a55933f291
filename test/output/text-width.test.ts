import { describe, expect, it } from 'vitest';
import { cutTo, padTo, widestOf } from '../../src/output/text-width.ts';

describe('padTo', () => {
  it.each([
    ['Zoë', 'Zoë  |'],
    ['Zoe\u0308', 'Zoe\u0308  |'],
    ['王', '王   |'],
    ['ﾊﾝ', 'ﾊﾝ   |'],
    ['👩‍💻', '👩‍💻   |'],
    ['longer', 'longer|'],
  ])('fills %s to five columns as a terminal counts them', (text, padded) => {
    expect(`${padTo(text, 5)}|`).toBe(padded);
  });
});

describe('cutTo', () => {
  it.each([
    ['abcde', 'abcde'],
    ['abcdef', 'abcd…'],
    ['王小明', '王小…'],
    ['e\u0308'.repeat(6), `${'e\u0308'.repeat(4)}…`],
    ['𠀀𠀁𠀂', '𠀀𠀁…'],
  ])('keeps whole characters of %s in five columns', (text, cut) => {
    expect(cutTo(text, 5)).toBe(cut);
  });
});

it('widestOf finds the most columns, not the most characters', () => {
  expect(widestOf(['abc', '王小'])).toBe(4);
  expect(widestOf([])).toBe(0);
});
