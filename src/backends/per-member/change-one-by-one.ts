import type { MemberChange } from '../../domain/change.ts';
import type { MemberType } from '../../domain/group.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { interruptedError } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import type { ChangeOptions } from '../change-port.ts';
import { waitForOpposites } from './late-writes.ts';
import type { LookupCache } from './lookup-cache.ts';
import type { MemberStore, RefusalScope } from './member-store.ts';
import { plannedRow } from '../shared/rows.ts';
import { sortChanges } from './sort-changes.ts';
import { Writer } from './writer.ts';

/** A kind of server whose calls write one member each, as the engine needs it. */
interface PerMemberKind {
  readonly clock: Clock;
  /** How many calls may be under way at once. */
  readonly concurrency: number;
  readonly refusals: RefusalScope;
  /** What `resolve` has just read, so that it is not read again. */
  readonly lookups: LookupCache;
  /** The users or the machine identities of the server. */
  readonly storeOf: (type: MemberType) => MemberStore;
}

/** The group that is changed. */
interface ChangedGroup {
  readonly id: string;
  readonly name: string;
  /** Held from before the first read; undefined in a dry run. */
  readonly lock: HeldLock | undefined;
  /** Every member, for a guard that needs all of them. */
  members(): Promise<readonly string[]>;
  /** Called when something is going to be sent, or would be in a dry run. */
  beforeWrite?(): void;
}

/**
 * Changes members one by one: reads who of them is a member, asks the guard, sends what is left and
 * reads it back. Yields the outcome of each change, as it becomes known.
 *
 * @throws ambiguous (2), what the reads, the guard and the first `beforeSend` throw: nothing was sent
 */
export async function* changeOneByOne(
  { clock, concurrency, refusals, lookups: known, storeOf }: PerMemberKind,
  group: ChangedGroup,
  changes: readonly MemberChange[],
  options: ChangeOptions,
): AsyncIterable<readonly MemberOutcome[]> {
  const { id, name, lock } = group;
  try {
    const needsAll = options.needsAllMembers === true;
    if (await waitForOpposites(lock, changes, needsAll)) {
      known.clear();
      // There may be a new member that no change names.
      if (needsAll) options.verifyBase(await group.members(), 'nothing');
    }
    await known.load(id, changes, storeOf);
    const { rows, lanes, todo, present } = sortChanges(
      changes,
      ({ type, member }) => {
        const lookup = known.find(id, type, member);
        const isOther = lookup?.kind === 'one' && lookup.name !== member;
        return isOther && options.exactNames === true ? undefined : lookup;
      },
      ({ type }) => storeOf(type),
    );
    // The write makes it out of date, and for 100,000 members it takes much memory.
    known.clear();
    for (const _ of rows) options.onStep?.(false);
    yield rows;
    if (todo.length === 0) return;
    group.beforeWrite?.();
    const base = needsAll ? await group.members() : present;
    options.verifyBase(base, 'nothing');
    if (lock === undefined) {
      yield todo.map(({ change, user }) => plannedRow(change, user));
      return;
    }
    if (options.signal.aborted) {
      throw interruptedError();
    }
    const context = { groupId: id, groupName: name, clock, concurrency, refusals, options, lock };
    yield* new Writer(context, todo.length).write(lanes);
  } finally {
    known.clear();
  }
}
