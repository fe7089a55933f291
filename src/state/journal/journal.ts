import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { indexOf, type MemberChange } from '../../domain/change.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { GroupctlError } from '../../errors.ts';
import {
  intentLine,
  iso,
  type JournalHeader,
  type JournalIntent,
  type Line,
  lineOf,
  planLine,
} from './line-format.ts';
import { PART } from './files.ts';
import { RunFolder } from './folder.ts';
import type { Journal } from '../store.ts';
import { packRows } from './pack-plan.ts';
import { RowRanges } from './row-ranges.ts';
import type { CallAnswer, RunEnd } from './record.ts';
import { OutcomeBatch } from './outcome-batch.ts';
import { stateNotWritableError } from '../folder.ts';
import { writeAll } from './write-all.ts';

/** With more writes than so many within that time, outcomes wait for each other, up to a length. */
const WRITES = 16;
const WITHIN_MS = 100;
const TOGETHER_CHARS = 65_536;
const FLUSH_MS = 1000;

/**
 * One run in `runs/<ulid>.jsonl` (0600 in 0700): header, then the intent before each call and the
 * outcome after it. An intent is written before it is acted on, so it outlives a killed process.
 * Outcomes that come fast are written together: a killed process leaves the last of them in doubt.
 * The file is flushed to disk at the start, each second and at the end; it is there with its whole
 * plan or not at all. Where it can take no more (a full disk), no call is made that it does not hold.
 */
export class FileJournal implements Journal {
  readonly run: string;
  readonly #folder: RunFolder;
  readonly #mayPrune: () => boolean;
  readonly #fd: number;
  readonly #path: string;
  #flushedAt: number;
  #closed = false;
  /** How long the file is with the last line that is whole. */
  #size = 0;
  #failure: GroupctlError | undefined;
  /** Lines that are not in the file yet, and the outcomes and intents that come after them. */
  #waiting = '';
  readonly #batch: OutcomeBatch;
  #intents: { readonly call: string; readonly rows: RowRanges } | undefined;
  /** Since when writes are counted, and how many there were. */
  #countedAt = 0;
  #writes = 0;
  /** The write that intents wait for. */
  #together: Promise<void> | undefined;

