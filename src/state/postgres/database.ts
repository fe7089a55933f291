import type { Sql } from 'postgres';
import { isGroupctlError } from '../../errors.ts';
import { isTemporary, storeError, type StorePlace } from './errors.ts';
import { ticks } from './ticks.ts';

/** One connection to the database of a store, opened at the first statement and again when it breaks. */

/** Makes a connection, which opens at its first statement. */
export type Connect = () => Sql;

export type Row = Readonly<Record<string, unknown>>;
export type Parameter = string | number | boolean | null;

/** Before a statement is tried again, milliseconds. */
const AGAIN_MS = 100;
/** A statement that takes longer has lost its connection. */
export const STATEMENT_MS = 5_000;
/** How long the end of a connection is waited for. */
const END_S = 1;

export class Database {
  readonly place: StorePlace;
  readonly #connect: Connect;
  #sql: Sql | undefined;

  constructor(connect: Connect, place: StorePlace) {
    this.#connect = connect;
    this.place = place;
  }

  /**
   * One statement, in a transaction of its own. It works through a connection pooler that hands out
   * connections for one transaction each.
   *
   * @param limitMs milliseconds from now in which it has to be answered
   * @throws network (6) `store-unreachable`, `store-certificate`; unauthorized (3) `store-login`,
   *   `store-permission`; config (2) `no-store-database`, `store-not-initialized`, `store-read-only`;
   *   server (1) `store-failed`
   */
  async query(
    text: string,
    parameters: readonly Parameter[] = [],
    limitMs = STATEMENT_MS,
  ): Promise<Row[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const error = Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
      timer = setTimeout(() => reject(error), limitMs);
    });
    try {
      const sql = (this.#sql ??= this.#connect());
      const answered = sql.unsafe<Row[]>(text, [...parameters]).execute();
      answered.catch(() => undefined);
      return [...(await Promise.race([answered, late]))];
    } catch (error) {
      if (isTemporary(error)) this.#drop();
      throw isGroupctlError(error) ? error : storeError(error, this.place);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * The same, again and again while the store cannot be reached.
   *
   * @param until in {@link ticks}: no attempt begins later
   * @param parameters called for each attempt
   */
  async queryUntil(
    until: () => number,
    text: string,
    parameters: () => readonly Parameter[],
  ): Promise<Row[]> {
    for (;;) {
      const left = until() - ticks();
      try {
        return await this.query(text, parameters(), Math.min(Math.max(left, 1), STATEMENT_MS));
      } catch (error) {
        const isDown = isGroupctlError(error) && error.code === 'store-unreachable';
        if (!isDown || until() - ticks() <= AGAIN_MS) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  async close(): Promise<void> {
    const sql = this.#sql;
    this.#sql = undefined;
    await sql?.end({ timeout: END_S }).catch(() => undefined);
  }

  /** What is under way on a broken connection is over; the next statement opens another one. */
  #drop(): void {
    const sql = this.#sql;
    this.#sql = undefined;
    sql?.end({ timeout: 0 }).catch(() => undefined);
  }
}

/** A text[] of PostgreSQL as the text of one parameter. */
export function textArray(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
}
