import { defined } from '../../domain/defined.ts';
import { findRun, startedAt } from '../journal/files.ts';
import { damagedError } from '../journal/damage.ts';
import { factsOfFirstLine, ROWS } from '../journal/list.ts';
import { parseFields, toLine } from '../journal/parse-line.ts';
import { neededRuns } from '../journal/needed-runs.ts';
import type { RunEnd, RunRecord, RunSummary } from '../journal/record.ts';
import { RunReading } from '../journal/run-reading.ts';
import type { Pruning, Runs } from '../store.ts';
import { isGroupctlError } from '../../errors.ts';
import type { Database, Row } from './database.ts';

/** The runs of a shared store. */

/** Runs and lines are read in portions. */
const RUNS_AT_ONCE = 500;
const LINES_AT_ONCE = 5000;
/** The beginning of a first line, up to its rows, which may be many. */
const HEAD = `split_part(body, '${ROWS}', 1) || '${ROWS}' as head`;
/** The line of an end is shorter. */
const TAIL_CHARS = 8_192;
const REMOVED_AT_ONCE = 1000;

export class PostgresRuns implements Runs {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async ids(): Promise<string[]> {
    const rows = await this.#db.query(`select id from ${this.#in}.run order by id desc`);
    return rows.map(({ id }) => String(id));
  }

  async list(
    limit = Infinity,
    isWanted?: (run: RunSummary) => boolean | Promise<boolean>,
  ): Promise<RunSummary[]> {
    const found: RunSummary[] = [];
    let below: string | null = null;
    while (found.length < limit) {
      // Of those that are filtered more are read than are wanted.
      const portion = isWanted === undefined ? Math.min(limit, RUNS_AT_ONCE) : RUNS_AT_ONCE;
      const rows: Row[] = await this.#db.query(
        `select r.id, r.by,
  (select ${HEAD} from ${this.#in}.line where run = r.id order by n limit 1),
  left((select body from ${this.#in}.line where run = r.id order by n desc limit 1), ${TAIL_CHARS}) as tail,
  ${this.#activeOn} as active_on
from ${this.#in}.run r where $1::text is null or r.id < $1 order by r.id desc limit ${portion}`,
        [below],
      );
      for (const row of rows) {
        if (found.length >= limit) break;
        const summary = this.#summary(row);
        if (isWanted === undefined || (await isWanted(summary))) found.push(summary);
      }
      if (rows.length < portion) break;
      below = String(rows.at(-1)?.['id']);
    }
    return found;
  }

  async read(ref: string): Promise<RunRecord> {
    const run = await this.#find(ref);
    const reading = new RunReading(run, this.#db.place.label);
    let last = 0;
    let count = 0;
    for (;;) {
      const rows = await this.#db.query(
        `select n, body from ${this.#in}.line where run = $1 and n > $2 order by n limit ${LINES_AT_ONCE}`,
        [run, last],
      );
      for (const { body } of rows) reading.take(String(body), ++count);
      if (rows.length < LINES_AT_ONCE) break;
      last = Number(rows.at(-1)?.['n']);
    }
    const record = reading.result(false);
    const [state] = await this.#db.query(
      `select r.by, ${this.#activeOn} as active_on from ${this.#in}.run r where id = $1`,
      [run],
    );
    return { ...record, ...storeFactsOf(state ?? {}) };
  }

  async beganAt(run: string): Promise<number> {
    const [row] = await this.#db.query(
      `select ${HEAD} from ${this.#in}.line where run = $1 order by n limit 1`,
      [run],
    );
    const at = Date.parse(safeFacts(text(row?.['head']), run)?.at ?? '');
    return Number.isNaN(at) ? startedAt(run) : at;
  }

  async sizeOf(run: string): Promise<string> {
    const [row] = await this.#db.query(
      `select count(*)::int as lines, max(n) as last from ${this.#in}.line where run = $1`,
      [run],
    );
    return `${String(row?.['lines'])}/${String(row?.['last'])}`;
  }

  /** The database says how old a run is; one that has a lock, or no end and is not an hour old, stays. */
  async prune(
    olderThanMs: number,
    _now: number,
    { dryRun }: { readonly dryRun: boolean },
  ): Promise<Pruning> {
    const rows = await this.#db.query(
      `select r.id, ${this.#activeOn} is not null
  or (r.ended_at is null and r.began_at > clock_timestamp() - interval '1 hour') as under_way
from ${this.#in}.run r
where r.began_at < clock_timestamp() - $1::bigint * interval '1 millisecond' order by r.id`,
      [Math.floor(olderThanMs)],
    );
    const old = rows.map(({ id }) => String(id));
    const underWay = rows.filter((row) => row['under_way'] === true).map(({ id }) => String(id));
    const all = { ids: await this.ids(), old, underWay };
    const needed = await neededRuns(all, () => this.list());
    const pruned = old.filter((id) => !needed.has(id));
    if (!dryRun) {
      for (let from = 0; from < pruned.length; from += REMOVED_AT_ONCE) {
        const some = pruned.slice(from, from + REMOVED_AT_ONCE);
        await this.#db.query(`delete from ${this.#in}.run where id = any($1::text[])`, [
          `{${some.join(',')}}`,
        ]);
      }
    }
    const [left] = await this.#db.query(`select count(*)::int as runs from ${this.#in}.run`);
    const kept = Number(left?.['runs']) - (dryRun ? pruned.length : 0);
    return { pruned, underWay, kept };
  }

  async #find(ref: string): Promise<string> {
    const [row] = await this.#db.query(`select id from ${this.#in}.run where id = $1`, [ref]);
    return row === undefined ? findRun(await this.ids(), ref) : String(row['id']);
  }

  get #in(): string {
    return this.#db.place.schema;
  }

  /** Who has a lock for the run `r`, if anybody has and it has no end. */
  get #activeOn(): string {
    return `(select l.holder from ${this.#in}.lock l
    where r.ended_at is null and l.run = r.id and l.holder is not null and l.expires_at > clock_timestamp() limit 1)`;
  }

  #summary(row: Row): RunSummary {
    const run = String(row['id']);
    const base = { run, at: new Date(startedAt(run)).toISOString(), ...storeFactsOf(row) };
    try {
      const head = text(row['head']);
      const facts = factsOfFirstLine(head, run);
      if (facts === undefined) throw damagedError(run, 1, this.#db.place.label);
      const end = endIn(text(row['tail']));
      const state = end !== undefined ? 'finished' : base.activeOn ? 'active' : 'unfinished';
      return { ...base, ...facts, state, ...defined({ end }) };
    } catch (error) {
      if (!isGroupctlError(error)) throw error;
      const state = error.code === 'journal-damaged' ? 'damaged' : 'unreadable';
      return { ...base, state, problem: error.message };
    }
  }
}

function storeFactsOf(row: Row): { actor?: string; activeOn?: string } {
  const { by, active_on: activeOn } = row;
  return {
    ...(typeof by === 'string' ? { actor: by } : {}),
    ...(typeof activeOn === 'string' ? { activeOn } : {}),
  };
}

function endIn(tail: string): RunEnd | undefined {
  const line = toLine(parseFields(tail) ?? {});
  return line?.t === 'end' ? line.end : undefined;
}

function safeFacts(head: string, run: string): ReturnType<typeof factsOfFirstLine> {
  try {
    return factsOfFirstLine(head, run);
  } catch {
    return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
