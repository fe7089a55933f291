import { readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * The files of in-flight marks: `<lock>.in-flight.<id>`, one for each run. A file has slots of equal
 * size, each empty or with one record, so that a mark is one small write. Losing power is not
 * provided for: a server on another machine has long answered when this one is up again.
 */

export const SLOT_BYTES = 512;

/** What a mark says. It holds no names. */
export interface MarkRecord {
  readonly run?: string;
  /** When it was sent last, milliseconds since the epoch. */
  readonly at: number;
  /** The uptime of the machine `host` at that moment, milliseconds. */
  readonly up?: number;
  readonly host?: string | undefined;
  /** Milliseconds after sending in which it may take effect. */
  readonly limit: number;
  /** How often it was sent. */
  readonly sends: number;
  /** A fingerprint of the list that was sent. */
  readonly list?: string;
  readonly op?: 'add' | 'remove';
  /** A key of the member. */
  readonly member?: string;
}

/** A mark, and where it stands. */
export interface StoredMark {
  readonly file: string;
  readonly slot: number;
  readonly record: MarkRecord;
}

/** A file without marks is removed when it is that old: its run may be about to write to it. */
const EMPTY_FOR_MS = 3_600_000;

export function markFile(lock: string, id: string): string {
  return `${lock}.in-flight.${id}`;
}

export function recordBytes(record: MarkRecord | undefined): Buffer {
  const text = record === undefined ? '' : JSON.stringify(record);
  return Buffer.from(`${text.padEnd(SLOT_BYTES - 1)}\n`, 'latin1');
}

/** The marks of a lock, but for those of the run with that id. */
export function readMarks(lock: string, ownId: string): StoredMark[] {
  const prefix = basename(markFile(lock, ''));
  const own = basename(markFile(lock, ownId));
  const folder = dirname(lock);
  const marks: StoredMark[] = [];
  for (const name of namesIn(folder)) {
    if (!name.startsWith(prefix) || name === own) continue;
    const file = join(folder, name);
    const found = marksIn(file);
    if (found.length === 0) removeIfOld(file);
    marks.push(...found);
  }
  return marks;
}

/** Removes a mark of a run that no longer has the lock. */
export function removeMark({ file, slot }: StoredMark): void {
  const left = marksIn(file).filter((mark) => mark.slot !== slot);
  try {
    if (left.length === 0) unlinkSync(file);
    else writeFileSync(file, Buffer.concat(left.map(({ record }) => recordBytes(record))));
  } catch {
    // It ends with its time.
  }
}

function marksIn(file: string): StoredMark[] {
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line, slot) => {
    const record = parse(line);
    return record === undefined ? [] : [{ file, slot, record }];
  });
}

function parse(line: string): MarkRecord | undefined {
  try {
    const record = JSON.parse(line) as Partial<MarkRecord> | null;
    const { at, limit, sends } = record ?? {};
    const isWhole = [at, limit, sends].every((value) => typeof value === 'number');
    return isWhole ? (record as MarkRecord) : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function removeIfOld(file: string): void {
  try {
    if (Date.now() - statSync(file).mtimeMs > EMPTY_FOR_MS) unlinkSync(file);
  } catch {
    // Somebody else removed it.
  }
}
