import { closeSync, fstatSync, openSync } from 'node:fs';
import { errnoOf, isGroupctlError } from '../../errors.ts';
import { readPart, runIds, runPath, startedAt, unreadableError } from './files.ts';
import { damagedError, otherVersionError } from './damage.ts';
import { otherVersion, parseFields, toFacts, toLine } from './parse-line.ts';
import { readRunFile } from './reader.ts';
import type { RunEnd, RunFacts, RunSummary } from './record.ts';

/** Up to this size a file is read whole; of a longer one, so much from both ends. */
const SMALL = 256 * 1024;
const END = 64 * 1024;
const LINE_END = 0x0a;

type Facts = RunFacts & { readonly at: string };

/**
 * The runs, newest first. Of a long file only the first and the last line are read, so damage in its
 * middle shows when it is read whole.
 *
 * @param limit how many at most; the files of the others are not opened
 * @param isWanted which runs count; all by default
 * @throws config (2) `journal-unreadable` for the folder; a file that cannot be read is listed so
 */
export async function listRuns(
  stateFolder: string,
  limit = Infinity,
  isWanted: (run: RunSummary) => boolean | Promise<boolean> = () => true,
): Promise<RunSummary[]> {
  const found: RunSummary[] = [];
  for (const run of runIds(stateFolder)) {
    if (found.length >= limit) break;
    const summary = summarizeRun(stateFolder, run);
    if (summary !== undefined && (await isWanted(summary))) found.push(summary);
  }
  return found;
}

/** One run as the list has it; undefined if its file is gone. */
function summarizeRun(stateFolder: string, run: string): RunSummary | undefined {
  const at = new Date(startedAt(run)).toISOString();
  const path = runPath(stateFolder, run);
  let facts: Facts | undefined;
  try {
    const fd = openSync(path, 'r');
    try {
      const { size } = fstatSync(fd);
      const first = firstFacts(fd, run, path);
      facts = first === 'cut' ? undefined : first;
      const last = size > SMALL ? lastLine(fd, size) : undefined;
      if (last !== undefined) return summary({ run, at, ...facts }, last.end);
    } finally {
      closeSync(fd);
    }
    return summary({ run, at, ...facts }, readRunFile(path, run).end);
  } catch (error) {
    const problem = isGroupctlError(error) ? error : unreadableError(path, error);
    if (errnoOf(problem.cause) === 'ENOENT') return undefined;
    const state = problem.code === 'journal-damaged' ? 'damaged' : 'unreadable';
    return { run, at, ...facts, state, problem: problem.message };
  }
}

/** When a run began, in milliseconds, by its record; where that cannot be read, by its id. */
export function recordedTime(stateFolder: string, run: string): number {
  const path = runPath(stateFolder, run);
  let at = NaN;
  try {
    const fd = openSync(path, 'r');
    try {
      const facts = firstFacts(fd, run, path);
      if (facts !== 'cut') at = Date.parse(facts.at);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Gone, damaged, or of another format.
  }
  return Number.isNaN(at) ? startedAt(run) : at;
}

function summary(
  base: Partial<RunFacts> & { readonly run: string; readonly at: string },
  end: RunEnd | undefined,
): RunSummary {
  if (end === undefined) return { ...base, state: 'unfinished' };
  return { ...base, state: 'finished', end };
}

export const ROWS = ',"rows":[';

/** What the first line says before its rows, which may be many; `cut`: it ends before that. */
function firstFacts(fd: number, run: string, path: string): Facts | 'cut' {
  for (let length = END; ; length *= 16) {
    const bytes = readPart(fd, 0, length);
    const lineEnd = bytes.indexOf(LINE_END);
    const text = bytes.subarray(0, lineEnd === -1 ? bytes.length : lineEnd).toString('utf8');
    const facts = factsOfFirstLine(text, run);
    if (facts !== undefined) return facts;
    if (lineEnd !== -1) {
      const other = otherVersion(parseFields(text) ?? {});
      throw other === undefined ? damagedError(run, 1, path) : otherVersionError(run, other);
    }
    if (bytes.length < length) return 'cut';
  }
}

/**
 * What the beginning of a first line says before the rows; undefined: it does not reach that far.
 *
 * @throws config (2) `journal-version`
 */
export function factsOfFirstLine(text: string, run: string): Facts | undefined {
  // Inside a string the quotes would be escaped; inside another object this does not parse.
  for (let at = text.indexOf(ROWS); at !== -1; at = text.indexOf(ROWS, at + 1)) {
    const fields = parseFields(`${text.slice(0, at)}}`);
    if (fields === undefined) continue;
    const other = otherVersion(fields);
    if (other !== undefined) throw otherVersionError(run, other);
    const facts = toFacts(fields);
    if (facts !== undefined) return facts;
  }
  return undefined;
}

/** How a long file ends, as far as its last line tells; undefined: the whole of it has to be read. */
function lastLine(fd: number, size: number): { readonly end?: RunEnd } | undefined {
  const bytes = readPart(fd, size - END, END);
  const to = bytes.lastIndexOf(LINE_END);
  if (to === -1) return undefined;
  const from = to === 0 ? -1 : bytes.lastIndexOf(LINE_END, to - 1);
  // The line of an end is short: a longer one is of a run that was under way.
  if (from === -1) return {};
  const line = toLine(parseFields(bytes.subarray(from + 1, to).toString('utf8')) ?? {});
  if (line === undefined) return undefined;
  return line.t === 'end' ? { end: line.end } : {};
}
