import { constants } from 'node:fs';
import { access, open, readlink, realpath, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { platform } from 'node:os';
import { Readable } from 'node:stream';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { harmlessPath } from '../../domain/shorten.ts';
import { errnoOf, type ErrorFacts, GroupctlError, isGroupctlError } from '../../errors.ts';
import { isNul, windowsDevice } from './device-name.ts';
import { errnoInWords } from '../errno.ts';
import { failuresText } from './failures-text.ts';
import type { MemberFile } from '../member-file.ts';
import { fileError } from '../file-error.ts';

/** The file of `--failures`: checked before a run, written completely after it or not at all. */

/**
 * Makes sure, before anything is sent, that the file can be written. It writes beside it to know;
 * what is in the file stays.
 *
 * @param input the path of --file, which is never overwritten
 * @param system the operating system, as Node calls it
 * @throws usage (2): `file-not-writable`, `same-file`
 */
export async function assertWritable(
  path: string,
  input?: string,
  system: string = platform(),
): Promise<void> {
  if (isDiscarded(path, system)) return;
  const device = system === 'win32' ? windowsDevice(path) : undefined;
  if (device !== undefined) {
    throw notWritableError(
      path,
      `on Windows the name ${device} is a device; NUL discards the rows`,
    );
  }
  if (path === '-')
    throw notWritableError(path, 'it is always a file, as standard output is the result');
  if (input !== undefined && input !== '-' && (await isSameFile(path, input))) {
    throw fileError(
      'same-file',
      `${harmlessPath(path)} is the file of names itself.`,
      { file: harmlessPath(path) },
      'Give --failures a file of its own.',
    );
  }
  try {
    const kind = await kindOf(path);
    if (kind === 'folder') throw notWritableError(path, 'it is a folder');
    // Where the shell redirects /dev/stdout to a file, that file must not be replaced.
    if (kind === 'file' && path.startsWith('/dev/'))
      throw notWritableError(path, 'it is an open file');
    if (kind === 'file' && !(await mayReplace(path))) {
      const message = `${harmlessPath(path)} exists and was not written by groupctl, so it is not overwritten.`;
      throw unwritableError(path, message, { hint: 'Choose another file.' });
    }
    if (kind !== 'none') await access(path, constants.W_OK);
    if (kind === 'device') return;
    await probe(await finalPath(path));
  } catch (error) {
    throw asNotWritableError(path, error);
  }
}

/** A file that --failures wrote may be replaced, and an empty one: nothing is lost with it. */
async function mayReplace(path: string): Promise<boolean> {
  const { isLeftByRun, LOOK_BYTES } = await import('./is-left-by-run.ts');
  const handle = await open(path, 'r');
  try {
    // One byte more shows whether the file is longer.
    const { bytesRead, buffer } = await handle.read(
      Buffer.alloc(LOOK_BYTES + 1),
      0,
      LOOK_BYTES + 1,
      0,
    );
    const head = buffer.toString('utf8', 0, Math.min(bytesRead, LOOK_BYTES)).replace(/^\uFEFF/, '');
    return head.trim() === '' || (await isLeftByRun(head, bytesRead <= LOOK_BYTES));
  } finally {
    await handle.close();
  }
}

/**
 * Leaves what a run came to: the failed rows, or no file where none failed, as an old one would be
 * taken for this run's.
 *
 * @param input read with `keepRecords`
 * @throws usage (2), `file-not-writable`
 */
export async function saveFailures(
  path: string,
  input: MemberFile | undefined,
  failed: readonly MemberOutcome[],
): Promise<void> {
  await writeFailures(path, failed.length === 0 ? undefined : await textOf(path, input, failed));
}

async function textOf(
  path: string,
  input: MemberFile | undefined,
  failed: readonly MemberOutcome[],
): Promise<string> {
  try {
    return await failuresText(input, failed);
  } catch (error) {
    // JSON.parse reads any depth, JSON.stringify does not write it.
    if (error instanceof RangeError)
      throw notWritableError(path, 'a row is nested too deep', error);
    throw error;
  }
}

/**
 * Writes the file whole, readable for its owner only, and replaces one that is there; a link is
 * followed. A device or a pipe is written to as it is.
 *
 * @param text undefined: nothing failed, and an old file is removed
 * @param system the operating system, as Node calls it
 * @throws usage (2), `file-not-writable`
 */
export async function writeFailures(
  path: string,
  text: string | undefined,
  system: string = platform(),
): Promise<void> {
  if (isDiscarded(path, system)) return;
  if (text === undefined) return await removeOld(path);
  try {
    if ((await kindOf(path)) === 'device') {
      await writeFile(path, text);
      return;
    }
    const { writeFile: writeAtomically } = await import('atomically');
    // A stream is written to its end; one call may write a part only when the disk fills up.
    // A file that is in use for a moment (a virus scanner) is tried again for two seconds.
    const how = { mode: 0o600, timeout: 2000 };
    await writeAtomically(await finalPath(path), Readable.from([Buffer.from(text)]), how);
  } catch (error) {
    throw asNotWritableError(path, error);
  }
}

/** Nothing is there to look at or to write: Node would take it for a file of that name. */
function isDiscarded(path: string, system: string): boolean {
  return system === 'win32' && isNul(path);
}

async function removeOld(path: string): Promise<void> {
  try {
    if ((await kindOf(path)) === 'file') await rm(await finalPath(path), { force: true });
  } catch (error) {
    const message = `The failures of an earlier run cannot be removed from ${harmlessPath(path)}: ${errnoInWords(error)}.`;
    throw unwritableError(path, message, { cause: error });
  }
}

type PathKind = 'none' | 'file' | 'folder' | 'device';

async function kindOf(path: string): Promise<PathKind> {
  try {
    const stats = await stat(path);
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'device';
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return 'none';
    throw error;
  }
}

/** Where a link points, though nothing may be there yet. */
async function finalPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const target = await readlink(path).catch(() => undefined);
    return target === undefined ? path : resolve(dirname(path), target);
  }
}

/** Ids of files may be above 2^53, where two of them would be one number. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all(
    [one, other].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return a !== undefined && b !== undefined && a.isFile() && a.ino === b.ino && a.dev === b.dev;
}

/**
 * Makes a file beside it and takes it away again: permissions, links and the file system can all
 * prevent it.
 */
async function probe(path: string): Promise<void> {
  const beside = `${path}.${Math.random().toString(36).slice(2, 10)}.tmp`;
  const handle = await open(beside, 'wx', 0o600);
  await handle.close();
  await unlink(beside);
}

function asNotWritableError(path: string, error: unknown): GroupctlError {
  if (isGroupctlError(error)) return error;
  return notWritableError(path, errnoInWords(error), error);
}

function notWritableError(path: string, why: string, cause?: unknown): GroupctlError {
  const message = `The failures cannot be written to ${harmlessPath(path)}: ${why}.`;
  return unwritableError(path, message, { cause });
}

function unwritableError(path: string, message: string, facts: ErrorFacts): GroupctlError {
  return new GroupctlError('usage', message, {
    ...facts,
    code: 'file-not-writable',
    details: { file: harmlessPath(path), errno: errnoOf(facts.cause) },
  });
}
