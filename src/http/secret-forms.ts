import { bare, unescaped } from './unescape.ts';

/** What to look for in a text, to find a secret in whichever form a server shows it. */
export interface SecretForms {
  /** As they are in the text. */
  readonly exact: readonly Needle[];
  /** Without blanks, in the text without blanks. */
  readonly loose: readonly Needle[];
  readonly hex: readonly RegExp[];
}

/** A form of a secret; of base64, what its first and last bits share a character with goes, too. */
export interface Needle {
  readonly text: string;
  readonly isBase64: boolean;
}

/** JSON inside of JSON inside of HTML; more is of no server. */
export const LEVELS = 5;

/** A shorter secret is only looked for as it is: its letters may stand in two plain words. */
const LONG = 8;

export function formsOf(secrets: Iterable<string>): SecretForms {
  const exact: Needle[] = [];
  const loose: Needle[] = [];
  const hex: RegExp[] = [];
  for (const secret of secrets) {
    const isLong = bare(secret).length >= LONG;
    const plain = plainForms(secret, isLong);
    const encoded = needles(base64(secret), true);
    exact.push(...needles(plain, false), ...(isLong ? [] : encoded));
    if (isLong) loose.push(...needles(plain.map(bare), false), ...encoded);
    hex.push(hexForm(secret));
  }
  return { exact, loose, hex };
}

function needles(texts: readonly string[], isBase64: boolean): Needle[] {
  return [...new Set(texts)].map((text) => ({ text, isBase64 }));
}

function plainForms(secret: string, isLong: boolean): string[] {
  // The last is how SQL writes it.
  const forms = [secret, latin1(secret), secret.replaceAll(' ', '+'), secret.replaceAll("'", "''")];
  if (isLong) forms.push(secret.toLowerCase(), secret.toUpperCase());
  // What looks like an escape inside of the secret is read as one along with the escapes around it.
  return [...forms, ...forms.map(wholly)];
}

/** A header's bytes as a server shows them that takes them for Latin-1. */
function latin1(secret: string): string {
  return Buffer.from(secret, 'utf8').toString('latin1');
}

function wholly(text: string): string {
  let read = text;
  for (let level = 0; level < LEVELS; level++) read = unescaped(read)?.text ?? read;
  return read;
}

/** The base64 of a secret in UTF-8, UTF-16 and as it is misread. */
function base64(secret: string): string[] {
  const utf16 = Buffer.from(secret, 'utf16le');
  const bigEndian = Buffer.from(utf16).swap16();
  return [Buffer.from(secret), Buffer.from(latin1(secret)), utf16, bigEndian].flatMap(base64Of);
}

/**
 * What only the secret decides of its base64 (and of the form for URLs), at whichever place of a
 * longer text it begins: `Basic` credentials hold the user's name before it.
 */
function base64Of(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const all = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 8) / 6);
    const core = all.slice(from, Math.floor(((before + bytes.length) * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** Between two bytes: nothing, blanks, `-`, `, 0x`, or the NUL of UTF-16. */
const BETWEEN_BYTES = '(?:[^0-9a-z]|0?x|00)*';

/** Its bytes in hexadecimal: the first few tell, and the others are as many. */
function hexForm(secret: string): RegExp {
  const bytes = Array.from(Buffer.from(secret), (byte) => byte.toString(16).padStart(2, '0'));
  const first = bytes.slice(0, LONG).join(BETWEEN_BYTES);
  const others = Math.max(0, bytes.length - LONG);
  return new RegExp(`${first}(?:${BETWEEN_BYTES}[0-9a-f]{2}){0,${others}}`, 'gi');
}
