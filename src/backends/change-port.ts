import type { MemberChange } from '../domain/change.ts';
import type { MemberOutcome } from '../domain/outcome.ts';
import type { JournalIntent } from '../state/journal/line-format.ts';

/** What a run gives to changes of members, and what it gets from them: all that an engine needs of the port. */

/** What may have been written before this write: it is made again, or another one was overwritten. */
export type Written = 'nothing' | 'sent';

export interface ChangeOptions {
  readonly dryRun: boolean;
  /** Aborted by an interrupt: no new calls; the write under way is finished and read back. */
  readonly signal: AbortSignal;
  /** Called with what is about to be sent, before it is sent: the journal's intent. */
  beforeSend(intent: WriteIntent): Promise<void>;
  /** Called with the very members the write is merged into; when it throws, nothing is sent. */
  verifyBase(members: readonly string[], before: Written): void;
  /**
   * `verifyBase` needs every member: a per-member backend then reads the whole list, or fails.
   * Without it, such a backend passes those of the names that are members.
   */
  readonly needsAllMembers?: boolean;
  /** The names are from a record: another spelling is another account, where the server tells them apart. */
  readonly exactNames?: boolean;
  /** The names are from a record: where accounts are listed, one in another Unicode form is somebody else. */
  readonly namesOnRecord?: boolean;
  /** False: what was written is not read back (`--no-verify`). */
  readonly verify?: boolean;
  /** Shows a warning; the run continues. */
  warn(message: string): void;
  /**
   * A per-member backend calls it for each change, as soon as it was sent and answered or needs no
   * call (`sent` is false): the row may come much later, when many are read back together.
   */
  onStep?(sent: boolean): void;
  /** A per-member backend calls it when the server took a change that is read back only later. */
  onRowAccepted?(row: MemberOutcome): void;
  /** A whole-list backend calls it when the server took the last write, before it is read back. */
  onListAccepted?(): void;
}

/** What is about to be sent, with the rows that it changes. */
export interface WriteIntent extends JournalIntent {
  readonly changes: readonly MemberChange[];
}

/** What is reported about a run as a whole, besides its outcomes. */
export interface ChangeReport {
  readonly lateWrite: boolean;
  /** How many members the group had at the last read after the write, if there was one. */
  readonly memberCount?: number | undefined;
}
