import type { MemberChange } from '../../domain/change.ts';
import type { GuardLimits } from '../../domain/guards.ts';
import type { RowRange } from './row-ranges.ts';
import type { RunFacts } from './record.ts';

/** What a journal is told, and a line of it. */

/** The version of the format; a reader refuses one that it does not know. */
export const JOURNAL_VERSION = 1;

/** The first line of a run's file: everything the run means to do. */
export interface JournalHeader extends Omit<RunFacts, 'by'> {
  /** What the guards went by, so that a run that goes on goes by the same. */
  readonly guards?: GuardLimits & { readonly protect: readonly string[] };
  readonly rows: readonly MemberChange[];
}

export interface JournalIntent {
  readonly call: string;
  /** The rows that it is about. */
  readonly changes?: readonly MemberChange[];
  /** Instead of them, the names that are sent. */
  readonly members?: readonly string[];
  /** The same names as typed, where any of them is another. */
  readonly requested?: readonly string[];
  readonly before?: readonly string[];
}

/** How an intent says whom it is about. */
export type IntentTarget =
  | { readonly rows: readonly RowRange[] }
  | { readonly members: readonly string[]; readonly requested?: readonly string[] };

export interface Line {
  readonly t: string;
}

export function lineOf({ t, ...fields }: Line, at: string): string {
  return `${JSON.stringify({ t, at, ...fields })}\n`;
}

export function iso(now: number): string {
  return new Date(now).toISOString();
}
