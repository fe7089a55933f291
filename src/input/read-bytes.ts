import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { nearest } from '../domain/near.ts';
import { errnoOf, GroupctlError, isGroupctlError } from '../errors.ts';
import { errnoInWords } from './errno.ts';

/** What is larger is no list of names; and a device may have no end. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * The whole content of a file; pipes and devices (`<(command)`) are read to their end.
 *
 * @throws usage (2): `file-not-readable`, with the reason in words; `file-too-large`
 */
export async function readBytes(path: string): Promise<Buffer> {
  try {
    const stats = statSync(path);
    if (stats.isFile() && stats.size > MAX_FILE_BYTES) throw tooLarge(path);
    // A file is there at once; a pipe may be waited for, and an interrupt has to end that.
    return stats.isFile() ? readFileSync(path) : await readStream(path);
  } catch (error) {
    throw isGroupctlError(error) ? error : notReadable(path, error);
  }
}

async function readStream(path: string): Promise<Buffer> {
  const { open } = await import('node:fs/promises');
  const handle = await open(path, 'r');
  try {
    return await readAll(handle, path);
  } finally {
    await handle.close();
  }
}

async function readAll(handle: FileHandle, path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let total = 0;
  for (;;) {
    const part = Buffer.allocUnsafe(64 * 1024);
    const { bytesRead } = await handle.read(part, 0, part.length, null);
    if (bytesRead === 0) break;
    parts.push(part.subarray(0, bytesRead));
    total += bytesRead;
    if (total > MAX_FILE_BYTES) throw tooLarge(path);
  }
  return Buffer.concat(parts);
}

/** @returns usage (2), `file-too-large` */
export function tooLarge(file: string): GroupctlError {
  const limit = MAX_FILE_BYTES / 1024 / 1024;
  return new GroupctlError('usage', `${file} is larger than ${limit} MiB; nothing was done.`, {
    code: 'file-too-large',
    details: { file, limit: MAX_FILE_BYTES },
  });
}

function notReadable(path: string, error: unknown): GroupctlError {
  const near = errnoOf(error) === 'ENOENT' ? nearFiles(path) : [];
  const hint = near.length === 0 ? undefined : `Did you mean ${near.join(' or ')}?`;
  return new GroupctlError('usage', `${path} cannot be read: ${errnoInWords(error)}.`, {
    code: 'file-not-readable',
    hint,
    details: { file: path, errno: errnoOf(error), ...(near.length === 0 ? {} : { near }) },
    cause: error,
  });
}

/** Files of that folder that are spelt nearly so. */
function nearFiles(path: string): string[] {
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
