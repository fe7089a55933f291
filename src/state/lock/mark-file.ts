import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parsedJson } from '../../domain/parsed-json.ts';

/**
 * The files of in-flight marks: `<lock>.in-flight.<id>`, one for each run. A file has slots of equal
 * size, each empty or with one record, so that a mark is one small write. Losing power is not
 * provided for: a server on another machine has long answered when this one is up again.
 */

export const SLOT_BYTES = 512;

/** What a mark says. It holds no names. */
export interface MarkRecord {
  readonly run?: string | undefined;
  /** When it was sent last, milliseconds since the epoch. */
  readonly at: number;
  /** The uptime of the machine `host` at that moment, milliseconds. */
  readonly up?: number | undefined;
  readonly host?: string | undefined;
  /** Which start of that machine it was. */
  readonly boot?: string | undefined;
  /** Milliseconds after sending in which it may take effect. */
  readonly limit: number;
  /** How often it was sent. */
  readonly sends: number;
  /** A fingerprint of the list that was sent. */
  readonly list?: string | undefined;
  readonly op?: 'add' | 'remove' | undefined;
  /** A key of the member. */
  readonly member?: string | undefined;
}

/** A mark, and where it stands. */
interface StoredMark {
  readonly file: string;
  readonly slot: number;
  readonly record: MarkRecord;
}

export function markFile(lock: string, id: string): string {
  return `${lock}.in-flight.${id}`;
}

const EMPTY = Buffer.from(`${' '.repeat(SLOT_BYTES - 1)}\n`, 'latin1');
const SLOT = Buffer.from(EMPTY);

/** The bytes of a slot, until it is called again. */
export function recordBytes(record: MarkRecord | undefined): Buffer {
  if (record === undefined) return EMPTY;
  const length = SLOT.write(JSON.stringify(record), 0, SLOT_BYTES - 1, 'latin1');
  return SLOT.fill(' ', length, SLOT_BYTES - 1);
}

/** True if any lock of this state folder has marks. */
export function hasMarks(stateFolder: string): boolean {
  return namesIn(join(stateFolder, 'locks')).some((name) => name.includes(markFile('', '')));
}

/** The marks of a lock, but for those of the run with that id. */
export function readMarks(lock: string, ownId: string): StoredMark[] {
  const prefix = basename(markFile(lock, ''));
  const own = basename(markFile(lock, ownId));
  const folder = dirname(lock);
  return namesIn(folder)
    .filter((name) => name.startsWith(prefix) && name !== own)
    .flatMap((name) => marksInFile(join(folder, name)));
}

/**
 * Removes a mark of a run that does not have the lock. The other marks of that run keep their place:
 * it may have the lock again later, and then writes its file again.
 */
export function removeMark({ file, slot }: StoredMark): void {
  try {
    const fd = openSync(file, constants.O_WRONLY | NO_SURPRISES);
    try {
      writeSync(fd, recordBytes(undefined), 0, SLOT_BYTES, slot * SLOT_BYTES);
    } finally {
      closeSync(fd);
    }
    if (marksInFile(file).length === 0) unlinkSync(file);
  } catch {
    // It ends with its time.
  }
}

/** A link is not followed, and a pipe is not waited for. Windows lacks both; `|` takes that for 0. */
const NO_SURPRISES = constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** More slots than a run can have calls under way. */
const MOST_BYTES = 128 * SLOT_BYTES;

function marksInFile(file: string): StoredMark[] {
  const { text, changedAt } = contentOf(file);
  return text.split('\n').flatMap((line, slot) => {
    const record = line.trim() === '' ? undefined : parse(line, changedAt);
    return record === undefined ? [] : [{ file, slot, record }];
  });
}

function contentOf(file: string): { text: string; changedAt: number } {
  try {
    const fd = openSync(file, constants.O_RDONLY | NO_SURPRISES);
    try {
      const stats = fstatSync(fd);
      const bytes = Buffer.alloc(stats.isFile() ? Math.min(stats.size, MOST_BYTES) : 0);
      const length = bytes.length === 0 ? 0 : readSync(fd, bytes, 0, bytes.length, 0);
      return { text: bytes.toString('latin1', 0, length), changedAt: stats.mtimeMs };
    } finally {
      closeSync(fd);
    }
  } catch {
    return { text: '', changedAt: 0 };
  }
}

/** What a damaged mark says: something was sent when the file was written last. */
const UNKNOWN_LIMIT_MS = 105_000;
/** No attempt has a longer time limit. */
const LONGEST_LIMIT_MS = 86_400_000;

function parse(line: string, changedAt: number): MarkRecord {
  const record = parsedJson(line) as MarkRecord | null | undefined;
  const numbers = [record?.at, record?.limit, record?.sends];
  if (record && numbers.every((value) => typeof value === 'number')) {
    return { ...record, limit: Math.min(record.limit, LONGEST_LIMIT_MS) };
  }
  // Half of a record, or none.
  return { at: changedAt, limit: UNKNOWN_LIMIT_MS, sends: 2 };
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
