import type { Sql } from 'postgres';
import { interruptedError, isGroupctlError, reworded } from '../../errors.ts';
import { type Deadline, deadlineError } from '../../http/deadline.ts';
import { isTemporary, storeError, type StorePlace } from './errors.ts';
import { ticks } from './ticks.ts';

/** One connection to the database of a store, opened at the first statement and again when it breaks. */

/** A connection, which opens at its first statement. */
export interface Connected {
  readonly sql: Sql;
  /**
   * Closes it, also if the server does not answer. Never throws.
   *
   * @param limitS seconds in which what is under way may end
   */
  end(limitS: number): Promise<void>;
}

export type Connect = () => Connected;

export type Row = Readonly<Record<string, unknown>>;
export type Parameter = string | number | boolean | null;

/** Before a statement is tried again, milliseconds. */
const AGAIN_MS = 100;
/** A statement that takes longer has lost its connection. */
const STATEMENT_MS = 5_000;
/** How long a statement that records what was done has after the deadline. */
const AFTER_DEADLINE_MS = 1_000;
/** How long the end of a connection is waited for. */
const END_S = 1;

/** What ends the whole command. */
export interface CommandEnd {
  readonly deadline: Pick<Deadline, 'remaining'>;
  readonly signal: AbortSignal;
}

interface StatementOptions {
  /** Milliseconds from now in which it has to be answered. */
  readonly limitMs?: number;
  /** It records what was done: no interrupt ends it, and it has a moment after the deadline. */
  readonly recordsDone?: boolean;
}

export class Database {
  readonly place: StorePlace;
  readonly #connect: Connect;
  readonly #end: CommandEnd;
  #connected: Connected | undefined;

  constructor(connect: Connect, place: StorePlace, end: CommandEnd) {
    this.#connect = connect;
    this.place = place;
    this.#end = end;
  }

  /**
   * One statement, in a transaction of its own. It works through a connection pooler that hands out
   * connections for one transaction each.
   *
   * @throws network (6) `store-unreachable`, `store-certificate`, `deadline`; unauthorized (3) `store-login`,
   *   `store-permission`; config (2) `no-store-database`, `store-not-initialized`, `store-tables`,
   *   `store-read-only`; server (1) `store-failed`; interrupted (130)
   */
  async query(
    text: string,
    parameters: readonly Parameter[] = [],
    options: StatementOptions = {},
  ): Promise<Row[]> {
    const wait = this.#waitFor(options);
    try {
      const { sql } = (this.#connected ??= this.#connect());
      const answered = sql.unsafe<Row[]>(text, [...parameters]).execute();
      answered.catch(() => undefined);
      return [...(await Promise.race([answered, wait.over]))];
    } catch (error) {
      if (isTemporary(error)) this.#drop();
      throw isGroupctlError(error) ? error : storeError(error, this.place);
    } finally {
      wait.stop();
    }
  }

  /**
   * The same, again and again while the store cannot be reached and the command may go on.
   *
   * @param until in {@link ticks}: no attempt begins later
   * @param parameters called for each attempt
   */
  async queryUntil(
    until: () => number,
    text: string,
    parameters: () => readonly Parameter[],
    options: Pick<StatementOptions, 'recordsDone'> = {},
  ): Promise<Row[]> {
    for (;;) {
      const limitMs = Math.min(Math.max(until() - ticks(), 1), STATEMENT_MS);
      try {
        return await this.query(text, parameters(), { ...options, limitMs });
      } catch (error) {
        const isDown = isGroupctlError(error) && error.code === 'store-unreachable';
        const left = Math.min(until() - ticks(), this.#end.deadline.remaining());
        if (!isDown || left <= AGAIN_MS) throw error;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  async close(): Promise<void> {
    const connected = this.#connected;
    this.#connected = undefined;
    await connected?.end(END_S);
  }

  /** @throws network (6) `deadline`; interrupted (130): the statement is not sent then */
  #waitFor({ limitMs = STATEMENT_MS, recordsDone = false }: StatementOptions): {
    /** Rejects when the statement is given up. */
    readonly over: Promise<never>;
    stop(): void;
  } {
    const { deadline, signal } = this.#end;
    const left = Math.max(deadline.remaining(), recordsDone ? AFTER_DEADLINE_MS : 0);
    const late =
      left < limitMs
        ? reworded(deadlineError(`${this.place.label} had not answered`), { nothingWritten: true })
        : Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' });
    if (left <= 0) throw late;
    if (signal.aborted && !recordsDone) throw interruptedError();
    let timer: NodeJS.Timeout | undefined;
    let interrupt = (): void => undefined;
    const over = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(late), Math.min(limitMs, left));
      interrupt = () => reject(interruptedError());
    });
    if (!recordsDone) signal.addEventListener('abort', interrupt, { once: true });
    const stop = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', interrupt);
    };
    return { over, stop };
  }

  /** What is under way on a broken connection is over; the next statement opens another one. */
  #drop(): void {
    const connected = this.#connected;
    this.#connected = undefined;
    void connected?.end(0);
  }
}

/** A text[] of PostgreSQL as the text of one parameter. */
export function textArray(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
}
