import { asGroupctlError, GroupctlError, isGroupctlError, reworded } from '../../errors.ts';
import { lockChangedError } from '../lock/held-lock.ts';
import type { ImportedRun, LockStatus, StoreAdmin, StoreStatus } from '../store.ts';
import { type Database, type Row, textArray } from './database.ts';
import { importRuns } from './import.ts';
import { ddl, grants, HELD, RELATIONS, statusSql, unlockSql } from './statements.ts';
import { defined } from '../../domain/defined.ts';
import { inQuotes } from '../../domain/shorten.ts';

/** Two `store init` at once wait for each other: the key of an advisory lock, any number. */
const INIT_KEY = 7_205_759_403;

/** Setting up a shared store, and looking after it. */
export class PostgresAdmin implements StoreAdmin {
  readonly url: string;
  readonly #db: Database;
  readonly #checkReady: () => Promise<void>;

  /** @param checkReady throws where the store cannot be used for runs */
  constructor(db: Database, url: string, checkReady: () => Promise<void>) {
    this.#db = db;
    this.url = url;
    this.#checkReady = checkReady;
  }

  ddl(): readonly string[] {
    return ddl(this.#in);
  }

  grants(role: string): readonly string[] {
    return grants(this.#in, role);
  }

  async init(): Promise<'created' | 'completed' | 'there'> {
    const statements = [
      'begin',
      `select pg_advisory_xact_lock(${INIT_KEY})`,
      ...this.ddl(),
      'commit',
    ];
    let before: 'all' | 'some' | 'none';
    try {
      before = await this.#whatIsThere();
      // Without parameters several statements are one message.
      await this.#db.query(`${statements.join(';\n')};`);
    } catch (error) {
      throw this.#mayNotCreate(asGroupctlError(error));
    }
    try {
      await this.#checkReady();
    } catch (error) {
      throw reworded(asGroupctlError(error), { nothingWritten: before === 'all' });
    }
    return ({ all: 'there', some: 'completed', none: 'created' } as const)[before];
  }

  async status(): Promise<StoreStatus> {
    await this.#checkReady();
    const [counted] = await this.#db.query(
      `select protocol, (select count(*) from ${this.#in}.run)::int as runs from ${this.#in}.meta`,
    );
    const rows = await this.#db.query(statusSql(this.#in, HELD));
    return {
      protocol: Number(counted?.['protocol']),
      runs: Number(counted?.['runs']),
      locks: rows.map(lockOf),
    };
  }

  async allLocks(): Promise<readonly LockStatus[]> {
    await this.#checkReady();
    return (await this.#db.query(statusSql(this.#in, 'true'))).map(lockOf);
  }

  async unlock(lock: LockStatus, inFlight: boolean): Promise<number | undefined> {
    const { server, key, token, group } = lock;
    const [done] = await this.#db.query(unlockSql(this.#in), [server, key, token, inFlight]);
    if (done !== undefined) return inFlightSeconds(done);
    const now = (await this.allLocks()).find(
      (other) => other.server === server && other.key === key,
    );
    if (now === undefined) return undefined;
    if (now.token !== token) throw lockChangedError(now);
    throw inFlightError(group, now);
  }

  importRuns(stateFolder: string, dryRun: boolean): Promise<readonly ImportedRun[]> {
    return importRuns(this.#db, stateFolder, dryRun);
  }

  /** How much of a store was created before: tables, sequence, and the row with the protocol. */
  async #whatIsThere(): Promise<'all' | 'some' | 'none'> {
    const [row] = await this.#db.query(
      `select count(*)::int as found from pg_class
where relnamespace = to_regnamespace($1) and relname = any($2::text[])`,
      [this.#in, textArray(RELATIONS)],
    );
    const found = Number(row?.['found']);
    if (found < RELATIONS.length) return found === 0 ? 'none' : 'some';
    const rows = await this.#db.query(`select from ${this.#in}.meta limit 1`);
    return rows.length > 0 ? 'all' : 'some';
  }

  get #in(): string {
    return this.#db.place.schema;
  }

  #mayNotCreate(error: GroupctlError): GroupctlError {
    if (!isGroupctlError(error) || error.code !== 'store-permission') return error;
    const { user, database } = this.#db.place;
    return reworded(error, {
      message: `The user "${user}" may not create the schema "${this.#in}" in the database "${database}".`,
      hint: 'Use the owner of the database for this command, or give an administrator the output of: groupctl store init --print',
    });
  }
}

function lockOf(row: Row): LockStatus {
  const { holder, run, held_s: heldS } = row;
  return {
    server: String(row['server']),
    group: String(row['grp']),
    key: String(row['key']),
    token: Number(row['token']),
    ...(typeof holder === 'string' ? { holder, heldS: Number(heldS) } : {}),
    ...(typeof run === 'string' ? { run } : {}),
    ...defined({ inFlightS: inFlightSeconds(row) }),
  };
}

function inFlightSeconds({ in_flight_s: seconds }: Row): number | undefined {
  return typeof seconds === 'number' && seconds > 0 ? seconds : undefined;
}

function inFlightError(group: string, { inFlightS = 0 }: LockStatus): GroupctlError {
  return new GroupctlError(
    'safety',
    `A write to ${inQuotes(group)} may take effect for another ${inFlightS} s.`,
    {
      code: 'write-in-flight',
      hint: 'Wait for that time, or add --in-flight: a run may then lose its change to that write.',
      nothingWritten: true,
      details: { seconds: inFlightS },
    },
  );
}