  /**
   * @param mayPrune asked at the end: true if the clock of this machine is known to be right
   * @throws config (2) `state-not-writable`
   */
  constructor(
    stateFolder: string,
    header: JournalHeader,
    version: string,
    now: number,
    mayPrune = (): boolean => false,
  ) {
    this.#folder = new RunFolder(stateFolder);
    this.#mayPrune = mayPrune;
    this.run = this.#folder.newId(now);
    this.#path = join(this.#folder.path, `${this.run}.jsonl`);
    this.#flushedAt = now;
    const part = `${this.#path}${PART}`;
    try {
      this.#fd = openSync(part, 'ax', 0o600);
    } catch (error) {
      throw stateNotWritableError(this.#path, error);
    }
    this.#batch = new OutcomeBatch(header.rows);
    try {
      this.#plan(planLine(header, this.run, version, now), header.rows, now);
      this.#flush(now);
      if (this.#failure !== undefined) throw this.#failure;
      renameSync(part, this.#path);
      this.#folder.noteRun(this.run);
    } catch (error) {
      closeSync(this.#fd);
      unlinkSync(part);
      throw this.#failure ?? stateNotWritableError(this.#path, error);
    }
  }

  /** The newest run before this one. */
  get before(): string | undefined {
    return this.#folder.newest;
  }

  /** Why the record is incomplete, if it is: what came after its last whole line is not in it. */
  get failure(): GroupctlError | undefined {
    return this.#failure;
  }

  /** @throws config (2) `state-not-writable`: then the call must not be made */
  intent(intent: JournalIntent, now: number): void;
  intent(intent: JournalIntent, now: number, ofMany: boolean): void | Promise<void>;
  intent(intent: JournalIntent, now: number, ofMany = false): void | Promise<void> {
    const { call, changes, before } = intent;
    if (ofMany && changes !== undefined && before === undefined && this.#isFast(now)) {
      return this.#intendTogether(call, changes, now);
    }
    this.#line(intentLine(intent, now), now);
    this.#write(now);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** What the server answered to the last call, where no outcome of a row says so. */
  answered(result: CallAnswer, now: number): void {
    this.#line({ t: 'answer', at: iso(now), ...result }, now);
    this.#write(now);
  }

  outcomes(rows: readonly MemberOutcome[], now: number): void {
    let next = this.#batch.take(rows, 0);
    while (next < rows.length) {
      this.#outcomeLine(now);
      if (this.#waiting.length >= TOGETHER_CHARS) this.#write(now);
      next = this.#batch.take(rows, next);
    }
    if (!this.#isFast(now)) this.#write(now);
  }

  /**
   * Closes the file, and removes runs that are too old to keep, unless the clock may be wrong. Calling
   * it again does nothing.
   */
  end(result: Omit<RunEnd, 'at'>, now: number): void {
    if (this.#closed) return;
    this.#line({ t: 'end', at: iso(now), ...result }, now);
    this.#flush(now);
    this.#closed = true;
    try {
      closeSync(this.#fd);
    } catch (error) {
      // A network file system may say only here that it could not keep what was written.
      this.#failure ??= stateNotWritableError(this.#path, error);
    }
    if (this.#mayPrune()) this.#folder.prune(now);
  }

  /** One line, in pieces: of 100,000 rows it may be 12 MB long. */
  #plan(plan: object, rows: readonly MemberChange[], now: number): void {
    this.#waiting = `${JSON.stringify(plan).slice(0, -1)},"rows":[`;
    let before = '';
    for (const row of packRows(rows)) {
      this.#waiting += before + JSON.stringify(row);
      before = ',';
      if (this.#waiting.length >= TOGETHER_CHARS) this.#write(now);
    }
    this.#waiting += ']}\n';
  }

  #isFast(now: number): boolean {
    return this.#writes >= WRITES && now - this.#countedAt < WITHIN_MS;
  }

  /** The intents that come up while the answers at hand are read are one line. */
  async #intendTogether(
    call: string,
    changes: readonly MemberChange[],
    now: number,
  ): Promise<void> {
    if (this.#intents !== undefined && this.#intents.call !== call) this.#batchLines(now);
    this.#intents ??= { call, rows: new RowRanges() };
    for (const change of changes) this.#intents.rows.add(indexOf(change));
    this.#together ??= new Promise((resolve) => {
      setImmediate(() => {
        this.#together = undefined;
        this.#write(now);
        resolve();
      });
    });
    await this.#together;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #outcomeLine(now: number): void {
    const line = this.#batch.flush(now);
    if (line !== undefined) this.#waiting += lineOf(line);
  }

  /** The outcomes so far, and the intents: those of rows that have no outcome yet. */
  #batchLines(now: number): void {
    this.#outcomeLine(now);
    if (this.#intents === undefined) return;
    const { call, rows } = this.#intents;
    this.#intents = undefined;
    this.#waiting += lineOf({ t: 'intent', at: iso(now), call, rows: rows.ranges });
  }

  /** What comes after the outcomes and intents so far. */
  #line(record: Line, now: number): void {
    this.#batchLines(now);
    this.#waiting += lineOf(record);
  }

  #write(now: number): void {
    this.#batchLines(now);
    if (this.#failure !== undefined) this.#waiting = '';
    if (this.#waiting === '') return;
    if (now - this.#countedAt >= WITHIN_MS) {
      this.#countedAt = now;
      this.#writes = 0;
    }
    this.#writes++;
    try {
      this.#size += writeAll(this.#fd, this.#waiting);
    } catch (error) {
      this.#fail(error);
    }
    this.#waiting = '';
    if (now - this.#flushedAt >= FLUSH_MS) this.#flush(now);
  }

  /** A line that is not whole would spoil those after it, so there are none. */
  #fail(error: unknown): void {
    this.#failure = stateNotWritableError(this.#path, error);
    try {
      ftruncateSync(this.#fd, this.#size);
    } catch {
      // Half a line at the end reads back as such.
    }
  }

  #flush(now: number): void {
    this.#flushedAt = now;
    this.#write(now);
    try {
      fsyncSync(this.#fd);
    } catch (error) {
      this.#failure ??= stateNotWritableError(this.#path, error);
    }
  }
}
