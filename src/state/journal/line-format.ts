import { indexOf, type MemberChange } from '../../domain/change.ts';
import type { GuardLimits } from '../../domain/guards.ts';
import type { OutcomeError, OutcomeWord } from '../../domain/outcome.ts';
import type { MarkedWrite } from '../lock/in-flight.ts';
import { rangesOf, type RowRange } from './row-ranges.ts';
import type { RunCall, RunFacts } from './record.ts';

/** What a journal is given to record, and the lines of its file: docs/journal.md. */

/** The version of the format; a reader refuses one that it does not know. */
export const JOURNAL_VERSION = 2;

/** The first line of a run's file: everything the run means to do. */
export interface JournalHeader extends Omit<RunFacts, 'by'> {
  /** What the guards went by, so that a run that goes on goes by the same. */
  readonly guards?: GuardLimits & { readonly protect: readonly string[] };
  readonly rows: readonly MemberChange[];
}

/** What the journal keeps of a call before it is made. */
export interface JournalIntent extends Omit<RunCall, 'at' | 'outcome' | 'error'> {
  /** The rows that it is about. */
  readonly changes?: readonly MemberChange[];
  /** What is about to be marked as in flight: a shared store does so together with the intent. */
  readonly write?: MarkedWrite;
}

/** What became of rows of the plan, as it became of all of them. */
export interface OutcomeLine extends Line {
  readonly t: 'outcome';
  readonly rows: readonly RowRange[];
  readonly outcome: OutcomeWord;
  readonly verified: boolean;
  /** The name that was sent, where the plan has another. */
  readonly member: string | undefined;
  readonly error: Partial<OutcomeError> | undefined;
}

export interface Line {
  readonly t: string;
  readonly at: string;
  readonly [field: string]: unknown;
}

/**
 * The first line, without its rows, which may be many.
 *
 * @param by the version of groupctl
 * @param more facts that only this kind of journal has
 */
export function planLine(
  { rows: _, ...header }: JournalHeader,
  run: string,
  by: string,
  now: number,
  more: object = {},
): object {
  return { t: 'run', v: JOURNAL_VERSION, run, at: iso(now), by, ...more, ...header };
}

/** A call that is about to be made. Its subject is a list of one in the file. */
export function intentLine(intent: JournalIntent, now: number): Line {
  const { call, changes, subject, before, made, role, permissions } = intent;
  const rows = changes && rangesOf(changes.map(indexOf));
  const members = subject === undefined ? undefined : [subject];
  const facts = { call, rows, members, before, made, role, permissions };
  return { t: 'intent', at: iso(now), ...facts };
}

export function lineOf(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}

export function iso(now: number): string {
  return new Date(now).toISOString();
}
