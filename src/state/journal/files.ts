import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { decodeTime } from 'ulid';
import { firstOf } from '../../domain/first-of.ts';
import { errnoOf, GroupctlError, usageError } from '../../errors.ts';

/** The files of the journal: one a run, `runs/<ulid>.jsonl`. Other files there are left alone. */

/** The name of a file: the id of its run, and `.part` or nothing. */
export const RUN_FILE = /^([0-7][0-9A-HJKMNP-TV-Z]{25})\.jsonl(\.part|)$/;
/** Behind the name of a file until its plan is in it. */
export const PART = '.part';
const RUN_BEGINNING = /^[0-7][0-9A-HJKMNP-TV-Z]{0,25}$/;
/** What to say where the journal is empty. */
export const NO_RUNS = 'No runs yet. Every command that changes a server is recorded here.';

export function runPath(stateFolder: string, run: string): string {
  return join(stateFolder, 'runs', `${run}.jsonl`);
}

/**
 * The moment in the id of a run, in milliseconds: when it began or, where another run is dated later,
 * the moment after that. The record has the time that is shown.
 */
export function startedAt(run: string): number {
  return decodeTime(run);
}

/**
 * The ids of all runs, newest first; the files are not opened.
 *
 * @param ending `.part`: of those that were not begun to the end
 * @throws config (2) `journal-unreadable`
 */
export function runIds(stateFolder: string, ending = ''): string[] {
  const folder = join(stateFolder, 'runs');
  try {
    return readdirSync(folder, { withFileTypes: true })
      .flatMap((entry) => {
        const [, run, part = ''] = RUN_FILE.exec(entry.name) ?? [];
        return run !== undefined && part === ending && entry.isFile() ? run : [];
      })
      .sort()
      .reverse();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw unreadableError(folder, error);
  }
}

/**
 * The one run that is meant.
 *
 * @param ids of all runs, newest first
 * @param ref a run's id in any case, a beginning of it that no other run has, or `latest`
 * @throws usage (2) `not-a-run`; not-found (4) `no-such-run`; ambiguous (2) `ambiguous-run`
 */
export function findRun(ids: readonly string[], ref: string): string {
  const wanted = ref.trim().toUpperCase();
  const isLatest = wanted === 'LATEST';
  // What is no id at all is not shown: behind an option it may be the rest of a secret.
  if (!isLatest && !RUN_BEGINNING.test(wanted)) {
    throw usageError(
      'That is not a run ID.',
      wanted.startsWith('LA')
        ? 'Did you mean latest?'
        : 'Use an ID from "groupctl history", its first characters, or "latest".',
      'not-a-run',
    );
  }
  const [found, ...others] = isLatest
    ? ids.slice(0, 1)
    : ids.filter((run) => run.startsWith(wanted));
  if (found === undefined) {
    const isEmpty = ids.length === 0;
    throw new GroupctlError('not-found', isEmpty ? NO_RUNS : `There is no run ${wanted}.`, {
      code: 'no-such-run',
      hint: isEmpty ? undefined : 'List the runs with: groupctl history',
    });
  }
  if (others.length === 0) return found;
  const runs = [found, ...others];
  throw new GroupctlError(
    'ambiguous',
    `"${wanted}" matches ${runs.length} runs: ${firstOf(runs, (run) => run)}.`,
    { code: 'ambiguous-run', hint: 'Type more characters.', details: { runs } },
  );
}

/** A journal that cannot be opened or listed. */
export function unreadableError(path: string, cause: unknown): GroupctlError {
  const why = errnoOf(cause) ?? 'error';
  return new GroupctlError('config', `The journal cannot be read: ${path} (${why}).`, {
    code: 'journal-unreadable',
    cause,
  });
}

const CHUNK = 1 << 20;
const LINE_END = 0x0a;

/**
 * Reads a file line by line, each as it was written; what stands after the last line end is no line.
 *
 * @param visit gets the line, or undefined where it is not UTF-8, and its number from 1
 * @returns true if the file ends in the middle of a line
 */
export function eachLine(
  path: string,
  visit: (line: string | undefined, number: number) => void,
): boolean {
  const fd = openSync(path, 'r');
  try {
    const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const chunkSize = Math.min(CHUNK, fstatSync(fd).size + 1);
    let number = 0;
    let begun: Buffer[] = [];
    const chunk = Buffer.allocUnsafe(chunkSize);
    for (;;) {
      const size = readSync(fd, chunk, 0, chunkSize, null);
      if (size === 0) return begun.length > 0;
      const part = chunk.subarray(0, size);
      let from = 0;
      for (let to = part.indexOf(LINE_END); to !== -1; to = part.indexOf(LINE_END, from)) {
        begun.push(part.subarray(from, to));
        const [whole = part, ...more] = begun;
        const line = more.length === 0 ? whole : Buffer.concat(begun);
        visit(decode(utf8, line), ++number);
        begun = [];
        from = to + 1;
      }
      // The next chunk is read into the same place.
      if (from < size) begun.push(Buffer.from(part.subarray(from)));
    }
  } finally {
    closeSync(fd);
  }
}

function decode(utf8: InstanceType<typeof TextDecoder>, bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** At most so many bytes of an open file from a place on. */
export function readPart(fd: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let size = 0;
  while (size < length) {
    const got = readSync(fd, bytes, size, length - size, from + size);
    if (got === 0) break;
    size += got;
  }
  return bytes.subarray(0, size);
}
