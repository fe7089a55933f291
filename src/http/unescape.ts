import { unicodePattern } from '../domain/unicode-pattern.ts';

/**
 * Text with its escapes read, one level of them: JSON, HTML and URLs, as far as servers use them. It
 * is for finding something in text, so what could be an escape is taken for one.
 */

interface Unescaped {
  readonly text: string;
  /** The place in the original text where the character at this place begins. */
  readonly start: (at: number) => number;
}

const ESCAPE = new RegExp(
  [
    /\\(?:u([0-9a-f]{4})|u\{0*([0-9a-f]{1,6})\}|x([0-9a-f]{2})|(["'\\/bfnrt]))/,
    // Names without the semicolon are few: what follows would be a part of the others.
    /&(?:#0*(\d{1,7});?|#x0*([0-9a-f]{1,6});?|([a-z][a-z0-9]{1,31});|(amp|lt|gt|quot))/,
    /%u([0-9a-f]{4})/,
    // One character of UTF-8, or else one byte.
    /((?:%[cd][0-9a-f]|%e[0-9a-f]%[89ab][0-9a-f]|%f[0-7]%[89ab][0-9a-f]%[89ab][0-9a-f])%[89ab][0-9a-f]|%[0-9a-f]{2})/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

/** Undefined where there is no escape. */
export function unescaped(text: string): Unescaped | undefined {
  if (!/[\\&%]/.test(text)) return undefined;
  return replaced(text, ESCAPE, characterOf);
}

/**
 * Text without what is not seen or only sets letters apart: blanks, line ends, NUL (UTF-16 that was
 * read as something else), what has no width. Undefined where there is none of it.
 */
export function squeezed(text: string): Unescaped | undefined {
  return replaced(text, unseenIn(text), () => '');
}

/** The text of {@link squeezed}, without its places. */
export function bare(text: string): string {
  return text.replace(unseenIn(text), '');
}

/** Blanks, control characters, colours of a terminal, and what has no width. */
function unseenIn(text: string): RegExp {
  return BEYOND_LATIN.test(text) ? unseen() : unseenInLatin;
}

const BEYOND_LATIN = /[\u0300-\uffff]/;
/** The same below U+0300: most answers need no pattern of Unicode's properties. */
// eslint-disable-next-line no-control-regex -- control characters are what it finds
const unseenInLatin = /(?:[\0-\x1f\x7f-\x9f]\[[\d;]*m|[\0-\x20\x7f-\xa0\xad])+/g;
const unseen = unicodePattern(
  '(?:\\p{Cc}\\[[\\d;]*m|[\\p{Z}\\p{Cc}\\p{Default_Ignorable_Code_Point}])+',
  'gu',
);

/** @param read what stands for a match; undefined: it stays */
function replaced(
  text: string,
  pattern: RegExp,
  read: (match: RegExpExecArray) => string | undefined,
): Unescaped | undefined {
  /** Where what was read of each match ends, in the new text and in the old. */
  const ends: number[] = [0];
  const oldEnds: number[] = [0];
  /** Where each match begins in the old text. */
  const oldStarts: number[] = [0];
  let changed = '';
  let done = 0;
  for (const match of text.matchAll(pattern)) {
    const character = read(match);
    if (character === undefined) continue;
    changed += text.slice(done, match.index) + character;
    done = match.index + match[0].length;
    ends.push(changed.length);
    oldEnds.push(done);
    oldStarts.push(match.index);
  }
  if (ends.length === 1) return undefined;
  return {
    text: changed + text.slice(done),
    start: (at) => {
      const last = lastUpTo(ends, at);
      const plain = (oldEnds[last] ?? 0) + at - (ends[last] ?? 0);
      // Inside of what the next match stands for (half of a surrogate pair).
      return Math.min(plain, oldStarts[last + 1] ?? plain);
    },
  };
}

/** The place of the last number that is not above this one; the numbers are in their order. */
function lastUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle;
  }
  return low;
}

function characterOf(match: RegExpExecArray): string | undefined {
  const [, unit, point, byte, short, decimal, hex, name, oldName, percentUnit, percent] = match;
  if (short !== undefined) return SHORT[short] ?? short;
  const entity = name ?? oldName;
  if (entity !== undefined) return ofName(entity);
  if (percent !== undefined) return ofBytes(percent);
  const digits = unit ?? point ?? byte ?? hex ?? percentUnit;
  const code = digits === undefined ? Number(decimal) : parseInt(digits, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

const SHORT: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function ofBytes(percent: string): string {
  const bytes = Buffer.from(percent.replaceAll('%', ''), 'hex');
  return bytes.toString(bytes.length > 1 ? 'utf8' : 'latin1');
}

/** HTML's names of what is no letter in ASCII, each before its character. */
const ASCII_NAMES =
  'excl ! quot " num # dollar $ percnt % amp & apos \' lpar ( rpar ) ast * plus + comma , period . sol / colon : semi ; lt < equals = gt > quest ? commat @ lsqb [ lbrack [ bsol \\ rsqb ] rbrack ] hat ^ lowbar _ grave ` lcub { lbrace { verbar | vert | rcub } rbrace } tab \t newline \n';
/** HTML's names from U+00A0 on, in their order. */
const LATIN1_NAMES =
  'nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml';

function ofName(name: string): string | undefined {
  const ascii = ASCII_NAMES.split(' ');
  const at = ascii.indexOf(name.toLowerCase());
  if (at !== -1) return ascii[at + 1];
  const latin1 = LATIN1_NAMES.split(' ').indexOf(name);
  return latin1 === -1 ? undefined : String.fromCharCode(0xa0 + latin1);
}
