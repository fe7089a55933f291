import type { FileHandle } from 'node:fs/promises';
import { open, readdir } from 'node:fs/promises';
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
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, 'r');
    const { size } = await handle.stat();
    if (size > MAX_FILE_BYTES) throw tooLarge(path);
    return await readAll(handle, size, path);
  } catch (error) {
    if (isGroupctlError(error)) throw error;
    throw await notReadable(path, error);
  } finally {
    await handle?.close();
  }
}

async function readAll(handle: FileHandle, size: number, path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  let total = 0;
  for (;;) {
    // One byte more than the size: a file is then read in one piece and its end seen in a second.
    const part = Buffer.allocUnsafe(Math.max(64 * 1024, size - total + 1));
    const { bytesRead } = await handle.read(part, 0, part.length, null);
    if (bytesRead === 0) break;
    parts.push(part.subarray(0, bytesRead));
    total += bytesRead;
    if (total > MAX_FILE_BYTES) throw tooLarge(path);
  }
  const [only, ...more] = parts;
  return only !== undefined && more.length === 0 ? only : Buffer.concat(parts);
}

/** @returns usage (2), `file-too-large` */
export function tooLarge(file: string): GroupctlError {
  const limit = MAX_FILE_BYTES / 1024 / 1024;
  return new GroupctlError('usage', `${file} is larger than ${limit} MiB; nothing was done.`, {
    code: 'file-too-large',
    details: { file, limit: MAX_FILE_BYTES },
  });
}

async function notReadable(path: string, error: unknown): Promise<GroupctlError> {
  const near = errnoOf(error) === 'ENOENT' ? await nearFiles(path) : [];
  const hint = near.length === 0 ? undefined : `Did you mean ${near.join(' or ')}?`;
  return new GroupctlError('usage', `${path} cannot be read: ${errnoInWords(error)}.`, {
    code: 'file-not-readable',
    hint,
    details: { file: path, errno: errnoOf(error), ...(near.length === 0 ? {} : { near }) },
    cause: error,
  });
}

/** Files of that folder that are spelt nearly so. */
async function nearFiles(path: string): Promise<string[]> {
  const folder = await readdir(dirname(path)).catch(() => []);
  const name = basename(path);
  const prefix = path.slice(0, path.length - name.length);
  return nearest(name, folder, distance, 2).map((found) => `${prefix}${found}`);
}
