import { describe, expect, it } from 'vitest';
import { bare } from '../../src/http/unescape.ts';

describe('text without what is not seen', () => {
  // Text that is all Latin is searched with a pattern of its own.
  it('is the same whether or not the rest of the text is Latin', () => {
    for (let code = 0; code < 0x300; code++) {
      const text = `a${String.fromCharCode(code)}[31mb`;
      expect({ code, bare: bare(`${text}\u4e00`) }).toEqual({ code, bare: `${bare(text)}\u4e00` });
    }
  });

  it.each([
    ['a blank and a line end', 'a b\r\nc', 'abc'],
    ['the colours of a terminal', '\u001b[1;31ma\u009b[0mb', 'ab'],
    ['a no-break space and a soft hyphen', 'a\u00a0b\u00adc', 'abc'],
    ['what has no width', 'a\u200bb\ufeffc', 'abc'],
  ])('is without %s', (_, text, expected) => {
    expect(bare(text)).toBe(expected);
  });
});
