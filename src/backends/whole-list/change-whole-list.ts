import type { MemberChange } from '../../domain/change.ts';
import type { Accounts } from '../../domain/names.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { interruptedError } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import type { ChangeOptions, ChangeReport } from '../change-port.ts';
import { plannedRow } from '../shared/rows.ts';
import { converge } from './converge.ts';
import type { Base, ListPort } from './list-port.ts';
import { toOutcomes } from './outcomes.ts';
import { sortChanges } from './sort-changes.ts';

export interface WriteTimes {
  readonly clock: Clock;
  /** Milliseconds that a change must stay visible; 0: one read-back. */
  readonly settleMs: number;
  /** Milliseconds after which settling is given up. */
  readonly settleLimitMs: number;
}

/** How these changes of a list are written. */
export interface ListWriter {
  /** The call, in words for the journal: `POST groups/update`. */
  readonly call: string;
  readonly port: ListPort;
  /** Throws where the group cannot be written as it was read last. */
  assertWritable?(): void;
}

/** The group that is changed. */
export interface ChangedList {
  readonly name: string;
  /** Held from before the read of `base`, released here after a write; undefined in a dry run. */
  readonly lock: HeldLock | undefined;
  readonly base: Base;
  /** The accounts that the server lists, where they are known. */
  readonly accounts?: Accounts | undefined;
  /** Called once, with what is left to write. */
  writerFor(todo: readonly MemberChange[]): ListWriter;
  /** Takes the report of the write. */
  onReport(report: ChangeReport): void;
}

/**
 * Changes a list that can only be replaced whole: asks the guard, writes, reads back, settles.
 * Yields first the changes that are in effect already, then the outcome of the rest.
 *
 * @throws ambiguous (2), what the guard and `beforeSend` throw before the first write
 */
export async function* changeWholeList(
  list: ChangedList,
  changes: readonly MemberChange[],
  options: ChangeOptions,
  times: WriteTimes,
): AsyncIterable<readonly MemberOutcome[]> {
  const { already, todo } = sortChanges(changes, list.base.members, list.accounts);
  yield already;
  if (todo.length === 0) return;
  const writer = list.writerFor(todo);
  if (list.lock !== undefined) {
    yield await writeList(list, list.lock, writer, todo, options, times);
    return;
  }
  writer.assertWritable?.();
  options.verifyBase(list.base.members, 'nothing');
  yield todo.map((change) => plannedRow(change));
}

async function writeList(
  list: ChangedList,
  lock: HeldLock,
  writer: ListWriter,
  todo: readonly MemberChange[],
  options: ChangeOptions,
  { clock, settleMs, settleLimitMs }: WriteTimes,
): Promise<MemberOutcome[]> {
  const { name, base: first } = list;
  const { call, port } = writer;
  let memberCount: number | undefined;
  // An intent may be in the journal, even where a shared store did not answer: then there are outcomes too.
  const state = { mayBeRecorded: false, isRewriteWarned: false };
  const counting: ListPort = {
    read: async () => {
      const members = await port.read();
      memberCount = members.length;
      return members;
    },
    write: (members, changes, onSend) => port.write(members, changes, onSend),
    lock: () => port.lock(),
    waitOut: (error) => port.waitOut(error),
  };
  const end = await converge(counting, todo, lock, first, {
    clock,
    settleMs,
    limitMs: settleLimitMs,
    signal: options.signal,
    accounts: list.accounts,
    onListAccepted: () => options.onListAccepted?.(),
    onRewrite() {
      if (state.isRewriteWarned) return;
      state.isRewriteWarned = true;
      options.warn(`${name} does not show the change, or no longer: writing it again.`);
    },
    async beforeWrite(changes, { base, before, write }) {
      writer.assertWritable?.();
      options.verifyBase(base, before);
      state.mayBeRecorded = true;
      await options.beforeSend({ call, changes, before: base, write });
    },
  });
  if (end.reason?.kind === 'interrupted' && !end.sent && !state.mayBeRecorded) {
    throw interruptedError();
  }
  list.onReport({ lateWrite: end.lateWrite, memberCount });
  return toOutcomes(todo, end, name);
}
