import { isInCurlyQuotes } from '../domain/typographic.ts';
import { shortened } from '../domain/shorten.ts';
import { unicodePattern } from '../domain/unicode-pattern.ts';
import { UNSEEN } from '../domain/unseen.ts';
import { grouped } from '../output/progress/text.ts';
import type { Problem } from './problems.ts';

/** What cannot be a name, whatever the server says: damaged on its way, not to be seen, endless. */

/** True if nothing in the text can be bad in a name but its length and what a spreadsheet leaves. */
export function isPlainText(text: string): boolean {
  return !/[^ -~\r\n]/.test(text);
}

/**
 * A name as a file or a command line has it: with the spaces around it, because a member may have them;
 * other blanks there are always by mistake.
 */
export function typedName(raw: string): string {
  return /^[^\S ]|[^\S ]$/.test(raw) ? raw.trim() : raw;
}

/** @param name trimmed */
export function nameProblem(name: string): Problem | undefined {
  return plainNameProblem(name) ?? characterProblem(name);
}

/** The same of a name in a text that {@link isPlainText}. */
export function plainNameProblem(name: string): Problem | undefined {
  return tooLong(name) ?? spreadsheetDamage(name);
}

/**
 * What is wrong with a name that was typed: what looks like a spreadsheet's word is meant there.
 *
 * @param name trimmed
 */
export function typedNameProblem(name: string): Problem | undefined {
  return tooLong(name) ?? characterProblem(name);
}

/** Characters that no name has: not to be seen, or damaged on their way. */
export function characterProblem(name: string): Problem | undefined {
  const what = unseenIn(name);
  if (what !== undefined) return bad(`${what} in the name ${shortened(name)}`);
  if (!isInCurlyQuotes(name)) return undefined;
  return {
    code: 'bad-name',
    message: `the name ${shortened(name)} is in curly quotes, which a word processor puts there`,
    hint: 'Delete the quotes.',
  };
}

/** What no server takes for a name, and what would fill a screen with one message. */
const MAX_LENGTH = 1000;

function tooLong({ length }: string): Problem | undefined {
  return length > MAX_LENGTH ? bad(`a name of ${grouped(length)} characters`) : undefined;
}

function bad(message: string): Problem {
  return { code: 'bad-name', message };
}

/** What cannot be seen, but for the two joiners, which some scripts need; and damage. */
const unseenCharacter = unicodePattern(`(?![\\u200c\\u200d])[${UNSEEN}\\ufffd]`, 'u');
const unusualSpace = unicodePattern('\\p{Zs}', 'u');
const NO_BREAK = /[\u00a0\u2007\u202f]/;
/** Frames and blocks: what letters become that were read in the code page of an old console. */
const BOX = /[\u2500-\u259f]/;

/** The first character that a name does not have, in words; undefined: there is none. */
export function unseenIn(name: string): string | undefined {
  const found = unseenCharacter().exec(name)?.[0];
  if (found !== undefined) return what(found);
  const box = BOX.exec(name)?.[0];
  if (box === undefined) return undefined;
  return `the box-drawing character ${box} (a sign that the text was read in the wrong code page)`;
}

function what(found: string): string {
  if (found === '\t') return 'a tab';
  if (found === '\n' || found === '\r') return 'a line break';
  if (found === '\ufffd') return 'U+FFFD, which stands where a character was lost,';
  if (!found.isWellFormed()) return 'half of a surrogate pair';
  const code = found.codePointAt(0) ?? 0;
  const point = `U+${hex(code).toUpperCase()}`;
  if (NO_BREAK.test(found)) return `a no-break space (${point})`;
  if (unusualSpace().test(found)) return `an unusual space (${point})`;
  const kind = code < 0x20 || (code >= 0x7f && code < 0xa0) ? 'control' : 'invisible';
  return `the ${kind} character ${point}`;
}

function hex(code: number): string {
  return code.toString(16).padStart(4, '0');
}

/** What a spreadsheet leaves where a name was: its number format, or the word for an error. */
function spreadsheetDamage(text: string): Problem | undefined {
  const first = text.charCodeAt(0);
  // A digit, a sign, `#` or `E`: nothing else can begin it.
  if (first > 0x39 && first !== 0x45) return undefined;
  if (NUMBER.test(text))
    return damage(`${shortened(text)} is what a spreadsheet makes of a long number`);
  if (errorWord().test(text))
    return damage(`${shortened(text)} is a spreadsheet's word for an error`);
  if (TOO_NARROW.test(text))
    return damage(`${shortened(text)} is what a spreadsheet shows in a narrow column`);
  return undefined;
}

/** `1.16E+20`: one digit before the point, and always a sign, which a staff number has not. */
const NUMBER = /^[+-]?\d(?:[.,]\d+)?E[+-]\d{2,3}$/i;
/** `#N/A`, `#NAME?`, `#REF!`, `#DIV/0!`, and what they are in other languages (`#NV`, `#NOM?`). */
const errorWord = unicodePattern(
  '^(?:#(?:N/[A-Z]|NV|GETTING_DATA|[\\p{Lu}\\p{N}/_]+[!?])|Err:\\d{3})$',
  'u',
);
/** The words themselves: in a plain list, where what begins with `#` is a comment otherwise. */
const PLAIN_WORD = /^#(?:N\/A|(?:REF|VALUE|DIV\/0|NULL|NUM)!|NAME\?)$/;
const TOO_NARROW = /^#{3,}$/;

function damage(message: string): Problem {
  return { code: 'spreadsheet-damage', message };
}

/** True for a line of a list that would be a comment, were it not a spreadsheet's error. */
export function isErrorWord(line: string): boolean {
  return PLAIN_WORD.test(line);
}
