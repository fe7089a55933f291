import { type Parameter, textArray } from './database.ts';
import type { Lease } from './lease.ts';
import type { PendingLine } from './pending-lines.ts';
import { LEASE } from './statements.ts';

/** What a statement does to the lock that this run has. */
export interface LockChange {
  readonly lease: Lease;
  /**
   * For intents: nothing happens unless the lock is this run's. It is renewed then, and the writes are in
   * flight until their limit.
   */
  readonly provesLock: boolean;
  readonly renews: boolean;
  readonly releases: boolean;
}

/**
 * Changes the lock and adds lines, in one statement.
 * Parameters: the lock (server, group, token, run, in flight, write limit in ms), then the run (id,
 * server, group, by, ended), then the lines (numbers, bodies).
 */
export function writeSql(
  schema: string,
  change: LockChange | undefined,
  hasLines: boolean,
): string {
  const parts = change === undefined ? [] : [`l as (${lockChangeSql(schema, change)})`];
  const at = change === undefined ? 0 : 6;
  const token = change === undefined ? 'null::bigint' : '$3::bigint';
  const onlyHeld = change?.provesLock === true ? 'where exists (select 1 from l)' : '';
  if (hasLines) {
    const [id, server, group, by, ended, numbers, bodies] = [1, 2, 3, 4, 5, 6, 7].map(
      (n) => `$${at + n}`,
    );
    const endedAt = `case when ${ended}::boolean then clock_timestamp() end`;
    parts.push(
      `r as (insert into ${schema}.run (id, server, grp, by, ended_at)
  select ${id}::text, ${server}::text, ${group}::text, ${by}::text, ${endedAt} ${onlyHeld}
  on conflict (id) do update set ended_at = excluded.ended_at where excluded.ended_at is not null)`,
      `i as (insert into ${schema}.line (run, n, token, body)
  select ${id}::text, t.n, ${token}, t.body
  from unnest(${numbers}::int[], ${bodies}::text[]) as t (n, body) ${onlyHeld}
  on conflict (run, n) do nothing)`,
    );
  }
  const held = change === undefined ? 'null::int' : '(select count(*) from l)::int';
  return `with ${parts.join(',\n')}\nselect ${held} as held`;
}

function lockChangeSql(schema: string, { provesLock, renews, releases }: LockChange): string {
  const isMarked = '$5::text is not null';
  const limit = "clock_timestamp() + $6::int * interval '1 millisecond'";
  const set = [
    'run = coalesce($4::text, run)',
    'in_flight = $5::text',
    // Without a limit the parameter is null, and so is the sum; greatest() leaves that out.
    `in_flight_until = case when ${isMarked} then greatest(in_flight_until, ${limit}) end`,
    ...(provesLock || renews ? [`expires_at = clock_timestamp() + ${LEASE}`] : []),
    ...(releases ? ['holder = null'] : []),
  ];
  const alive = provesLock || renews ? 'and expires_at > clock_timestamp()' : '';
  return `update ${schema}.lock set ${set.join(', ')}
  where server = $1::text and grp = $2::text and token = $3::bigint and holder is not null ${alive}
  returning 1`;
}

/** The parameters of {@link writeSql}. */
export function writeParameters(
  change: LockChange | undefined,
  lines: readonly PendingLine[],
): Parameter[] {
  const [first] = lines;
  const parameters: Parameter[] = [];
  if (change !== undefined) {
    const { key, token, stored, marks } = change.lease;
    const run = first?.run.id ?? null;
    const limit = change.provesLock ? (marks?.limitMs ?? null) : null;
    parameters.push(key.server, key.group, token, run, stored, limit);
  }
  if (first !== undefined) {
    const { id, server, group, by } = first.run;
    const numbers = `{${lines.map(({ n }) => n).join(',')}}`;
    const isEnd = lines.some((line) => line.isEnd);
    parameters.push(id, server, group, by, isEnd, numbers, textArray(lines.map((l) => l.body)));
  }
  return parameters;
}
