import { defined } from '../../domain/defined.ts';
import { damagedError, otherVersionError } from './damage.ts';
import { otherVersion, parseFields, type RunHeader, toHeader, toLine } from './parse-line.ts';
import type { RunCall, RunEnd, RunRecord } from './record.ts';
import { RunRows } from './replay-rows.ts';

/** Puts a run together from the lines of its journal, wherever they are stored. */
export class RunReading {
  readonly #run: string;
  readonly #place: string;
  readonly #calls: RunCall[] = [];
  #header: RunHeader | undefined;
  #rows = new RunRows([]);
  #end: RunEnd | undefined;

  /** @param place where the lines are, for messages */
  constructor(run: string, place: string) {
    this.#run = run;
    this.#place = place;
  }

  /**
   * Takes the next line.
   *
   * @param text undefined where it is not UTF-8
   * @param number from 1
   * @throws config (2) `journal-version`, `journal-damaged`
   */
  take(text: string | undefined, number: number): void {
    const fields = parseFields(text);
    const isRead =
      fields !== undefined && (this.#header ? this.#line(fields) : this.#first(fields));
    if (!isRead) throw damagedError(this.#run, number, this.#place);
  }

  /** @param cutShort the lines end in the middle of one */
  result(cutShort: boolean): RunRecord {
    const run = this.#run;
    // The whole first line is on the disk before a record has its name.
    if (this.#header === undefined) throw damagedError(run, 1, this.#place);
    const { rows: _, all, ...facts } = this.#header;
    return {
      run,
      ...facts,
      cutShort,
      rows: this.#rows.result(),
      calls: this.#calls,
      ...defined({ end: this.#end }),
      header: all,
    };
  }

  #first(fields: Readonly<Record<string, unknown>>): boolean {
    const other = otherVersion(fields);
    if (other !== undefined) throw otherVersionError(this.#run, other);
    this.#header = toHeader(fields);
    this.#rows = new RunRows(this.#header?.rows ?? []);
    return this.#header !== undefined;
  }

  /** @returns false if the line is damaged */
  #line(fields: Readonly<Record<string, unknown>>): boolean {
    const line = toLine(fields);
    switch (line?.t) {
      case undefined:
        return false;
      case 'intent':
        this.#calls.push(line.call);
        return this.#rows.intent(line.rows);
      case 'outcome':
        return this.#rows.outcome(line.rows, line.outcome);
      case 'answer': {
        const call = this.#calls.pop();
        if (call === undefined) return false;
        const { outcome, error, made } = line;
        this.#calls.push({ ...call, outcome, ...defined({ error, made }) });
        if (outcome === 'done') this.#rows.accepted();
        return true;
      }
      case 'end':
        this.#end = line.end;
        return true;
      case 'other':
        return true;
    }
  }
}
