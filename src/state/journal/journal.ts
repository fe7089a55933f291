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
import { RunFolder } from './folder.ts';
import { JournalFile } from './journal-file.ts';
import type { Journal } from '../store.ts';
import { packRows } from './pack-plan.ts';
import { RowRanges } from './row-ranges.ts';
import type { CallAnswer, RunEnd } from './record.ts';
import { OutcomeBatch } from './outcome-batch.ts';

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
  readonly #file: JournalFile;
  #closed = false;
  /** Outcomes and intents that come after the lines that the file has got. */
  readonly #batch: OutcomeBatch;
  #intents: { readonly call: string; readonly rows: RowRanges } | undefined;
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
    this.#file = new JournalFile(join(this.#folder.path, `${this.run}.jsonl`), now);
    this.#batch = new OutcomeBatch(header.rows);
    this.#plan(planLine(header, this.run, version, now), header.rows, now);
    this.#file.publish(now);
    this.#folder.noteRun(this.run);
  }

  /** The newest run before this one. */
  get before(): string | undefined {
    return this.#folder.newest;
  }

  /** Why the record is incomplete, if it is: what came after its last whole line is not in it. */
  get failure(): GroupctlError | undefined {
    return this.#file.failure;
  }

  /** @throws config (2) `state-not-writable`: then the call must not be made */
  intent(intent: JournalIntent, now: number): void;
  intent(intent: JournalIntent, now: number, ofMany: boolean): void | Promise<void>;
  intent(intent: JournalIntent, now: number, ofMany = false): void | Promise<void> {
    const { call, changes, before } = intent;
    if (ofMany && changes !== undefined && before === undefined && this.#file.isFast(now)) {
      return this.#intendTogether(call, changes, now);
    }
    this.#line(intentLine(intent, now), now);
    this.#write(now);
    this.#file.assertWhole();
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
      if (this.#file.isWaitingLong) this.#write(now);
      next = this.#batch.take(rows, next);
    }
    if (!this.#file.isFast(now)) this.#write(now);
  }

  /**
   * Closes the file, and removes runs that are too old to keep, unless the clock may be wrong. Calling
   * it again does nothing.
   */
  end(result: Omit<RunEnd, 'at'>, now: number): void {
    if (this.#closed) return;
    this.#line({ t: 'end', at: iso(now), ...result }, now);
    this.#closed = true;
    this.#file.close(now);
    if (this.#mayPrune()) this.#folder.prune(now);
  }

  /** One line, in pieces: of 100,000 rows it may be 12 MB long. */
  #plan(plan: object, rows: readonly MemberChange[], now: number): void {
    this.#file.add(`${JSON.stringify(plan).slice(0, -1)},"rows":[`);
    let before = '';
    for (const row of packRows(rows)) {
      this.#file.add(before + JSON.stringify(row));
      before = ',';
      if (this.#file.isWaitingLong) this.#file.write(now);
    }
    this.#file.add(']}\n');
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
    this.#file.assertWhole();
  }

  #outcomeLine(now: number): void {
    const line = this.#batch.flush(now);
    if (line !== undefined) this.#file.add(lineOf(line));
  }

  /** The outcomes so far, and the intents: those of rows that have no outcome yet. */
  #batchLines(now: number): void {
    this.#outcomeLine(now);
    if (this.#intents === undefined) return;
    const { call, rows } = this.#intents;
    this.#intents = undefined;
    this.#file.add(lineOf({ t: 'intent', at: iso(now), call, rows: rows.ranges }));
  }

  /** What comes after the outcomes and intents so far. */
  #line(record: Line, now: number): void {
    this.#batchLines(now);
    this.#file.add(lineOf(record));
  }

  #write(now: number): void {
    this.#batchLines(now);
    this.#file.write(now);
  }
}
