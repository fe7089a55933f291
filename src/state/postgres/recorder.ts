import { asGroupctlError, type GroupctlError } from '../../errors.ts';
import { lockLostError } from '../lock/held-lock.ts';
import type { MarkedWrite } from '../lock/in-flight.ts';
import type { Database, Parameter } from './database.ts';
import type { Lease } from './lease.ts';
import { type Batch, PendingLines, type StoredRun, type WaitingIntent } from './pending-lines.ts';
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
  /** The lock that this process has, since it was taken; it has one at a time. */
  lease: Lease | undefined;
  /** Why lines are not stored, while they are not. */
  failure: GroupctlError | undefined;
  readonly #lines = new PendingLines();
  /** Intents of runs without a record. */
  #withoutRecord: WaitingIntent[] = [];
  #renewDue = false;
  #releaseDue = false;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<unknown> | undefined;

  constructor(db: Database) {
    this.#db = db;
  }

  /** Adds a line, which is stored soon. */
  append(run: StoredRun, body: string, isEnd = false): void {
    this.#lines.add({ run, body, isEnd, intent: undefined });
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
   * @throws safety (8) `lock-lost`; network (6) `store-unreachable`, `deadline`; interrupted (130); what
   *   the store answers: do not send
   */
  async intent(
    line: { readonly run: StoredRun; readonly body: string } | undefined,
    write: MarkedWrite | undefined,
  ): Promise<void> {
    const { lease } = this;
    if (lease?.isHeld === false) throw lockLostError(lease.group);
    const sent = write === undefined ? undefined : lease?.prepareMark(write);
    try {
      await new Promise<void>((resolve, reject) => {
        const done = (error?: GroupctlError): void =>
          error === undefined ? resolve() : reject(error);
        if (line === undefined) this.#withoutRecord.push({ done });
        else this.#lines.add({ ...line, isEnd: false, intent: { done } });
        this.#start();
      });
    } catch (error) {
      if (sent !== undefined) lease?.dropMark(sent);
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

  /** The lines of a run that the store has not confirmed, in their order. They are not tried again. */
  takeMissing(run: StoredRun): string[] {
    return this.#lines.take(run).map(({ body }) => body);
  }

  get #hasIntents(): boolean {
    return this.#withoutRecord.length > 0 || this.#lines.hasIntents;
  }

  get #hasWork(): boolean {
    return !this.#lines.isEmpty || this.#hasIntents || this.#renewDue || this.#releaseDue;
  }

  async #work(): Promise<void> {
    // What comes up in this tick goes into the same statement.
    await Promise.resolve();
    while (this.#hasWork) {
      const lines = this.#lines.next();
      const intents = [...this.#withoutRecord, ...lines.flatMap(({ intent }) => intent ?? [])];
      this.#withoutRecord = [];
      const isStored = await this.#send({ lines, intents });
      // What is not stored is tried again with what comes next, and at the end.
      if (!isStored && !this.#hasIntents) return;
    }
  }

  /** @returns false if the lines are not stored */
  async #send(batch: Batch): Promise<boolean> {
    const { lines, intents } = batch;
    const change = this.#takeChange(intents.length > 0);
    // No lock and no record: nothing of this run is in the store.
    if (change === undefined && lines.length === 0) return this.#stored(batch);
    // Before anything is sent to the server, the store has to say that the lock is this run's.
    const needed = change?.provesLock === true ? change.lease : undefined;
    if (needed?.isHeld === false) {
      return this.#refuse(batch, this.failure ?? lockLostError(needed.group));
    }
    try {
      const isHeld = await this.#execute(change, batch);
      if (needed !== undefined && !isHeld) return this.#refuse(batch, lockLostError(needed.group));
      this.failure = undefined;
      return this.#stored(batch);
    } catch (error) {
      this.failure = asGroupctlError(error);
      return this.#refuse(batch, (await this.#lostInPause(needed)) ?? this.failure);
    }
  }

  /** @returns false if the store says that the lock is not this run's */
  async #execute(change: LockChange | undefined, { lines, intents }: Batch): Promise<boolean> {
    let sentAt = ticks();
    // Lines without an intent are not tried long again where the last ones were not stored.
    const limit = sentAt + (this.failure === undefined ? LEASE_MS : 1_000);
    const until = (): number => (change?.provesLock === true ? change.lease.limit : limit);
    let attempts = 0;
    const parameters = (): Parameter[] => {
      if (attempts++ > 0) this.#lines.renumberIntents(lines);
      sentAt = ticks();
      return writeParameters(change, lines);
    };
    const sql = writeSql(this.#db.place.schema, change, lines.length > 0);
    // Where nothing is sent yet, the end of the command is the end of it.
    const recordsDone = intents.length === 0;
    const [row] = await this.#db.queryUntil(until, sql, parameters, { recordsDone });
    const isHeld = row?.['held'] !== 0;
    if (change !== undefined && (change.provesLock || change.renews)) {
      change.lease.noteAnswer(isHeld, sentAt, change.provesLock);
    }
    return isHeld;
  }

  /** An error where not the store was away, but this process: its lock is over. */
  async #lostInPause(lease: Lease | undefined): Promise<GroupctlError | undefined> {
    if (lease === undefined || lease.isHeld) return undefined;
    return await this.#db.query('select 1', [], { limitMs: ANSWER_MS }).then(
      () => lockLostError(lease.group),
      () => undefined,
    );
  }

  /** What the next statement does to the lock; undefined: there is none. */
  #takeChange(provesLock: boolean): LockChange | undefined {
    const { lease } = this;
    const renews = this.#renewDue;
    const releases = this.#releaseDue;
    this.#renewDue = false;
    this.#releaseDue = false;
    return lease && { lease, provesLock, renews, releases };
  }

  #stored({ lines, intents }: Batch): true {
    this.#lines.remove(lines);
    for (const { done } of intents) done();
    return true;
  }

  /** Intents that were not recorded: their lines are taken out. */
  #refuse({ lines, intents }: Batch, error: GroupctlError): false {
    this.#lines.remove(lines.filter(({ intent }) => intent !== undefined));
    for (const { done } of intents) done(error);
    return false;
  }
}
