import { type BigIntStats, fstatSync } from 'node:fs';
import { open, readlink, realpath, stat, unlink } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { errnoOf } from '../../errors.ts';

/** What is at the path of --failures. */

type PathKind = 'none' | 'file' | 'folder' | 'pipe' | 'device';

/** What a path leads to; a link is followed. */
export async function kindOf(path: string): Promise<PathKind> {
  try {
    const stats = await stat(path);
    if (stats.isFIFO()) return 'pipe';
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'device';
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'none';
    throw error;
  }
}

/** Where a link points, though nothing may be there yet. */
export async function finalPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const target = await readlink(path).catch(() => undefined);
    return target === undefined ? path : resolve(dirname(path), target);
  }
}

/**
 * True if a path leads to the file of the names.
 *
 * @param input its path; `-` is standard input, which may be a file as well
 */
export async function isInput(path: string, input: string): Promise<boolean> {
  // Ids of files may be above 2^53, where two of them would be one number.
  const [a, b] = await Promise.all([
    stat(path, { bigint: true }).catch(() => undefined),
    input === '-' ? statsOfStdin() : stat(input, { bigint: true }).catch(() => undefined),
  ]);
  return a !== undefined && b !== undefined && a.isFile() && a.ino === b.ino && a.dev === b.dev;
}

const STDIN = 0;

function statsOfStdin(): BigIntStats | undefined {
  try {
    return fstatSync(STDIN, { bigint: true });
  } catch {
    // It is closed.
    return undefined;
  }
}

/**
 * Makes a file beside it and takes it away again: permissions, links and the file system can all
 * prevent it.
 */
export async function probe(path: string): Promise<void> {
  const beside = `${path}.${Math.random().toString(36).slice(2, 10)}.tmp`;
  const handle = await open(beside, 'wx', 0o600);
  await handle.close();
  await unlink(beside);
}
