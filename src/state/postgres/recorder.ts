import { asGroupctlError, type GroupctlError } from '../../errors.ts';
import { lockLostError } from '../lock/held-lock.ts';
import type { MarkedWrite } from '../lock/in-flight.ts';
import type { Database, Parameter } from './database.ts';
import type { Lease } from './lease.ts';
import { type Fence, type PendingLine, PendingLines, type StoredRun } from './pending-lines.ts';
import { LEASE_MS } from './statements.ts';
import { ticks } from './ticks.ts';
import { type LockChange, writeParameters, writeSql } from './write-statement.ts';

/** How long outcomes wait for the next intent, milliseconds. A killed process leaves them in doubt. */
const SOON_MS = 25;
/** How long an answer of the store is waited for after a pause. */
const ANSWER_MS = 2_000;

/**
 * Writes to the store, one statement at a time: what has come up meanwhile is in the next one. Only
 * intents, the release and the end of a run are waited for.
 */
export class Recorder {
  readonly #db: Database;
  /** The lock that this process has; it has one at a time. */
  lease: Lease | undefined;
  /** Why lines are not stored, while they are not. */
  failure: GroupctlError | undefined;
  readonly #lines = new PendingLines();
  /** Intents of runs without a record. */
  #fences: Fence[] = [];
  #renewDue = false;
  #releaseDue = false;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<unknown> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Adds a line, which is stored soon. */
  append(run: StoredRun, body: string, isEnd = false): void {
    this.#lines.add({ run, body, isEnd, fence: undefined });
  }

  /** Stores what was added within a moment: the next intent may come first, and takes it along. */
  startSoon(): void {
    this.#timer ??= setTimeout(() => this.#start(), SOON_MS);
  }

  #start(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#working ??= this.#work().finally(() => (this.#working = undefined));
  }

  /**
   * Records an intent, shows that the lock is still this run's, renews it and marks the write, in
   * one statement. A statement without an answer counts as done and not sent: its intent is repeated
   * under the next number.
   *
   * @param line absent: nothing of the run is kept
   * @throws safety (8) `lock-lost`; network (6) `store-unreachable`; what the store answers: do not send
   */
  async intent(
    line: { readonly run: StoredRun; readonly body: string } | undefined,
    write: MarkedWrite | undefined,
  ): Promise<void> {
    const { lease } = this;
    if (lease?.isHeld === false) throw lockLostError(lease.group);
    const sent = write === undefined ? undefined : lease?.prepare(write);
    try {
      await new Promise<void>((resolve, reject) => {
        const settle = (error?: GroupctlError): void =>
          error === undefined ? resolve() : reject(error);
        const fence = { settle };
        if (line === undefined) this.#fences.push(fence);
        else this.#lines.add({ ...line, isEnd: false, fence });
        this.#start();
      });
    } catch (error) {
      if (sent !== undefined) lease?.drop(sent);
      throw error;
    }
  }

  /** Renews the lock in the background. */
  renew(): void {
    this.#renewDue = true;
    this.#start();
  }

  /** Gives the lock back, with the marks of what was not answered. Never throws. */
  async release(): Promise<void> {
    this.#releaseDue = true;
    await this.flush();
    if (this.lease !== undefined) this.lease.lost = true;
    this.lease = undefined;
  }

  /** Waits for what is under way, and starts nothing more. Never throws. */
  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#working;
  }

  /** Waits until everything is stored, or cannot be: see {@link failure}. Never throws. */
  async flush(): Promise<void> {
    await this.#working;
    if (!this.#hasWork) return;
    this.#start();
    await this.#working;
  }

  /** The lines of a run that the store does not have, in their order. */
  missing(run: StoredRun): string[] {
    return this.#lines.bodiesOf(run);
  }

  get #hasFences(): boolean {
    return this.#fences.length > 0 || this.#lines.hasFences;
  }

  get #hasWork(): boolean {
    return !this.#lines.isEmpty || this.#fences.length > 0 || this.#renewDue || this.#releaseDue;
  }

  async #work(): Promise<void> {
    // What comes up in this tick goes into the same statement.
    await Promise.resolve();
    while (this.#hasWork) {
      const lines = this.#lines.ofFirstRun();
      const fences = [...this.#fences, ...lines.flatMap(({ fence }) => fence ?? [])];
      this.#fences = [];
      const isStored = await this.#send(lines, fences);
      // What is not stored is tried again with what comes next, and at the end.
      if (!isStored && !this.#hasFences) return;
    }
  }

  /** @returns false if the lines are not stored */
  async #send(lines: readonly PendingLine[], fences: readonly Fence[]): Promise<boolean> {
    const { lease } = this;
    const change = this.#change(fences.length > 0);
    if (fences.length > 0 && lease?.isHeld === false) {
      this.#refuse(lines, fences, this.failure ?? lockLostError(lease.group));
      return false;
    }
    if (change === undefined && lines.length === 0) {
      // No lock and no record: nothing of this run is in the store.
      for (const { settle } of fences) settle();
      return true;
    }
    const startedAt = ticks();
    const until = (): number =>
      change?.fence === true && lease !== undefined ? lease.limit : startedAt + this.#patience;
    let sentAt = startedAt;
    let attempts = 0;
    const parameters = (): Parameter[] => {
      if (attempts++ > 0) this.#lines.renumberIntents(lines);
      sentAt = ticks();
      return writeParameters(lease, change, lines);
    };
    try {
      const sql = writeSql(this.#db.place.schema, change, lines.length > 0);
      const [row] = await this.#db.queryUntil(until, sql, parameters);
      const isHeld = row?.['held'] !== 0;
      if (change?.fence === true || change?.renew === true) {
        lease?.noteAnswer(isHeld, sentAt, change.fence);
      }
      if (change?.fence === true && lease !== undefined && !isHeld) {
        this.#refuse(lines, fences, lockLostError(lease.group));
        return false;
      }
      this.failure = undefined;
      this.#lines.remove(lines);
      for (const { settle } of fences) settle();
      return true;
    } catch (error) {
      this.failure = asGroupctlError(error);
      const wasPaused =
        change?.fence === true && lease?.isHeld === false && (await this.#answers());
      this.#refuse(lines, fences, wasPaused ? lockLostError(lease.group) : this.failure);
      return false;
    }
  }

  /** Not the store was away, but this process: its lock is over. */
  async #answers(): Promise<boolean> {
    return await this.#db.query('select 1', [], ANSWER_MS).then(
      () => true,
      () => false,
    );
  }

  /** How long lines without an intent are tried: not long again where the last ones were not stored. */
  get #patience(): number {
    return this.failure === undefined ? LEASE_MS : 1_000;
  }

  #change(fence: boolean): LockChange | undefined {
    const renew = this.#renewDue;
    const release = this.#releaseDue;
    this.#renewDue = false;
    this.#releaseDue = false;
    return this.lease === undefined ? undefined : { fence, renew, release };
  }

  /** Intents that were not recorded: their lines are taken out. */
  #refuse(lines: readonly PendingLine[], fences: readonly Fence[], error: GroupctlError): void {
    this.#lines.remove(lines.filter(({ fence }) => fence !== undefined));
    for (const { settle } of fences) settle(error);
  }
}
