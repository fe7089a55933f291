import { shown } from '../domain/shown.ts';
import type { Problem } from './problems.ts';

/** What cannot be a name, whatever the server says: damaged on its way, or not to be seen. */

/** True if nothing in the text can be bad in a name but what a spreadsheet leaves. */
export function isPlainText(text: string): boolean {
  return !/[^ -~\r\n]/.test(text);
}

/** @param name trimmed */
export function nameProblem(name: string): Problem | undefined {
  const damage = spreadsheetDamage(name);
  if (damage !== undefined) return damage;
  const bad = UNSEEN.exec(name)?.[0];
  if (bad === undefined && name.isWellFormed()) return undefined;
  return { code: 'bad-name', message: `${what(bad)} in the name ${shown(name)}` };
}

/**
 * Control characters, line and paragraph separators, marks that turn the direction of text, and
 * characters without width that are pasted in unseen. Joiners stay: some scripts need them.
 */
const UNSEEN =
  // eslint-disable-next-line no-control-regex -- finding control characters is what this is for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff\ufffd]/;

function what(bad: string | undefined): string {
  if (bad === undefined) return 'half of a surrogate pair';
  if (bad === '\t') return 'a tab';
  if (bad === '\n' || bad === '\r') return 'a line break';
  if (bad === '\ufffd') return 'U+FFFD, which stands where a character was lost,';
  const code = bad.charCodeAt(0);
  const kind = code < 0x20 || (code >= 0x7f && code < 0xa0) ? 'control' : 'invisible';
  return `the ${kind} character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** What a spreadsheet leaves where a name was: its number format, or the word for an error. */
export function spreadsheetDamage(text: string): Problem | undefined {
  const first = text.charCodeAt(0);
  // A digit, a sign, `#` or `E`: nothing else can begin it.
  if (first > 0x39 && first !== 0x45) return undefined;
  if (NUMBER.test(text))
    return damage(`${shown(text)} is what a spreadsheet makes of a long number`);
  if (ERROR_WORD.test(text)) return damage(`${shown(text)} is a spreadsheet's word for an error`);
  if (TOO_NARROW.test(text))
    return damage(`${shown(text)} is what a spreadsheet shows in a narrow column`);
  return undefined;
}

/** `1.16E+20`: one digit before the point, and always a sign, which a staff number has not. */
const NUMBER = /^[+-]?\d(?:[.,]\d+)?E[+-]\d{2,3}$/i;
/** `#N/A`, `#NAME?`, `#REF!`, `#DIV/0!`, and what they are in other languages (`#NV`, `#NOM?`). */
const ERROR_WORD = /^(?:#(?:N\/[A-Z]|NV|GETTING_DATA|[\p{Lu}\p{N}/_]+[!?])|Err:\d{3})$/u;
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
