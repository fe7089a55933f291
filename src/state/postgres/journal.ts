import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defined } from '../../domain/defined.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { type GroupctlError, reworded } from '../../errors.ts';
import { ensureStateFolder } from '../folder.ts';
import { runPath } from '../journal/files.ts';
import {
  intentLine,
  iso,
  type JournalHeader,
  type JournalIntent,
  type Line,
  planLine,
} from '../journal/line-format.ts';
import { OutcomeBatch } from '../journal/outcome-batch.ts';
import { packRows } from '../journal/pack-plan.ts';
import type { CallAnswer, RunEnd } from '../journal/record.ts';
import type { Journal } from '../store.ts';
import type { Actor } from './actor.ts';
import type { StoredRun } from './pending-lines.ts';
import type { Recorder } from './recorder.ts';
import { sentences } from '../../domain/sentences.ts';

interface RunToRecord {
  readonly id: string;
  readonly header: JournalHeader;
  readonly actor: Actor;
  readonly version: string;
  readonly now: number;
  /** The newest run before it. */
  readonly before: string | undefined;
  /** Called once it is on record. */
  readonly onRecord: ((run: string) => void) | undefined;
  /** Where the lines go that the store does not take. */
  readonly stateFolder: () => Promise<string>;
}

/**
 * One run in a shared store, its lines as rows. The plan is stored together with the first intent, so
 * a run that sent something is on record with its whole plan.
 */
export class PostgresJournal implements Journal {
  readonly before: string | undefined;
  readonly #recorder: Recorder;
  readonly #facts: RunToRecord;
  readonly #row: StoredRun;
  readonly #batch: OutcomeBatch;
  #failure: GroupctlError | undefined;
  /** The intent that was stored last. */
  #lastIntent: string | undefined;
  /** An intent was stored, or one was not. */
  #intent: 'stored' | 'failed' | undefined;
  #isOver = false;

  constructor(recorder: Recorder, run: RunToRecord) {
    const { id, header, actor } = run;
    this.before = run.before;
    this.#recorder = recorder;
    this.#facts = run;
    this.#row = { id, server: header.url ?? '', group: header.group.name, by: actor.text };
    this.#batch = new OutcomeBatch(header.rows);
    recorder.append(this.#row, this.#planLine());
  }

  /** Undefined where the first intent was not stored: nothing was sent, and there may be no record. */
  get run(): string | undefined {
    return this.#intent === 'failed' ? undefined : this.#row.id;
  }

  get failure(): GroupctlError | undefined {
    return this.#failure;
  }

  async intent(intent: JournalIntent, now: number): Promise<void> {
    this.#flushBatch(now);
    const body = bodyOf(intentLine(intent, now));
    try {
      await this.#recorder.intent({ run: this.#row, body }, intent.write);
      if (this.#intent !== 'stored') this.#facts.onRecord?.(this.#row.id);
      this.#intent = 'stored';
      this.#lastIntent = body;
    } catch (error) {
      this.#intent ??= 'failed';
      throw error;
    }
  }

  answered(result: CallAnswer, now: number): void {
    this.#line({ t: 'answer', at: iso(now), ...result }, now);
    this.#recorder.startSoon();
  }

  outcomes(rows: readonly MemberOutcome[], now: number): void {
    let next = this.#batch.take(rows, 0);
    while (next < rows.length) {
      this.#flushBatch(now);
      next = this.#batch.take(rows, next);
    }
    this.#flushBatch(now);
    // Before the first intent nothing has been sent, and the first intent brings these along.
    if (this.#intent === 'stored') this.#recorder.startSoon();
  }

  async end(result: Omit<RunEnd, 'at'>, now: number): Promise<void> {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#flushBatch(now);
    this.#recorder.append(this.#row, bodyOf({ t: 'end', at: iso(now), ...result }), true);
    await this.#recorder.flush();
    const missing = this.#recorder.takeMissing(this.#row);
    // Of a run that sent nothing there is nothing to keep.
    if (missing.length === 0 || this.#intent === 'failed') return;
    const { failure } = this.#recorder;
    if (failure !== undefined) this.#failure = await this.#keepHere(missing, failure);
  }

  #line(record: Line, now: number): void {
    this.#flushBatch(now);
    this.#recorder.append(this.#row, bodyOf(record));
  }

  #flushBatch(now: number): void {
    const line = this.#batch.flush(now);
    if (line !== undefined) this.#recorder.append(this.#row, bodyOf(line));
  }

  #planLine(): string {
    const { header, actor, version, now } = this.#facts;
    const { user, host, job, jobUrl } = actor;
    const who = { user, host, ...defined({ job, jobUrl }) };
    const plan = planLine(header, this.#row.id, version, now, { who });
    return JSON.stringify({ ...plan, rows: [...packRows(header.rows)] });
  }

  /** Writes what the store did not take to the state folder, as a journal of its own. */
  async #keepHere(missing: readonly string[], failure: GroupctlError): Promise<GroupctlError> {
    const plan = this.#planLine();
    // An answer is about the intent before it.
    const before = [plan, ...(this.#lastIntent === undefined ? [] : [this.#lastIntent])];
    const lines = [...before.filter((line) => !missing.includes(line)), ...missing];
    try {
      const folder = await this.#facts.stateFolder();
      ensureStateFolder(folder);
      ensureStateFolder(join(folder, 'runs'));
      const path = runPath(folder, this.#row.id);
      writeFileSync(path, lines.map((line) => `${line}\n`).join(''), { flag: 'wx', mode: 0o600 });
      const message = sentences(
        failure.message,
        `The rest of the record is in ${path}. Add it later with: groupctl store import`,
      );
      return reworded(failure, { message });
    } catch {
      return reworded(failure, {
        message: sentences(
          failure.message,
          'The rest of the record could not be written to the state folder either.',
        ),
      });
    }
  }
}

/** A run without a record (`--no-journal`): its intents still show that the lock is its own. */
export function unrecorded(recorder: Recorder): Journal {
  return {
    run: undefined,
    before: undefined,
    failure: undefined,
    intent: ({ write }) => recorder.intent(undefined, write),
    answered: () => undefined,
    outcomes: () => undefined,
    end: () => undefined,
  };
}

/** A line without its end. */
function bodyOf(line: Line): string {
  return JSON.stringify(line);
}
