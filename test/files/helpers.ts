import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isGroupctlError } from '../../src/errors.ts';
import type { OutputWait } from '../../src/files/failures/failures.ts';
import type { MemberFile } from '../../src/files/member-file.ts';
import { type FileRequest, readMemberFile } from '../../src/files/read/read-member-file.ts';
import { temporaryFolder } from '../helpers/cli.ts';

type Options = Partial<Omit<FileRequest, 'readStdin'>>;

/** Reads bytes from standard input: the same way as from a file, and without one. */
export async function read(content: string | Buffer, options: Options = {}): Promise<MemberFile> {
  return await readMemberFile({
    path: '-',
    readStdin: () => Promise.resolve(Buffer.from(content)),
    ...options,
  });
}

export async function names(content: string | Buffer, options: Options = {}): Promise<string[]> {
  return (await read(content, options)).rows.map(({ name }) => name);
}

/** Each name with its line, and its type where the file says one. */
export async function lines(content: string | Buffer, options: Options = {}): Promise<string[]> {
  const { rows } = await read(content, options);
  return rows.map(({ name, type, row }) => `${row.line} ${name}${type ? ` (${type})` : ''}`);
}

export interface Failure {
  readonly code: string;
  readonly exit: number;
  /** As standard error has it, in one line. */
  readonly text: string;
  readonly details: unknown;
}

/** How reading failed; a success fails the test. */
export async function failure(content: string | Buffer, options: Options = {}): Promise<Failure> {
  return await failureOf(read(content, options));
}

export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (!isGroupctlError(error)) throw error;
    const { code, exitCode, message, hint, nothingWritten, details } = error;
    return {
      code,
      exit: exitCode,
      text: [message, hint, nothingWritten && 'Nothing was written.'].filter(Boolean).join(' '),
      details,
    };
  }
  throw new Error('It was read without a failure.');
}

/** A file in a folder of its own, gone when the test is. */
export function fileWith(content: string | Buffer, name = 'team.csv'): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

export async function readPath(path: string, options: Options = {}): Promise<MemberFile> {
  return await readMemberFile({
    readStdin: () => Promise.reject(new Error('Standard input was read.')),
    ...options,
    path,
  });
}

/** A wait for a reader that nothing ends. */
export const WAIT: OutputWait = {
  async waitForOutput(write) {
    await write(new AbortController().signal);
    return true;
  },
  warn: () => undefined,
};
