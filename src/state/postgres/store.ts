import type { JournalHeader } from '../journal/line-format.ts';
import { newRunId } from '../journal/new-id.ts';
import type { HeldLock } from '../lock/held-lock.ts';
import { type MarkOptions, OwnMarks } from '../lock/in-flight.ts';
import type { LockOptions } from '../lock/options.ts';
import type { Journal, JournalOptions, LockKey, MarkedGroups, Store } from '../store.ts';
import { PostgresAdmin } from './admin.ts';
import { type Actor, actorOf } from './actor.ts';
import { storeConnector } from './connect.ts';
import { type CommandEnd, Database, type Row } from './database.ts';
import {
  notInitializedError,
  otherProtocolError,
  otherTablesError,
  permissionError,
  readOnlyError,
  severalRowsError,
  standbyError,
} from './errors.ts';
import { PostgresJournal, unrecorded } from './journal.ts';
import { PostgresLocks } from './locks.ts';
import { loginFor } from './pgpass.ts';
import { Recorder } from './recorder.ts';
import { PostgresRuns } from './runs.ts';
import { PROTOCOL, readySql } from './statements.ts';
import { ticks } from './ticks.ts';
import { parseStoreUrl, shownUrl, type StoreUrl } from './url.ts';

/** What of the program a store needs. */
export interface StoreHost extends CommandEnd {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly redactor: { add(secret: string): void };
  warn(message: string): void;
  paths(): Promise<{ readonly state: string }>;
}

/**
 * Opens a shared store; no connection is made before the first statement.
 *
 * @param where what the URL is the value of, for messages
 * @throws usage (2) `bad-store`; config (2) `store-root-cert`
 */
export function openPostgresStore(typed: string, where: string, host: StoreHost): PostgresStore {
  const url = parseStoreUrl(typed, where);
  const login = loginFor(url, host);
  if (login.password !== undefined) host.redactor.add(login.password);
  const place = {
    label: `the shared store ${shownUrl(url)}`,
    user: login.user,
    schema: url.schema,
    database: url.database,
  };
  return new PostgresStore(new Database(storeConnector(url, login), place, host), url, host);
}

/** Locks and journals in PostgreSQL, for runs on many machines (docs/teams.md). */
export class PostgresStore implements Store {
  readonly isShared = true;
  readonly url: StoreUrl;
  readonly db: Database;
  readonly runs: PostgresRuns;
  readonly admin: PostgresAdmin;
  readonly #host: StoreHost;
  readonly #recorder: Recorder;
  readonly #locks: PostgresLocks;
  #actor: Actor | undefined;
  #newest: string | undefined;
  #ready: Promise<void> | undefined;

  constructor(db: Database, url: StoreUrl, host: StoreHost) {
    this.db = db;
    this.url = url;
    this.runs = new PostgresRuns(db);
    this.admin = new PostgresAdmin(db, shownUrl(url), () => this.#checkReady());
    this.#host = host;
    this.#recorder = new Recorder(db);
    this.#locks = new PostgresLocks(db, {
      recorder: this.#recorder,
      holder: () => this.#who.text,
      noteNewest: (id) => this.#noteNewest(id),
    });
  }

  get label(): string {
    return this.db.place.label;
  }

  assertReady(): Promise<void> {
    return (this.#ready ??= this.#checkReady());
  }

  async assertReadable(): Promise<void> {
    await this.#readyRow();
  }

  ownMarks(_key: LockKey, options: MarkOptions): OwnMarks {
    return new OwnMarks(undefined, options);
  }

  async lock(key: LockKey, group: string, options: LockOptions): Promise<HeldLock> {
    await this.assertReady();
    return await this.#locks.lock(key, group, options);
  }

  async markedGroups(server: string): Promise<MarkedGroups> {
    await this.assertReady();
    return await this.#locks.markedGroups(server);
  }

  async openJournal(
    header: JournalHeader,
    { version, now, keep, onRecord }: JournalOptions,
  ): Promise<Journal> {
    await this.assertReady();
    if (!keep) return unrecorded(this.#recorder);
    const before = this.#newest;
    const id = newRunId(before, now);
    this.#newest = id;
    const stateFolder = async (): Promise<string> => (await this.#host.paths()).state;
    const run = { id, header, actor: this.#who, version, now, before, onRecord, stateFolder };
    return new PostgresJournal(this.#recorder, run);
  }

  /** Milliseconds in which a marked write has to be over; Infinity where none was marked. */
  writeLeftMs(): number {
    const limit = this.#recorder.lease?.writeLimit;
    return limit === undefined ? Infinity : limit - ticks();
  }

  async close(): Promise<void> {
    await this.#recorder.stop();
    await this.db.close();
  }

  get #who(): Actor {
    return (this.#actor ??= actorOf(this.#host.env));
  }

  async #checkReady(): Promise<void> {
    const row = await this.#readyRow();
    if (row['standby'] === true) throw standbyError(this.label);
    if (row['read_only'] === true) throw readOnlyError(this.db.place);
    if (row['may_write'] !== true) throw permissionError(this.db.place);
    this.#noteNewest(row['newest']);
  }

  async #readyRow(): Promise<Row> {
    const { label, schema } = this.db.place;
    const [row, ...others] = await this.db.query(readySql(schema));
    if (row === undefined) throw notInitializedError(label, schema);
    if (others.length > 0) throw severalRowsError(label, schema, others.length + 1);
    if (row['protocol'] !== PROTOCOL) throw otherProtocolError(label, row['protocol']);
    if (typeof row['lacks'] === 'string') throw otherTablesError(label, schema, row['lacks']);
    return row;
  }

  #noteNewest(id: unknown): void {
    if (typeof id === 'string' && (this.#newest === undefined || id > this.#newest)) {
      this.#newest = id;
    }
  }
}
