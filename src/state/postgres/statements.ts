/** The statements of protocol 1. Each is one transaction, and only the database's clock counts. */

/** A group's lock is the taker's for that long after its last statement. */
export const LEASE_MS = 15_000;
/** The protocol of these tables; another one is refused. */
export const PROTOCOL = 1;

/** The same, in SQL. */
export const LEASE = `interval '${LEASE_MS} milliseconds'`;

/** What the statements of groupctl need of the tables. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  meta: ['protocol'],
  lock: [
    ...['server', 'grp', 'token', 'holder', 'run', 'taken_at', 'expires_at'],
    ...['in_flight_until', 'in_flight'],
  ],
  run: ['id', 'server', 'grp', 'by', 'began_at', 'ended_at'],
  line: ['run', 'n', 'token', 'body'],
};

/** The names of all that {@link ddl} creates in the schema. */
export const RELATIONS = [...Object.keys(COLUMNS), 'fence'];

/** The tables, in the order in which they are created. */
export function ddl(schema: string): string[] {
  return [
    `do $$ begin
  if not exists (select from pg_namespace where nspname = '${schema}') then
    create schema ${schema};
  end if;
end $$`,
    `create table if not exists ${schema}.meta (protocol int not null)`,
    `insert into ${schema}.meta (protocol) select ${PROTOCOL} where not exists (select from ${schema}.meta)`,
    `create sequence if not exists ${schema}.fence`,
    `create table if not exists ${schema}.lock (
  server text not null,
  grp text not null,
  token bigint not null,
  holder text,
  run text,
  taken_at timestamptz,
  expires_at timestamptz,
  in_flight_until timestamptz,
  in_flight text,
  primary key (server, grp)
)`,
    `create table if not exists ${schema}.run (
  id text primary key,
  server text not null,
  grp text,
  by text not null,
  began_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
)`,
    `create table if not exists ${schema}.line (
  run text not null references ${schema}.run on delete cascade,
  n int not null,
  token bigint,
  body text not null,
  primary key (run, n)
)`,
  ];
}

/** A lock that somebody has, or whose group has a write in flight. */
export const HELD = `(l.holder is not null and l.expires_at > clock_timestamp())
  or l.in_flight_until > clock_timestamp()`;

/** @param which of the locks: {@link HELD}, or `true` for all of them */
export function statusSql(schema: string, which: string): string {
  return `select l.server, l.grp as key, coalesce(r.grp, l.grp) as grp, l.token, l.run,
  case when l.expires_at > clock_timestamp() then l.holder end as holder,
  extract(epoch from clock_timestamp() - l.taken_at)::int as held_s,
  ceil(extract(epoch from l.in_flight_until - clock_timestamp()))::int as in_flight_s
from ${schema}.lock l left join ${schema}.run r on r.id = l.run
where ${which}
order by l.server, l.grp`;
}

/**
 * `server, group, token, whether what is in flight does not matter`: a row if it was taken away, with the
 * seconds in which a write may still take effect.
 */
export function unlockSql(schema: string): string {
  return `with old as (select in_flight_until from ${schema}.lock
  where server = $1 and grp = $2 and token = $3::bigint for update)
update ${schema}.lock l
set holder = null, expires_at = null, token = nextval('${schema}.fence'),
  in_flight_until = case when $4::boolean then null else l.in_flight_until end,
  in_flight = case when $4::boolean then null else l.in_flight end
from old
where l.server = $1 and l.grp = $2 and l.token = $3::bigint
  and ($4::boolean or l.in_flight_until is null or l.in_flight_until <= clock_timestamp())
returning ceil(extract(epoch from old.in_flight_until - clock_timestamp()))::int as in_flight_s`;
}

/** What a user that makes runs needs: it adds lines, and neither changes nor deletes any. */
export function grants(schema: string, role: string): string[] {
  return [
    `grant usage on schema ${schema} to ${role}`,
    `grant usage on sequence ${schema}.fence to ${role}`,
    `grant select on ${schema}.meta to ${role}`,
    `grant select, insert, update on ${schema}.lock, ${schema}.run to ${role}`,
    `grant select, insert on ${schema}.line to ${role}`,
  ];
}

/** Whether the store can be used for runs, in one row. */
export function readySql(schema: string): string {
  const may = (table: string, ...rights: string[]): string =>
    rights.map((right) => `has_table_privilege('${schema}.${table}', '${right}')`).join(' and ');
  const needed = Object.entries(COLUMNS).flatMap(([table, columns]) =>
    columns.map((column) => `('${table}', '${column}')`),
  );
  return `select protocol, pg_is_in_recovery() as standby,
  current_setting('transaction_read_only') = 'on' as read_only,
  (select string_agg(format('%s.%s is missing', t, c), ', ') from (values ${needed.join(', ')}) as w (t, c)
    where not exists (select from pg_attribute where attrelid = to_regclass('${schema}.' || t)
      and attname = c and attnum > 0 and not attisdropped)) as lacks,
  has_sequence_privilege('${schema}.fence', 'usage')
  and ${may('lock', 'select', 'insert', 'update')}
  and ${may('run', 'select', 'insert', 'update')}
  and ${may('line', 'select', 'insert')} as may_write,
  (select max(id) from ${schema}.run) as newest
from ${schema}.meta`;
}

/** `server, group, holder`: a row if the lock was free, or its time was over. */
export function acquireSql(schema: string): string {
  return `insert into ${schema}.lock as l (server, grp, token, holder, taken_at, expires_at)
values ($1, $2, nextval('${schema}.fence'), $3, clock_timestamp(), clock_timestamp() + ${LEASE})
on conflict (server, grp) do update
  set token = excluded.token, holder = excluded.holder, run = null,
    taken_at = excluded.taken_at, expires_at = excluded.expires_at
  where l.holder is null or l.expires_at < clock_timestamp()
returning token, in_flight, ${LEFT} as left_ms, (select max(id) from ${schema}.run) as newest`;
}

/** Milliseconds until the marked writes can no longer take effect. */
const LEFT = `ceil(extract(epoch from in_flight_until - clock_timestamp()) * 1000)::int`;

/** `server, group`: who has the lock, and what is in flight. */
export function lockSql(schema: string): string {
  return `select holder, run, in_flight, ${LEFT} as left_ms from ${schema}.lock
where server = $1 and grp = $2`;
}

/** `server`: the groups with writes in flight. */
export function markedSql(schema: string): string {
  return `select grp, in_flight from ${schema}.lock
where server = $1 and in_flight_until > clock_timestamp()`;
}
