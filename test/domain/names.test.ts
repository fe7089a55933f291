import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldName, foldNames, itemNamed, NameIndex, sameName } from '../../src/domain/names.ts';

/** Any text, of the plane of the emoji too, and rich in letters with a case. */
const name = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom(
      'a',
      'A',
      'i',
      'I',
      'ı',
      'İ',
      'ß',
      'ẞ',
      'S',
      'ﬁ',
      'é',
      'e\u0301',
      'ς',
      'Σ',
      '𐐨',
      '𐐀',
      'ŉ',
    ),
  }),
);

describe('comparing names', () => {
  it.each([
    ['ASCII', 'John Smith', 'jOHN sMITH'],
    ['accents', 'Zoë Müller', 'ZOË MÜLLER'],
    ['composed and decomposed', 'Zo\u00eb', 'Zo\u0065\u0308'],
    ['decomposed in another case', 'ZOE\u0308', 'zo\u00eb'],
    ['Greek, the final sigma too', 'ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['Cyrillic', 'Иван', 'ИВАН'],
    ['beyond the basic plane', '\u{10428}\u{1044F}', '\u{10400}\u{10427}'],
    ['a domain account', 'CORP\\akhan', 'corp\\AKHAN'],
    ['the Angstrom sign and the letter', '\u212B', '\u00E5'],
  ])('%s: the same', (_, a, b) => {
    expect(sameName(a, b)).toBe(true);
    expect(foldName(a)).toBe(foldName(b));
  });

  it('of many at once is as of each', () => {
    fc.assert(
      fc.property(fc.array(name), (names) => {
        expect(foldNames(names)).toEqual(names.map(foldName));
      }),
    );
    const odd = ['a', '', 'b\nc', 'D E', '\t'];
    expect(foldNames(odd)).toEqual(odd.map(foldName));
    expect(foldNames(['a', 'Bc'])).toEqual(['A', 'BC']);
  });

  it.each([
    ['the Turkish dotless i and I', 'ıris', 'Iris'],
    ['the long s and S', 'ſmith', 'Smith'],
    ['ß and SS', 'Straße', 'STRASSE'],
    ['ß and ss', 'Straße', 'strasse'],
    ['a ligature and its letters', 'ﬁn', 'fin'],
    ['the dotted capital and the small i', 'İ', 'i'],
    ['a full-width letter', 'Ａ', 'A'],
    ['ŉ and its capital of two letters', 'ŉ', 'ʼN'],
    ['accents', 'Zoe', 'Zoë'],
    ['blanks', 'John Smith', 'JohnSmith'],
    ['emoji', '👩', '👨'],
  ])('%s: not the same', (_, a, b) => {
    expect(sameName(a, b)).toBe(false);
    expect(new NameIndex([a]).has(b)).toBe(false);
  });

  it('asks no locale about i', () => {
    expect(foldName('i')).toBe('I');
    expect(foldName('ID-TITLE')).toBe(foldName('id-title'));
    expect(foldName('çi')).toBe('ÇI');
  });

  it('folds what is folded to itself', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(foldName(foldName(text))).toBe(foldName(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('is the same both ways, and between the two normal forms', () => {
    fc.assert(
      fc.property(name, name, (a, b) => {
        expect(sameName(a, a)).toBe(true);
        expect(sameName(a, b)).toBe(sameName(b, a));
        expect(sameName(a.normalize('NFC'), a.normalize('NFD'))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('does not break a character in two', () => {
    fc.assert(
      fc.property(name, (text) => {
        expect(foldName(text.toWellFormed()).isWellFormed()).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an index of names', () => {
  it('finds a name as typed before any other', () => {
    fc.assert(
      fc.property(fc.array(name), name, (others, typed) => {
        const index = new NameIndex([
          ...others,
          typed,
          typed.toUpperCase(),
          typed.normalize('NFD'),
        ]);
        expect(index.find(typed)).toEqual({ kind: 'one', name: typed });
      }),
    );
  });

  it('finds just what compares equal', () => {
    fc.assert(
      fc.property(fc.array(name, { maxLength: 6 }), name, (names, typed) => {
        const index = new NameIndex(names);
        const equal = [...new Set(names)].filter((other) => sameName(other, typed));
        const match = index.find(typed);
        expect(index.has(typed)).toBe(equal.length > 0);
        if (match.kind === 'none') expect(equal).toEqual([]);
        else if (match.kind === 'one') expect(equal).toContain(match.name);
        else for (const candidate of match.names) expect(equal).toContain(candidate);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives back the spelling of the server', () => {
    expect(new NameIndex(['DJones']).find('djones')).toEqual({ kind: 'one', name: 'DJones' });
    expect(new NameIndex(['Zoe\u0308']).find('Zo\u00eb')).toEqual({
      kind: 'one',
      name: 'Zoe\u0308',
    });
    expect(new NameIndex(['a']).find('b')).toEqual({ kind: 'none' });
    expect(new NameIndex().find('')).toEqual({ kind: 'none' });
  });

  it('prefers the same letters in another form to another case', () => {
    const index = new NameIndex(['ZOE\u0308', 'zoe\u0308']);
    expect(index.find('zo\u00eb')).toEqual({ kind: 'one', name: 'zoe\u0308' });
  });

  it('does not choose between two', () => {
    expect(new NameIndex(['DJones', 'djones']).find('DJONES')).toEqual({
      kind: 'ambiguous',
      names: ['DJones', 'djones'],
    });
    expect(new NameIndex(['DJones', 'djones']).find('djones')).toEqual({
      kind: 'one',
      name: 'djones',
    });
  });

  it('does not choose between three, and prefers a sign that is the typed letter in another form', () => {
    expect(new NameIndex(['dj', 'DJ', 'Dj']).find('dJ')).toEqual({
      kind: 'ambiguous',
      names: ['dj', 'DJ', 'Dj'],
    });
    // The Kelvin sign is a K in another form, and a k is another letter.
    expect(new NameIndex(['\u212a', 'k']).find('K')).toEqual({ kind: 'one', name: '\u212a' });
  });

  it('finds each of several, and two where they are alike', () => {
    expect(new NameIndex().find('ZOË')).toEqual({ kind: 'none' });
    const two = new NameIndex(['djones', 'Zoe\u0308']);
    expect(two.find('DJones')).toEqual({ kind: 'one', name: 'djones' });
    expect(two.find('ZO\u00cb')).toEqual({ kind: 'one', name: 'Zoe\u0308' });
    const index = new NameIndex([...two.names(), 'DJONES']);
    expect(index.find('DJones')).toEqual({ kind: 'ambiguous', names: ['djones', 'DJONES'] });
    expect([index.size, ...index.names()]).toEqual([3, 'djones', 'Zoe\u0308', 'DJONES']);
  });

  it('takes a name that is there twice for one', () => {
    const index = new NameIndex(['a', 'a', 'A']);
    expect(index.size).toBe(2);
    expect([...index.names()]).toEqual(['a', 'A']);
    expect(new NameIndex(['a', 'a']).find('A')).toEqual({ kind: 'one', name: 'a' });
  });
});

describe('a typed name, which may have blanks around it', () => {
  const index = new NameIndex(['djones', 'jsmith ', 'jsmith', ' akhan']);

  it.each([
    ['as typed first, with its blanks', 'jsmith ', { kind: 'one', name: 'jsmith ' }],
    ['else without them', ' djones ', { kind: 'one', name: 'djones' }],
    ['else in another case without them', ' DJones', { kind: 'one', name: 'djones' }],
    ['else in another case with them', ' AKHAN', { kind: 'one', name: ' akhan' }],
    ['not one that has blanks where it has none', 'akhan', { kind: 'none' }],
    ['nobody', ' mbrown ', { kind: 'none' }],
  ])('is found %s', (_, typed, expected) => {
    expect(index.findTyped(typed)).toEqual(expected);
  });

  it('is spelled as the server has it, of two as it was typed, and left out if nobody has it', () => {
    const two = new NameIndex(['djones', 'AKhan', 'akhan']);
    const typed = [' DJones', 'AKHAN', 'akhan', 'mbrown'];
    expect([...two.among(typed)]).toEqual([
      [' DJones', 'djones'],
      ['AKHAN', 'AKHAN'],
      ['akhan', 'akhan'],
    ]);
  });

  it('is there to the letter, or only as names compare', () => {
    expect(index.hasExact('djones')).toBe(true);
    expect(index.hasExact('DJones')).toBe(false);
    expect(index.has('DJones')).toBe(true);
    expect(new NameIndex().hasExact('djones')).toBe(false);
    expect(new NameIndex().has('djones')).toBe(false);
    expect([...new NameIndex().names()]).toEqual([]);
  });

  it('is one of two that differ in their normal form, which no other can choose between', () => {
    const forms = new NameIndex(['Zo\u00eb', 'Zoe\u0308']);
    expect(forms.find('Zo\u00eb')).toEqual({ kind: 'one', name: 'Zo\u00eb' });
    expect(forms.find('ZO\u00cb')).toEqual({ kind: 'ambiguous', names: ['Zo\u00eb', 'Zoe\u0308'] });
    const three = new NameIndex(['a\u0301\u0323', 'a\u0323\u0301', '\u1ea1\u0301']);
    expect(three.find('\u1ea1\u0301')).toEqual({ kind: 'one', name: '\u1ea1\u0301' });
    expect(new NameIndex(['\u212b', '\u00c5']).find('A\u030a')).toEqual({
      kind: 'ambiguous',
      names: ['\u00c5', '\u212b'],
    });
  });
});

describe('the item of a name', () => {
  const items = [{ name: 'QA' }, { name: 'qa' }, { name: 'Ops' }];

  it('is spelled exactly so, else as a server that ignores case has it', () => {
    expect(itemNamed(items, 'qa')).toBe(items[1]);
    expect(itemNamed(items, 'Qa')).toBe(items[0]);
    expect(itemNamed(items, 'OPS')).toBe(items[2]);
    expect(itemNamed(items, 'nobody')).toBeUndefined();
  });
});

describe('names folded together', () => {
  it.each([
    [
      ['ann', 'Bob'],
      ['ANN', 'BOB'],
    ],
    [
      ['a\nb', 'c'],
      ['A\nB', 'C'],
    ],
    [
      ['zoë', 'ann'],
      ['ZOË', 'ANN'],
    ],
    [[''], ['']],
    [[], []],
  ])('%j are %j, as each alone', (names, folded) => {
    expect(foldNames(names)).toEqual(folded);
  });
});

describe('an index of names', () => {
  it('says which of several are in it, and how they are spelled', () => {
    const index = new NameIndex(['Ann', 'bob', 'BOB', 'cy ']);
    expect(index.size).toBe(4);
    expect([...index.names()]).toEqual(['Ann', 'bob', 'BOB', 'cy ']);
    expect(index.among(['ANN', 'Bob', 'bob', 'cy ', 'nobody'])).toEqual(
      new Map([
        ['ANN', 'Ann'],
        ['Bob', 'Bob'],
        ['bob', 'bob'],
        ['cy ', 'cy '],
      ]),
    );
    expect([index.has('ANN'), index.has('nobody'), new NameIndex().has('')]).toEqual([
      true,
      false,
      false,
    ]);
    expect([index.hasExact('ANN'), index.hasExact('Ann')]).toEqual([false, true]);
  });
});
