import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { MemberChange } from '../domain/change.ts';
import type { Group } from '../domain/group.ts';
import type { GuardLimits } from '../domain/guards.ts';
import type { MemberOutcome, OutcomeSummary } from '../domain/outcome.ts';
import { pruneOldRuns } from './run-age.ts';
import { ensureStateFolder, stateNotWritable } from './state-folder.ts';

/** The version of the format; a reader refuses one that it does not know. */
export const JOURNAL_VERSION = 1;

/** The first line of a run's file: everything the run means to do. */
export interface JournalHeader {
  /** The source's name, or its URL when it has none. */
  readonly source: string;
  readonly kind: string;
  readonly url?: string;
  readonly group: Pick<Group, 'name' | 'id' | 'slug'>;
  /** The command's words, never its arguments. */
  readonly command: string;
  /** The run that this one takes back. */
  readonly undoes?: string;
  /** The run that this one goes on with. */
  readonly resumes?: string;
  /** What the guards went by, so that a run that goes on goes by the same. */
  readonly guards?: GuardLimits & { readonly protect: readonly string[] };
  readonly rows: readonly MemberChange[];
}

export interface JournalIntent {
  readonly call: string;
  /** Names of the rows, as {@link MemberChange.member}. */
  readonly members?: readonly string[];
  /** The same names as typed, where any of them is another. */
  readonly requested?: readonly string[];
  readonly before?: readonly string[];
}

/** With more writes than so many within that time, outcomes wait for each other, up to a length. */
const WRITES = 16;
const WITHIN_MS = 100;
const TOGETHER_CHARS = 65_536;
/** How many rows of a plan are written at once. */
const ROWS = 1000;

/**
 * One run in `runs/<ulid>.jsonl` (0600 in 0700): header, then the intent before each call and the
 * outcome after it. An intent is written before it is acted on, so it outlives a killed process.
 * Outcomes that come fast are written together: a killed process leaves the last of them in doubt.
 * The file is flushed to disk at the start, each second and at the end.
 */
export class Journal {
  readonly run: string;
  readonly #stateFolder: string;
  readonly #fd: number;
  readonly #path: string;
  #flushedAt: number;
  #closed = false;
  /** Lines that are not in the file yet. */
  #waiting = '';
  /** Since when writes are counted, and how many there were. */
  #countedAt = 0;
  #writes = 0;
  #iso: { readonly at: number; readonly text: string } = { at: 0, text: iso(0) };

  /** @throws config (2) `state-not-writable` */
  constructor(stateFolder: string, header: JournalHeader, version: string, now: number) {
    const folder = join(stateFolder, 'runs');
    ensureStateFolder(stateFolder);
    ensureStateFolder(folder);
    this.#stateFolder = stateFolder;
    this.run = ulid(now, randomFraction);
    this.#path = join(folder, `${this.run}.jsonl`);
    this.#flushedAt = now;
    try {
      this.#fd = openSync(this.#path, 'ax', 0o600);
    } catch (error) {
      throw stateNotWritable(this.#path, error);
    }
    const { rows, ...rest } = header;
    const plan = {
      t: 'run',
      v: JOURNAL_VERSION,
      run: this.run,
      at: iso(now),
      by: version,
      ...rest,
    };
    this.#plan(plan, rows, now);
    this.#flush(now);
  }

  intent(intent: JournalIntent, now: number): void {
    this.#line({ t: 'intent', at: this.#time(now), ...intent });
    this.#write(now);
    this.#flushIfDue(now);
  }

  outcome(row: MemberOutcome, now: number): void {
    const { error } = row;
    // Most rows have none, and there may be 100,000 of them.
    if (error === undefined) this.#outcomeLine(row, now);
    else {
      const { error: ___, ...rest } = row;
      // The server's text may be long and may say anything; the sentence and the codes are enough.
      const { body: _, hint: __, ...kept } = error;
      this.#line({ t: 'outcome', at: this.#time(now), ...rest, error: kept });
    }
    const isFast = this.#writes >= WRITES && now - this.#countedAt < WITHIN_MS;
    if (!isFast || this.#waiting.length >= TOGETHER_CHARS) this.#write(now);
    this.#flushIfDue(now);
  }

  /** Closes the file, and removes runs that are too old to keep. Calling it again does nothing. */
  end(result: { exit: number; summary?: OutcomeSummary; error?: string }, now: number): void {
    if (this.#closed) return;
    this.#line({ t: 'end', at: iso(now), ...result });
    this.#flush(now);
    this.#closed = true;
    closeSync(this.#fd);
    pruneOldRuns(this.#stateFolder, now);
  }

  /** One line, in pieces: of 100,000 rows it is 12 MB long. */
  #plan(plan: object, rows: readonly MemberChange[], now: number): void {
    this.#waiting = `${JSON.stringify(plan).slice(0, -1)},"rows":[`;
    for (let from = 0; from < rows.length; from += ROWS) {
      const part = rows.slice(from, from + ROWS).map((row) => JSON.stringify(row));
      this.#waiting += `${from === 0 ? '' : ','}${part.join(',')}`;
      this.#write(now);
    }
    this.#waiting += ']}\n';
  }

  #outcomeLine(row: MemberOutcome, now: number): void {
    this.#waiting += `{"t":"outcome","at":"${this.#time(now)}",${JSON.stringify(row).slice(1)}\n`;
  }

  #line(record: object): void {
    this.#waiting += `${JSON.stringify(record)}\n`;
  }

  #write(now: number): void {
    if (this.#waiting === '') return;
    if (now - this.#countedAt >= WITHIN_MS) {
      this.#countedAt = now;
      this.#writes = 0;
    }
    this.#writes++;
    try {
      writeAll(this.#fd, this.#waiting);
    } catch (error) {
      throw stateNotWritable(this.#path, error);
    }
    this.#waiting = '';
  }

  /** Many lines are of the same millisecond. */
  #time(now: number): string {
    if (this.#iso.at !== now) this.#iso = { at: now, text: iso(now) };
    return this.#iso.text;
  }

  #flushIfDue(now: number): void {
    if (now - this.#flushedAt >= 1000) this.#flush(now);
  }

  #flush(now: number): void {
    this.#write(now);
    fsyncSync(this.#fd);
    this.#flushedAt = now;
  }
}

/** A disk that is nearly full takes a part of it, and says no only to the next part. */
function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
}

function iso(now: number): string {
  return new Date(now).toISOString();
}

function randomFraction(): number {
  return randomBytes(4).readUInt32LE() / 0x1_0000_0000;
}
