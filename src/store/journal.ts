import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { ulid } from 'ulid';
import type { MemberChange } from '../domain/change.ts';
import type { Group } from '../domain/group.ts';
import type { MemberOutcome, OutcomeSummary } from '../domain/outcome.ts';
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
  readonly rows: readonly MemberChange[];
}

export interface JournalIntent {
  readonly call: string;
  /** Names of the rows, as {@link MemberChange.member}. */
  readonly members?: readonly string[];
  readonly before?: readonly string[];
}

/**
 * One run in `runs/<ulid>.jsonl` (0600 in 0700): header, then the intent before each call and the
 * outcome after it. Lines are written at once, so they outlive a killed process; they are flushed
 * to disk at the start, each second and at the end.
 */
export class Journal {
  readonly run: string;
  readonly #fd: number;
  readonly #path: string;
  #flushedAt: number;
  #closed = false;

  /** @throws config (2) `state-not-writable` */
  constructor(stateFolder: string, header: JournalHeader, version: string, now: number) {
    const folder = join(stateFolder, 'runs');
    ensureStateFolder(stateFolder);
    ensureStateFolder(folder);
    this.run = ulid(now, randomFraction);
    this.#path = join(folder, `${this.run}.jsonl`);
    this.#flushedAt = now;
    try {
      this.#fd = openSync(this.#path, 'ax', 0o600);
    } catch (error) {
      throw stateNotWritable(this.#path, error);
    }
    const { rows, ...rest } = header;
    this.#line({
      t: 'run',
      v: JOURNAL_VERSION,
      run: this.run,
      at: iso(now),
      by: version,
      ...rest,
      rows,
    });
    this.#flush(now);
  }

  intent(intent: JournalIntent, now: number): void {
    this.#line({ t: 'intent', at: iso(now), ...intent });
    this.#flushIfDue(now);
  }

  outcome(row: MemberOutcome, now: number): void {
    const { error, ...rest } = row;
    if (error === undefined) this.#line({ t: 'outcome', at: iso(now), ...rest });
    else {
      // The server's text may be long and may say anything; the sentence and the codes are enough.
      const { body: _, hint: __, ...kept } = error;
      this.#line({ t: 'outcome', at: iso(now), ...rest, error: kept });
    }
    this.#flushIfDue(now);
  }

  /** Closes the file. Calling it again does nothing. */
  end(result: { exit: number; summary?: OutcomeSummary; error?: string }, now: number): void {
    if (this.#closed) return;
    this.#line({ t: 'end', at: iso(now), ...result });
    this.#flush(now);
    this.#closed = true;
    closeSync(this.#fd);
  }

  #line(record: object): void {
    try {
      writeSync(this.#fd, `${JSON.stringify(record)}\n`);
    } catch (error) {
      throw stateNotWritable(this.#path, error);
    }
  }

  #flushIfDue(now: number): void {
    if (now - this.#flushedAt >= 1000) this.#flush(now);
  }

  #flush(now: number): void {
    fsyncSync(this.#fd);
    this.#flushedAt = now;
  }
}

function iso(now: number): string {
  return new Date(now).toISOString();
}

function randomFraction(): number {
  return randomBytes(4).readUInt32LE() / 0x1_0000_0000;
}
