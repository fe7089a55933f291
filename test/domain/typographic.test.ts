import { describe, expect, it } from 'vitest';
import {
  isInCurlyQuotes,
  typographicIn,
  withoutTypographic,
} from '../../src/domain/typographic.ts';

const MARKS = [
  ['hyphen', '\u2010', '-'],
  ['non-breaking hyphen', '\u2011', '-'],
  ['figure dash', '\u2012', '-'],
  ['en dash', '\u2013', '-'],
  ['em dash', '\u2014', '-'],
  ['horizontal bar', '\u2015', '-'],
  ['minus sign', '\u2212', '-'],
  ['curly quote', '\u2018', "'"],
  ['curly quote', '\u2019', "'"],
  ['low quote', '\u201a', "'"],
  ['curly quote', '\u201c', '"'],
  ['curly quote', '\u201d', '"'],
  ['low quote', '\u201e', '"'],
  ['angle quote', '\u00ab', '"'],
  ['angle quote', '\u00bb', '"'],
  ['angle quote', '\u2039', "'"],
  ['angle quote', '\u203a', "'"],
  ['acute accent', '\u00b4', "'"],
  ['full-width @', '\uff20', '@'],
] as const;

describe('a typographic character', () => {
  it.each(MARKS)('%s (%s) is called so, and is %s on a keyboard', (what, mark, plain) => {
    expect(withoutTypographic(`a${mark}b${mark}c`)).toBe(`a${plain}b${plain}c`);
    expect(typographicIn(`a${mark}b${mark}c`)).toEqual([`${what} (${mark})`]);
  });

  it('is none in a plain name, with an accent or without', () => {
    expect([withoutTypographic("anne-marie o'neil"), withoutTypographic('Zoë')]).toEqual([
      "anne-marie o'neil",
      'Zoë',
    ]);
    expect(typographicIn("Zoë o'neil")).toEqual([]);
  });

  it('is named with the others of a name', () => {
    expect(typographicIn('a–b’c')).toEqual(['en dash (–)', 'curly quote (’)']);
  });
});

describe('typographic quotes around a name', () => {
  it.each([
    '“jsmith”',
    '„jsmith“',
    '‘jsmith’',
    '«jsmith»',
    '»jsmith«',
    '‹jsmith›',
    '”jsmith”',
    '‚jsmith‘',
  ])('%s', (name) => {
    expect(isInCurlyQuotes(name)).toBe(true);
  });

  it.each(['jsmith', '“jsmith', 'jsmith”', '““', '"jsmith"', 'x“jsmith”', '“jsmith” x'])(
    'are not those of %s',
    (name) => {
      expect(isInCurlyQuotes(name)).toBe(false);
    },
  );
});
