import type { HeldLock } from '../lock/held-lock.ts';
import type { LockOptions } from '../lock/options.ts';
import { waitForLock, type WantedLock } from '../lock/wait-for-lock.ts';
import { type InFlight, waitForWrites, writeOf } from '../lock/wait-for-writes.ts';
import type { LockKey, MarkedGroups } from '../store.ts';
import type { Database } from './database.ts';
import { Lease, othersIn } from './lease.ts';
import type { Recorder } from './recorder.ts';
import { acquireSql, LEASE_MS, lockSql, markedSql } from './statements.ts';
import { ticks } from './ticks.ts';

const HEARTBEAT_MS = 3_000;

interface PostgresLockContext {
  readonly recorder: Recorder;
  /** Who asks, as others see it. */
  readonly holder: () => string;
  /** Takes the newest run of the store. */
  readonly noteNewest: (id: unknown) => void;
}

/** The locks of groups in a shared store: rows that are leased, with what is in flight. */
export class PostgresLocks {
  readonly #db: Database;
  readonly #context: PostgresLockContext;

  constructor(db: Database, context: PostgresLockContext) {
    this.#db = db;
    this.#context = context;
  }

  async lock(key: LockKey, group: string, options: LockOptions): Promise<HeldLock> {
    const recorder = this.#context.recorder;
    if (recorder.lease !== undefined) {
      throw new Error(`A lock is held already (${recorder.lease.group}).`);
    }
    const wanted: WantedLock<Lease> = {
      group,
      everyMs: [20, 100],
      take: () => this.#take(key, group, options),
      longestWrite: async () => longest(await this.#seen(key)),
      holder: async () => holderOf(await this.#row(key)),
      hint: 'Try again when it has finished. groupctl store status lists the locks.',
      details: { server: key.server, group },
    };
    const held = await waitForLock(wanted, options);
    recorder.lease = held;
    const heartbeat = setInterval(() => recorder.renew(), HEARTBEAT_MS);
    heartbeat.unref();
    return {
      isHeld: () => held.isHeld,
      awaitWrites: (isRelevant, hasLanded) =>
        this.#awaitWrites(held, { isRelevant, hasLanded }, options),
      mark: (write) => held.takeMark(write),
      release: async () => {
        clearInterval(heartbeat);
        if (recorder.lease === held) await recorder.release();
      },
    };
  }

  async markedGroups(server: string): Promise<MarkedGroups> {
    const rows = await this.#db.query(markedSql(this.#db.place.schema), [server]);
    return {
      any: rows.length > 0,
      has: (group, marks) =>
        rows.some(
          (row) => row['grp'] === group && othersIn(row['in_flight'], 1, marks?.id).length > 0,
        ),
    };
  }

  async #take(key: LockKey, group: string, { marks }: LockOptions): Promise<Lease | undefined> {
    const holder = this.#context.holder();
    // Before the statement: by the database's clock the lease begins later.
    let limit = 0;
    // Nothing has been sent yet, so a store that is restarted is waited for as long as a lease.
    const until = ticks() + LEASE_MS;
    const [row] = await this.#db.queryUntil(
      () => until,
      acquireSql(this.#db.place.schema),
      () => {
        limit = ticks() + LEASE_MS;
        return [key.server, key.group, holder];
      },
    );
    if (row === undefined) return undefined;
    this.#context.noteNewest(row['newest']);
    const lease = new Lease(key, group, { token: String(row['token']), limit, marks });
    lease.noteOthers(row['in_flight'], row['left_ms']);
    return lease;
  }

  /** Waits by the clock of this run, and then asks the database whether the time is over there, too. */
  async #awaitWrites(
    lease: Lease,
    wait: Pick<Parameters<typeof waitForWrites>[0], 'isRelevant' | 'hasLanded'>,
    options: LockOptions,
  ): Promise<boolean> {
    const landed = new Set<unknown>();
    let waited = false;
    for (;;) {
      const writes = lease.inFlight().map((write): InFlight => ({
        ...write,
        remove(why) {
          if (why === 'landed') landed.add(write.record);
          write.remove(why);
        },
      }));
      const again = await waitForWrites({ writes, group: lease.group, ...wait }, options);
      waited ||= again;
      if (!again || landed.size === writes.length) return waited;
      lease.noteOthers(...(await this.#inFlight(lease.key)));
      if (landed.size > 0 || lease.inFlight().length === 0) return waited;
    }
  }

  async #inFlight(key: LockKey): Promise<[unknown, unknown]> {
    const row = await this.#row(key);
    return [row?.['in_flight'], row?.['left_ms']];
  }

  async #row({ server, group }: LockKey): Promise<Readonly<Record<string, unknown>> | undefined> {
    const [row] = await this.#db.query(lockSql(this.#db.place.schema), [server, group]);
    return row;
  }

  async #seen(key: LockKey): Promise<InFlight[]> {
    return othersIn(...(await this.#inFlight(key)), undefined).map((mark) => ({
      record: mark,
      write: writeOf(mark),
      remainingMs: mark.until - ticks(),
      remove: () => undefined,
    }));
  }
}

function longest(writes: readonly InFlight[]): InFlight | undefined {
  return [...writes].sort((a, b) => b.remainingMs - a.remainingMs)[0];
}

/** Who has a lock, as a part of a sentence. */
function holderOf(row: Readonly<Record<string, unknown>> | undefined): string {
  const { holder, run } = row ?? {};
  if (typeof holder !== 'string') return 'another groupctl';
  return `another groupctl (${holder}${typeof run === 'string' ? `, run ${run}` : ''})`;
}
