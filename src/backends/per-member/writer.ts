import type { LaneContext } from './lane-context.ts';
import type { MemberChange } from '../../domain/change.ts';
import { type MemberOutcome, isDone } from '../../domain/outcome.ts';
import type { GroupctlError } from '../../errors.ts';
import { lockLostError } from '../../state/lock/held-lock.ts';
import { deliver, type Delivery } from './deliver.ts';
import type { DeliverOptions } from './deliver-options.ts';
import { AsyncQueue } from './async-queue.ts';
import { forEachAtOnce } from '../shared/at-once.ts';
import { ReadBack } from './late-read-back.ts';
import { alreadyRow } from '../shared/rows.ts';
import { interruptedRow, notSentRow } from './outcome-rows.ts';
import type { MemberStore } from './member-store.ts';
import type { Todo } from './sort-changes.ts';

/**
 * Up to as many rows are read back each after its call; more wait and are read back together, when
 * there are so many and it is so long since the last time. Each time reads the whole list.
 */
const FEW = 8;
const TOGETHER = 500;
const LOCK_EVERY_MS = 1000;
/** Failures of one kind, one after the other, before the rest is not sent. */
const IN_A_ROW = 3;

/** Sends changes, a bounded number at once and never two for one member, and reads them back. */
export class Writer {
  readonly #context: LaneContext;
  readonly #rows = new AsyncQueue<MemberOutcome>();
  readonly #readBack: ReadBack;
  readonly #hasFewRows: boolean;
  readonly #delivering: DeliverOptions;
  #lockSeenAt = 0;
  /** Why nothing more is sent: at all, or of one kind. */
  readonly #stops = new Map<Kind | 'all', GroupctlError>();
  readonly #stopsInARow = new Map<Kind | 'all', number>();
  /** An intent was kept. */
  #recorded = false;
  /** Why the first intent could not be recorded: the run ends with it. */
  #fatal: unknown;
  /** True when no more rows are read, or none will come. */
  #stopReading = false;

  constructor(context: LaneContext, count: number) {
    this.#context = context;
    this.#hasFewRows = count <= FEW;
    this.#readBack = new ReadBack(context, (row) => this.#rows.put(row));
    const { groupId, groupName, clock, refusals, lock, options } = context;
    this.#delivering = {
      groupId,
      groupName,
      clock,
      refusals,
      signal: options.signal,
      beforeSend: async (intent) => {
        await options.beforeSend(intent);
        this.#recorded = true;
      },
      mark: (write) => lock.mark(write),
      intentFailed: (error) => {
        // Once a call may have been made, every row has an outcome.
        if (this.#recorded) return;
        this.#fatal = error;
        this.#stopReading = true;
      },
    };
  }

  /** The outcome of every change, as it becomes known. */
  write(lanes: readonly (readonly Todo[])[]): AsyncIterable<readonly MemberOutcome[]> {
    return { [Symbol.asyncIterator]: () => this.#start(lanes) };
  }

  #start(lanes: readonly (readonly Todo[])[]): AsyncIterator<readonly MemberOutcome[], undefined> {
    const work = this.#work(lanes).finally(() => this.#rows.end());
    // Its failure is thrown at the end, after the rows that were made before it.
    work.catch(() => undefined);
    const rows = this.#rows;
    const finish = async (): Promise<IteratorResult<readonly MemberOutcome[], undefined>> => {
      this.#stopReading = true;
      await work;
      return { value: undefined, done: true };
    };
    return {
      next: () => rows.next().then((some) => (some.done === true ? finish() : some)),
      return: async () => {
        this.#stopReading = true;
        await work.catch(() => undefined);
        return { value: undefined, done: true };
      },
    };
  }

  async #work(lanes: readonly (readonly Todo[])[]): Promise<void> {
    const { concurrency } = this.#context;
    try {
      await forEachAtOnce(lanes, concurrency, (lane) => this.#lane(lane));
    } catch (error) {
      this.#readBack.giveUp();
      throw error;
    }
    await this.#readBack.flush();
  }

  async #lane(lane: readonly Todo[]): Promise<void> {
    let last: MemberOutcome | undefined;
    for (const { change, store, user } of lane) {
      if (this.#stopReading) return;
      // The same member in two spellings: both have the same outcome.
      if (last !== undefined && last.op === change.op) {
        this.#context.options.onStep?.(false);
        const isInEffect = isDone(last.outcome);
        this.#rows.put(
          isInEffect ? alreadyRow(change, last.verified, last.user) : { ...last, ...change },
        );
        continue;
      }
      const { row, pending } = await this.#one(change, store);
      if (this.#fatal !== undefined && !pending) throw this.#fatal as Error;
      // The user as the list had it, where it did: of 100,000 each is kept once and not three times.
      const known = user === undefined ? row : { ...row, user };
      last = known;
      if (!pending || this.#context.options.verify === false) this.#rows.put(known);
      else {
        this.#context.options.onRowAccepted?.(known);
        this.#readBack.add(known, store);
      }
      // The next change of the same member starts from what this one has brought about.
      if (this.#hasFewRows || lane.length > 1) await this.#readBack.flush();
      else if (this.#readBack.isDue(TOGETHER)) await this.#readBack.flush();
    }
  }

  async #one(change: MemberChange, store: MemberStore): Promise<Delivery> {
    if (this.#context.options.signal.aborted)
      return { row: interruptedRow(change), pending: false };
    this.#assertLock();
    const stop = this.#stops.get('all') ?? this.#stops.get(kindOf(change));
    if (stop !== undefined) return { row: notSentRow(change, stop), pending: false };
    const delivery = await deliver(change, store, this.#delivering);
    this.#noteStop(delivery);
    this.#context.options.onStep?.(true);
    return delivery;
  }

  /** Checked from time to time and not for each call, as it reads a file. */
  #assertLock(): void {
    const now = this.#context.clock.now();
    if (now - this.#lockSeenAt < LOCK_EVERY_MS) return;
    this.#lockSeenAt = now;
    if (!this.#context.lock.isHeld()) this.#stopAt('all', lockLostError(this.#context.groupName));
  }

  /**
   * An error of the group, the server or groupctl stops the run: every other member would meet it. One of a
   * kind of changes stops those.
   */
  #noteStop({ row, stop }: Delivery): void {
    const kind = kindOf(row);
    if (stop === undefined) {
      this.#stopsInARow.delete('all');
      this.#stopsInARow.delete(kind);
      return;
    }
    const scope = stop.isOfKind === true ? kind : 'all';
    const count = (this.#stopsInARow.get(scope) ?? 0) + 1;
    this.#stopsInARow.set(scope, count);
    if (stop.isCertain || count >= IN_A_ROW) this.#stopAt(scope, stop.error);
  }

  #stopAt(scope: Kind | 'all', error: GroupctlError): void {
    if (!this.#stops.has(scope)) this.#stops.set(scope, error);
  }
}

type Kind = `${MemberChange['op']} ${MemberChange['type']}`;

function kindOf({ op, type }: Pick<MemberChange, 'op' | 'type'>): Kind {
  return `${op} ${type}`;
}
