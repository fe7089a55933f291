import { didYouMean } from '../../domain/sentences.ts';
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { distance } from 'fastest-levenshtein';
import { nearest } from '../../domain/near.ts';
import { isUrlLike, harmlessPath } from '../../domain/shorten.ts';
import { errnoOf, GroupctlError, isGroupctlError } from '../../errors.ts';
import { errnoInWords } from '../errno.ts';
import { fileError } from '../file-error.ts';

/** What is larger is no list of names; and a device may have no end. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * The whole content of a file; pipes and devices (`<(command)`) are read to their end.
 *
 * @param signal ends the wait for a pipe that nobody writes to; then it throws whatever it may
 * @throws usage (2): `file-not-readable`, with the reason in words; `file-too-large`
 */
export async function readBytes(path: string, signal?: AbortSignal): Promise<Buffer> {
  try {
    const fd = openSync(path, constants.O_RDONLY | NONBLOCK);
    const stats = fstatSync(fd);
    if (!stats.isFile() && !stats.isDirectory()) return await readStream(fd, path, signal);
    try {
      if (stats.size > MAX_FILE_BYTES && stats.isFile()) throw tooLargeError(path);
      return readFileSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    throw isGroupctlError(error) ? error : notReadableError(path, error);
  }
}

/** Else a pipe would be opened only when somebody writes to it. Windows has no such flag. */
const NONBLOCK = (constants as { readonly O_NONBLOCK?: number }).O_NONBLOCK ?? 0;

async function readStream(fd: number, path: string, signal?: AbortSignal): Promise<Buffer> {
  const stream = await streamOf(fd);
  const { addAbortSignal } = await import('node:stream');
  if (signal !== undefined) addAbortSignal(signal, stream);
  const parts: Buffer[] = [];
  let total = 0;
  for await (const part of stream) {
    parts.push(part as Buffer);
    total += (part as Buffer).length;
    if (total > MAX_FILE_BYTES) throw tooLargeError(path);
  }
  return Buffer.concat(parts);
}

/** What waits for a pipe or a terminal without a thread, which nothing could end. */
async function streamOf(fd: number): Promise<Readable> {
  const { isatty, ReadStream } = await import('node:tty');
  if (isatty(fd)) return new ReadStream(fd);
  if (fstatSync(fd).isFIFO()) {
    const { Socket } = await import('node:net');
    return new Socket({ fd, readable: true, writable: false });
  }
  const { createReadStream } = await import('node:fs');
  return createReadStream('', { fd });
}

/** @returns usage (2), `file-too-large` */
export function tooLargeError(path: string): GroupctlError {
  const file = harmlessPath(path);
  const limit = MAX_FILE_BYTES / 1024 / 1024;
  return fileError('file-too-large', `${file} is larger than ${limit} MiB.`, {
    file,
    limit: MAX_FILE_BYTES,
  });
}

function notReadableError(path: string, error: unknown): GroupctlError {
  const file = harmlessPath(path);
  const near = errnoOf(error) === 'ENOENT' ? nearFiles(path) : [];
  const hint = didYouMean(near) ?? urlHint(path);
  return new GroupctlError('usage', `${file} cannot be read: ${errnoInWords(error)}.`, {
    code: 'file-not-readable',
    hint,
    details: { file, errno: errnoOf(error), ...(near.length === 0 ? {} : { near }) },
    cause: error,
  });
}

function urlHint(path: string): string | undefined {
  if (path.startsWith('~')) return 'Shells do not replace ~ behind an equals sign: use $HOME.';
  return path.includes('://') ? 'Download it first: groupctl reads local files only.' : undefined;
}

/** Files of that folder that are spelt nearly so. */
function nearFiles(path: string): string[] {
  if (isUrlLike(path)) return [];
  const folder = namesIn(dirname(path));
  const name = basename(path);
  const prefix = path.slice(0, path.length - name.length);
  return nearest(name, folder, distance, 2).map((found) => `${prefix}${found}`);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
