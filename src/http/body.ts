import { isUtf8 } from 'node:buffer';
import { GroupctlError } from '../errors.ts';

/** The largest answer that is read, after decompression. */
export const BODY_CAP = 64 * 1024 * 1024;

export interface AnswerBody {
  /** The body as text; bytes that are no UTF-8 are shown as replacement characters. */
  text(): string;
  /** The body as JSON; throws protocol (1) when it is not, or is not UTF-8. */
  json(): unknown;
}

/** A body as undici has it; `arrayBuffer` is the fast way for one whose length is known. */
type Chunks = AsyncIterable<Uint8Array> & { arrayBuffer?(): Promise<ArrayBuffer> };

/**
 * Reads a whole body, decompressed, up to the cap.
 *
 * @param cap bytes, before and after decompression
 * @throws protocol (1) when it is too large or cannot be decompressed; what the stream throws when
 * it is cut short.
 */
export async function readBody(
  stream: Chunks,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  cap = BODY_CAP,
): Promise<AnswerBody> {
  const encoding = String(headers['content-encoding'] ?? '').toLowerCase();
  const zipped = encoding === 'gzip' || encoding === 'x-gzip';
  const told = Number(headers['content-length'] ?? Infinity);
  const packed =
    told <= cap && stream.arrayBuffer !== undefined
      ? Buffer.from(await stream.arrayBuffer())
      : await collect(stream, cap);
  const bytes = zipped && packed.length > 0 ? await gunzip(packed, cap) : packed;
  return {
    text: () => new TextDecoder().decode(bytes),
    json: () => parseJson(bytes, String(headers['content-type'] ?? '')),
  };
}

async function collect(stream: Chunks, cap: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > cap) throw tooLarge(cap);
    parts.push(part);
  }
  const [only] = parts;
  if (only === undefined || parts.length > 1) return Buffer.concat(parts);
  return Buffer.from(only.buffer, only.byteOffset, only.length);
}

async function gunzip(packed: Buffer, cap: number): Promise<Buffer> {
  const { gunzip: unzip } = await import('node:zlib');
  return await new Promise((resolve, reject) => {
    unzip(packed, { maxOutputLength: cap }, (error, bytes) => {
      if (error === null) resolve(bytes);
      else if ('code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') reject(tooLarge(cap));
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

function parseJson(bytes: Buffer, contentType: string): unknown {
  try {
    // A name with a replacement character in it would be written back damaged.
    if (!isUtf8(bytes)) throw new TypeError('not UTF-8');
    return JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, '')) as unknown;
  } catch (cause) {
    const text = new TextDecoder().decode(bytes.subarray(0, 65_536));
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
}

function tooLarge(cap: number): GroupctlError {
  const limit = `${cap / 1024 / 1024} MiB`;
  return new GroupctlError('protocol', `The answer is larger than ${limit} and was not read.`, {
    code: 'body-too-large',
    hint: 'Check the URL of the source.',
  });
}
