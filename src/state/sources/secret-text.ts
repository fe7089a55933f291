import { unicodePattern } from '../../domain/unicode-pattern.ts';
import { usageError } from '../../errors.ts';

/** A key, password or name to log in with, as it comes out of a file, a pipe or a variable. */

/**
 * The text of standard input or a file, without a byte order mark and without one line ending at its
 * end: UTF-8, or UTF-16 with a byte order mark, which is what `>` of PowerShell 5 writes.
 *
 * @param what where it is from, for the message: `--api-key-stdin`
 * @throws usage (2) `bad-secret` for bytes that are neither
 */
export function secretText(bytes: Uint8Array, what: string): string {
  try {
    const text = new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes);
    return withoutLineEnding(text);
  } catch {
    throw badSecretError(`${what} is neither UTF-8 nor UTF-16 text.`, 'Save it as UTF-8.');
  }
}

/** A file that ends in a line ending is read into variables with it. */
export function withoutLineEnding(text: string): string {
  return text.replace(/(?:\r\n|\n|\r)$/, '');
}

function encodingOf([first, second]: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

interface SecretRules {
  /** Quotes around it are a part of it. */
  readonly keepQuotes?: boolean | undefined;
  /** It is the value of an option: a space typed at its end belongs to it. */
  readonly typed?: boolean | undefined;
}

// eslint-disable-next-line no-control-regex -- they are what it finds
const CONTROL = /[\0-\x1f\x7f-\x9f]/;
const BEYOND_ASCII = /[^\0-\x7f]/;
/** Nobody sees these, so nobody typed them: format characters, fillers, byte order marks. */
const invisible = unicodePattern('[\\p{Cf}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}]', 'u');
/** Plain quotes, and those of English, German and French. */
const QUOTED =
  /^(?:"[^]*"|'[^]*'|`[^]*`|[\u201c\u201e][^]*[\u201d\u201c]|[\u2018\u201a][^]*[\u2019\u2018]|\u00ab[^]*\u00bb)$/;

/**
 * Refuses what cannot be the secret itself but damage on its way: a server would only say that it is
 * wrong, and may lock the account. The secret is never shown.
 *
 * @param what where it is from: `--password`, `GROUPCTL_API_KEY`
 * @throws usage (2) `bad-secret`
 */
export function assertCleanSecret(
  secret: string,
  what: string,
  { keepQuotes = false, typed = false }: SecretRules = {},
): void {
  const control = CONTROL.exec(secret)?.[0];
  if (control !== undefined) {
    throw badSecretError(`${what} contains ${controlName(control)}.`, REMOVE);
  }
  const unseen = BEYOND_ASCII.test(secret) ? invisible().exec(secret)?.[0] : undefined;
  if (unseen !== undefined) {
    throw badSecretError(`${what} contains an invisible character (${codeOf(unseen)}).`, REMOVE);
  }
  if (!typed && /^\s|\s$/.test(secret))
    throw badSecretError(`${what} begins or ends with a space.`, REMOVE);
  if (!keepQuotes && secret.length > 1 && QUOTED.test(secret)) {
    const hint = 'Remove them, or add --keep-quotes if they are part of it.';
    throw badSecretError(`${what} is enclosed in quotes.`, hint);
  }
}

const REMOVE = 'Remove it.';

function controlName(control: string): string {
  const known = { '\n': 'a line break', '\r': 'a line break', '\t': 'a tab' }[control];
  return `a control character (${known ?? codeOf(control)})`;
}

function codeOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

function badSecretError(message: string, hint: string): Error {
  return usageError(message, hint, 'bad-secret', { nothingWritten: true });
}
