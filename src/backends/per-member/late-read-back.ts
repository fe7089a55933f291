import type { MemberOutcome } from '../../domain/outcome.ts';
import { type PollResult, pollMembers, shows } from './poll.ts';
import { doneRow } from '../shared/rows.ts';
import { notShownRow } from './outcome-rows.ts';
import type { MemberStore } from './member-store.ts';
import type { LaneContext } from './lane-context.ts';

/** The shortest time between two reads of a whole list, which are slow; milliseconds. */
const LEAST_INTERVAL_MS = 30_000;
const AT_A_TIME = 2000;

interface Pending {
  readonly row: MemberOutcome;
  readonly store: MemberStore;
}

/** Rows that the server has accepted, until it has shown them. */
export class ReadBack {
  readonly #context: LaneContext;
  readonly #put: (row: MemberOutcome) => void;
  #pending: Pending[] = [];
  #readAt: number;
  #saidUnverified = false;

  /** @param put takes the rows, each as it was read */
  constructor(context: LaneContext, put: (row: MemberOutcome) => void) {
    this.#context = context;
    this.#put = put;
    this.#readAt = context.clock.now();
  }

  add(row: MemberOutcome, store: MemberStore): void {
    this.#pending.push({ row, store });
  }

  /** True if so many rows wait, and it is long enough since the list was read. */
  isDue(count: number): boolean {
    if (this.#pending.length < count) return false;
    return this.#context.clock.now() - this.#readAt >= LEAST_INTERVAL_MS;
  }

  /** Puts the rows that wait as they are. */
  giveUp(): void {
    for (const { row } of this.#drain()) this.#put(row);
  }

  /** Reads back the rows that wait. Of 100,000 none is kept longer than it is needed. */
  async flush(): Promise<void> {
    const { options, clock, groupId, concurrency } = this.#context;
    const { aborted } = options.signal;
    for (const [store, rows] of byStore(this.#drain())) {
      // Interrupted: the calls that were under way are read back, a long list is not.
      const back =
        aborted && rows.length > concurrency
          ? undefined
          : await pollMembers(store, groupId, rows, clock, !aborted);
      if (back !== undefined && back.kind !== 'read') this.#sayUnverified(back);
      while (rows.length > 0) {
        for (const row of rows.splice(0, AT_A_TIME))
          this.#put(this.#readBackRow(row, back, aborted));
        // The caller takes these rows before there are more.
        if (rows.length > 0) await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }

  #drain(): readonly Pending[] {
    const taken = this.#pending;
    this.#pending = [];
    this.#readAt = this.#context.clock.now();
    return taken;
  }

  #readBackRow(row: MemberOutcome, back: PollResult | undefined, aborted: boolean): MemberOutcome {
    if (back?.kind !== 'read') return row;
    const lookup = back.lookups.get(row.member);
    back.lookups.delete(row.member);
    const user = row.user ?? (lookup?.kind === 'one' ? lookup.user : undefined);
    if (shows(lookup, row)) return doneRow(row, true, user);
    if (lookup?.kind === 'unsure' || aborted) return row;
    return notShownRow(row, this.#context.groupName);
  }

  /** Warns, once, why rows are not verified. */
  #sayUnverified({ error }: PollResult & { readonly error: Error }): void {
    if (this.#saidUnverified) return;
    this.#saidUnverified = true;
    this.#context.options.warn(`What was written could not be read back: ${error.message}`);
  }
}

function byStore(pending: readonly Pending[]): Map<MemberStore, MemberOutcome[]> {
  const stores = new Map<MemberStore, MemberOutcome[]>();
  for (const { row, store } of pending) {
    const rows = stores.get(store);
    if (rows === undefined) stores.set(store, [row]);
    else rows.push(row);
  }
  return stores;
}
