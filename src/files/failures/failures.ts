import { constants } from 'node:fs';
import { access, open, rm, writeFile } from 'node:fs/promises';
import { platform } from 'node:os';
import { Readable } from 'node:stream';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { harmlessPath } from '../../domain/shorten.ts';
import {
  errnoOf,
  type ErrorFacts,
  GroupctlError,
  isGroupctlError,
  reworded,
} from '../../errors.ts';
import { isNul, windowsDevice } from './device-name.ts';
import { errnoInWords } from '../errno.ts';
import { failuresText } from './failures-text.ts';
import type { MemberFile } from '../member-file.ts';
import { finalPath, isInput, kindOf, probe } from './path-kind.ts';
import { fileError } from '../file-error.ts';

/** The file of `--failures`: checked before a run, written completely after it or not at all. */

/** What a wait for a reader of a pipe is done with. */
export interface OutputWait {
  /** Runs what may never end with a signal that ends it; false: the signal did. */
  waitForOutput(write: (signal: AbortSignal) => Promise<void>): Promise<boolean>;
  warn(message: string): void;
}

/**
 * Makes sure, before anything is sent, that the file can be written. It writes beside it to know;
 * what is in the file stays.
 *
 * @param input the path of --file, which is never overwritten; `-` is standard input
 * @param system the operating system, as Node calls it
 * @throws usage (2): `file-not-writable`, `same-file`
 */
export async function assertWritable(
  path: string,
  input?: string,
  system: string = platform(),
): Promise<void> {
  try {
    await assertPath(path, input, system);
  } catch (error) {
    throw reworded(asNotWritableError(path, error), { nothingWritten: true });
  }
}

async function assertPath(path: string, input: string | undefined, system: string): Promise<void> {
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
  if (input !== undefined && (await isInput(path, input))) {
    throw fileError(
      'same-file',
      `${harmlessPath(path)} is the file of names itself.`,
      { file: harmlessPath(path) },
      'Give --failures a file of its own.',
    );
  }
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
  if (kind === 'device' || kind === 'pipe') return;
  await probe(await finalPath(path));
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
  wait: OutputWait,
): Promise<void> {
  const text = failed.length === 0 ? undefined : await textOf(path, input, failed);
  await writeFailures(path, text, wait);
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
 * followed. A device or a pipe is written to as it is, a pipe when somebody reads from it.
 *
 * @param text undefined: nothing failed, and an old file is removed
 * @param system the operating system, as Node calls it
 * @throws usage (2), `file-not-writable`
 */
export async function writeFailures(
  path: string,
  text: string | undefined,
  wait: OutputWait,
  system: string = platform(),
): Promise<void> {
  if (isDiscarded(path, system)) return;
  if (text === undefined) return await removeOld(path);
  try {
    const kind = await kindOf(path);
    if (kind === 'pipe') return await writePipe(path, text, wait);
    if (kind === 'device') return await writeFile(path, text);
    const { writeFile: writeAtomically } = await import('atomically');
    // A stream is written to its end; one call may write a part only when the disk fills up.
    // A file that is in use for a moment (a virus scanner) is tried again for two seconds.
    const how = { mode: 0o600, timeout: 2000 };
    await writeAtomically(await finalPath(path), Readable.from([Buffer.from(text)]), how);
  } catch (error) {
    throw asNotWritableError(path, error);
  }
}

async function writePipe(path: string, text: string, wait: OutputWait): Promise<void> {
  const { writeToPipe } = await import('./pipe-write.ts');
  const isTaken = await wait.waitForOutput(async (signal) => {
    await writeToPipe(path, text, signal, () => {
      wait.warn(`Waiting until a program reads from the pipe ${harmlessPath(path)}.`);
    });
  });
  if (!isTaken) throw notWritableError(path, 'no program read it from the pipe');
}

/** Nothing is there to look at or to write: Node would take it for a file of that name. */
function isDiscarded(path: string, system: string): boolean {
  return system === 'win32' && isNul(path);
}

async function removeOld(path: string): Promise<void> {
  try {
    const kind = await kindOf(path);
    if (kind === 'file') await rm(await finalPath(path), { force: true });
    if (kind === 'pipe') (await import('./pipe-write.ts')).endPipe(path);
  } catch (error) {
    const message = `The failures of an earlier run cannot be removed from ${harmlessPath(path)}: ${errnoInWords(error)}.`;
    throw unwritableError(path, message, { cause: error });
  }
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
