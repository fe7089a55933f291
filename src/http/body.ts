import { isUtf8 } from 'node:buffer';
import { GroupctlError } from '../errors.ts';
import { MAX_ERROR_BODY } from './words.ts';

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** The largest answer that is read, after decompression. */
export const BODY_CAP = 64 * 1024 * 1024;

const BYTE_ORDER_MARK = 0xfeff;

export interface AnswerBody {
  /** The body as text; bytes that are no UTF-8 are shown as replacement characters. */
  text(): string;
  /** The body as JSON; throws protocol (1) when it is not, or is not UTF-8. */
  json(): unknown;
}

/**
 * The body of an answer, decompressed.
 *
 * @param packed as it was sent, within the cap
 * @param cap bytes after decompression
 * @throws protocol (1) when it is too large or cannot be decompressed
 */
export async function unpack(packed: Buffer, cap = BODY_CAP): Promise<Buffer> {
  return packed.length > 0 ? await gunzip(packed, cap) : packed;
}

/** True for a body that has to go through {@link unpack}. */
export function isPacked(headers: AnswerHeaders): boolean {
  const encoding = headers['content-encoding'];
  if (encoding === undefined) return false;
  const name = String(encoding).toLowerCase();
  return name === 'gzip' || name === 'x-gzip';
}

/** Reads a body that is not, or no longer, packed. */
export function answerBody(bytes: Buffer, headers: AnswerHeaders): AnswerBody {
  return { text: () => textOf(bytes), json: () => parseJson(bytes, headers) };
}

function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
}

async function gunzip(packed: Buffer, cap: number): Promise<Buffer> {
  const { gunzip: unzip } = await import('node:zlib');
  return await new Promise((resolve, reject) => {
    unzip(packed, { maxOutputLength: cap }, (error, bytes) => {
      if (error === null) resolve(bytes);
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') reject(tooLargeError(cap));
      else
        reject(
          new GroupctlError('protocol', 'The answer says it is gzip and cannot be unpacked.', {
            code: 'bad-gzip',
            hint: 'Look at the server and at any proxy in between.',
            cause: error,
          }),
        );
    });
  });
}

/**
 * How deep a JSON answer may nest. The servers' own nest a few levels; whatever walks through 200,000
 * (to show them, or to send them back) runs out of stack.
 */
const DEEPEST = 500;

function parseJson(bytes: Buffer, headers: AnswerHeaders): unknown {
  let value: unknown;
  try {
    // A name with a replacement character in it would be written back damaged.
    if (!isUtf8(bytes)) throw new TypeError('not UTF-8');
    value = JSON.parse(textOf(bytes));
  } catch (cause) {
    const contentType = String(headers['content-type'] ?? '');
    // More than an error keeps, which is cut when no secret is in it any more.
    const text = new TextDecoder().decode(bytes.subarray(0, 2 * MAX_ERROR_BODY));
    const html = /html/i.test(contentType) || /^\s*<(!doctype|html)/i.test(text);
    const what = html ? 'an HTML page' : bytes.length === 0 ? 'an empty answer' : 'no valid JSON';
    throw new GroupctlError('protocol', `The server sent ${what} where JSON was expected.`, {
      code: html ? 'html-answer' : 'invalid-json',
      hint: html
        ? 'A proxy or a sign-in page may be answering in its place: check the URL of the source.'
        : 'Check the URL of the source; --show-body shows what came.',
      body: text,
      cause,
    });
  }
  if (nestsDeeper(value, DEEPEST)) {
    throw new GroupctlError(
      'protocol',
      `The server sent JSON that nests more than ${DEEPEST} levels deep.`,
      {
        code: 'nested-too-deep',
        hint: 'Check the URL of the source; --show-body shows what came.',
      },
    );
  }
  return value;
}

function nestsDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    return value.some((each) => typeof each === 'object' && nestsDeeper(each, levels - 1));
  }
  for (const key in value) {
    const each = (value as Readonly<Record<string, unknown>>)[key];
    // Most are no objects, and there may be 100,000 of them.
    if (typeof each === 'object' && nestsDeeper(each, levels - 1)) return true;
  }
  return false;
}

export function tooLargeError(cap: number): GroupctlError {
  const limit = `${cap / 1024 / 1024} MiB`;
  return new GroupctlError('protocol', `The answer is larger than ${limit} and was not read.`, {
    code: 'body-too-large',
    hint: 'Check the URL of the source.',
  });
}
