import { isUtf8 } from 'node:buffer';
import type { GroupctlError } from '../../errors.ts';
import { fileError } from '../file-error.ts';
import type { MemberFile } from '../member-file.ts';

/** From the bytes of a file to UTF-8 without a byte order mark; nothing is guessed or replaced. */

export interface Decoded {
  /** Valid UTF-8 without NUL. */
  readonly utf8: Buffer;
  readonly bom: boolean;
}

/** The header of what `members list` writes, and of what --failures makes of it. */
export const OWN_LISTS: readonly string[] = ['member,type', 'member,type,name,email'].flatMap(
  (header) => [header, `${header},Outcome,Error`],
);
const OWN_LIST_STARTS = OWN_LISTS.map((header) => Buffer.from(`${header}\n`));
const CR = 0x0d;
const LF = 0x0a;

/**
 * UTF-8 with or without a byte order mark, UTF-16 with one.
 *
 * @throws usage (2): `bad-encoding`, with the line; `not-text` for an Excel workbook and the like
 */
export function decode(bytes: Buffer, file: string): Decoded {
  const kind = KINDS.find(({ magic }) => magic.every((byte, at) => bytes[at] === byte));
  if (kind !== undefined) {
    throw fileError(
      'not-text',
      `${file} is ${kind.what}, and not text.`,
      { file },
      'Save it as CSV (in Excel: CSV UTF-8).',
    );
  }
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return { utf8: fromUtf16(bytes, file), bom: true };
  if (first === 0xfe && second === 0xff) {
    const even = bytes.length - (bytes.length % 2);
    // A copy: what was read stays as it was.
    const swapped = Buffer.concat([bytes]);
    swapped.subarray(0, even).swap16();
    return { utf8: fromUtf16(swapped, file), bom: true };
  }
  const bom = first === 0xef && second === 0xbb && third === 0xbf;
  const utf8 = bom ? bytes.subarray(3) : bytes;
  if (!isUtf8(utf8)) throw notUtf8Error(utf8, file);
  refuseNul(utf8, file);
  return { utf8, bom };
}

/** Files of other kinds that are called `.csv` now and then. */
const KINDS = [
  { magic: [0x50, 0x4b, 0x03, 0x04], what: 'an Excel workbook or another zip file' },
  { magic: [0xd0, 0xcf, 0x11, 0xe0], what: 'an old Excel workbook' },
  { magic: [0x1f, 0x8b], what: 'compressed (gzip)' },
] as const;

/** @param bytes little-endian, from the byte order mark on */
function fromUtf16(bytes: Buffer, file: string): Buffer {
  const text = bytes.toString('utf16le', 2, bytes.length - (bytes.length % 2));
  if (bytes.length % 2 !== 0) {
    throw badEncodingError(
      file,
      lineAt(text, text.length),
      'the last UTF-16 character is cut short',
    );
  }
  if (!text.isWellFormed()) {
    const at = /[\ud800-\udfff]/u.exec(text)?.index ?? 0;
    throw badEncodingError(file, lineAt(text, at), 'not valid UTF-16 (half of a surrogate pair)');
  }
  const utf8 = Buffer.from(text, 'utf8');
  refuseNul(utf8, file);
  return utf8;
}

/** The line of a place in a text, from 1; CRLF, LF and CR each end one. */
export function lineAt(text: string, at: number): number {
  let line = 1;
  for (let i = 0; i < at; i++) {
    const code = text.charCodeAt(i);
    if (code === LF || (code === CR && text.charCodeAt(i + 1) !== LF)) line++;
  }
  return line;
}

/** The same for bytes: the line ends between two places. */
export function lineEnds(bytes: Buffer, from: number, to: number): number {
  let ends = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === LF || (byte === CR && bytes[i + 1] !== LF)) ends++;
  }
  return ends;
}

/** How the lines of a text end. A lone CR counts only where there is nothing else: a cell may hold one. */
export function newlineOf(head: string): MemberFile['newline'] {
  const found = /\r?\n/.exec(head)?.[0];
  if (found !== undefined) return found === '\n' ? '\n' : '\r\n';
  return head.includes('\r') ? '\r' : '\n';
}

function notUtf8Error(bytes: Buffer, file: string): GroupctlError {
  const at = firstInvalid(bytes);
  const byte = (bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0');
  return badEncodingError(file, 1 + lineEnds(bytes, 0, at), `not UTF-8 (the byte 0x${byte})`);
}

/** The place of the first byte that is not valid UTF-8: by halves, then one by one. */
function firstInvalid(bytes: Buffer): number {
  let from = 0;
  let to = bytes.length;
  while (to - from > 8) {
    let middle = from + Math.floor((to - from) / 2);
    // Not inside a character.
    while (middle < to && ((bytes[middle] ?? 0) & 0xc0) === 0x80) middle++;
    if (middle === to) break;
    if (isUtf8(bytes.subarray(from, middle))) from = middle;
    else to = middle;
  }
  while (from < to) {
    const length = [1, 2, 3, 4].find((each) => isUtf8(bytes.subarray(from, from + each)));
    if (length === undefined || from + length > to) return from;
    from += length;
  }
  return from;
}

function refuseNul(utf8: Buffer, file: string): void {
  const at = utf8.indexOf(0);
  // A name may hold one, and `members list --output=csv` writes names as they are.
  if (at === -1) return;
  if (OWN_LIST_STARTS.some((start) => utf8.subarray(0, start.length).equals(start))) return;
  throw badEncodingError(file, 1 + lineEnds(utf8, 0, at), 'a NUL byte');
}

function badEncodingError(file: string, line: number, what: string): GroupctlError {
  return fileError(
    'bad-encoding',
    `${file}, line ${line}: ${what}.`,
    { file, line },
    'Save it as UTF-8 (in Excel: CSV UTF-8), or as UTF-16 with a byte order mark.',
  );
}
