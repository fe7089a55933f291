/** Typographic dashes and quotes, which a word processor puts where a plain one was typed. */

const CHARACTERS: readonly (readonly [what: string, mark: string, plain: string])[] = [
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
];

const PLAIN = new Map(CHARACTERS.map(([, mark, plain]) => [mark, plain]));
const ANY = new RegExp(`[${CHARACTERS.map(([, mark]) => mark).join('')}]`, 'g');

/** The name as a keyboard without these characters would have it. */
export function withoutTypographic(name: string): string {
  return name.replace(ANY, (mark) => PLAIN.get(mark) ?? mark);
}

/** `en dash (–)`: the characters of that kind in a name, each once, by what they are called. */
export function typographicIn(name: string): string[] {
  return CHARACTERS.filter(([, mark]) => name.includes(mark)).map(
    ([what, mark]) => `${what} (${mark})`,
  );
}

/** True for a name that stands between typographic quotes, as they are put around a word. */
export function isInCurlyQuotes(name: string): boolean {
  return /^[\u2018\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039].+[\u2018\u2019\u201c\u201d\u00ab\u00bb\u203a]$/.test(
    name,
  );
}
