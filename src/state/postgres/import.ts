import { isGroupctlError } from '../../errors.ts';
import { eachLine, runIds, runPath } from '../journal/files.ts';
import { readRun } from '../journal/reader.ts';
import type { RunRecord } from '../journal/record.ts';
import type { ImportedRun } from '../store.ts';
import { actorOf } from './actor.ts';
import { type Database, textArray } from './database.ts';

/** Adding the journals of a state folder to a store. */

/** Lines are added in portions of about that size, characters. */
const PORTION_CHARS = 2_000_000;
/** What the URL of a source begins with that is on this machine alone. */
const SANDBOX = 'sandbox:';

/** Adds every run of the folder, oldest first; of a run that the store has, the lines that it lacks. */
export async function importRuns(
  db: Database,
  stateFolder: string,
  dryRun: boolean,
): Promise<ImportedRun[]> {
  const results: ImportedRun[] = [];
  for (const run of runIds(stateFolder).reverse()) {
    results.push(await importRun(db, stateFolder, run, dryRun));
  }
  return results;
}

async function importRun(
  db: Database,
  stateFolder: string,
  run: string,
  dryRun: boolean,
): Promise<ImportedRun> {
  const skipped = { run, outcome: 'skipped', lines: 0 } as const;
  let record: RunRecord;
  try {
    record = readRun(stateFolder, run);
  } catch (error) {
    if (isGroupctlError(error)) return { ...skipped, problem: error.message, unreadable: true };
    throw error;
  }
  if (record.url?.startsWith(SANDBOX) === true) {
    return { ...skipped, problem: 'It was on the sandbox.' };
  }
  const { schema } = db.place;
  const stored = await db.query(`select n, body from ${schema}.line where run = $1 order by n`, [
    run,
  ]);
  const lines = missingLines(
    runPath(stateFolder, run),
    stored.map(({ body }) => String(body)),
  );
  const outcome = stored.length === 0 ? 'imported' : lines.length > 0 ? 'completed' : 'unchanged';
  if (lines.length > 0 && !dryRun) {
    const { url = record.source, group, at, end } = record;
    await db.query(
      `insert into ${schema}.run (id, server, grp, by, began_at, ended_at)
values ($1, $2, $3, $4, $5::timestamptz, $6::timestamptz)
on conflict (id) do update set ended_at = excluded.ended_at where excluded.ended_at is not null`,
      [run, url, group.name, whoMade(record), at, end?.at ?? null],
    );
    await addLines(db, run, Number(stored.at(-1)?.['n'] ?? 0), lines);
  }
  return { run, outcome, lines: lines.length };
}

/** Those of the file that are not stored. A line that is twice in the file is to be stored twice. */
function missingLines(path: string, stored: readonly string[]): string[] {
  const known = new Map<string, number>();
  for (const body of stored) known.set(body, (known.get(body) ?? 0) + 1);
  const missing: string[] = [];
  eachLine(path, (line = '') => {
    const count = known.get(line) ?? 0;
    if (count === 0) missing.push(line);
    else known.set(line, count - 1);
  });
  return missing;
}

async function addLines(
  db: Database,
  run: string,
  last: number,
  lines: readonly string[],
): Promise<void> {
  let portion: string[] = [];
  let chars = 0;
  let n = last;
  const store = async (): Promise<void> => {
    await db.query(
      `insert into ${db.place.schema}.line (run, n, body)
select $1::text, $2::int + at::int, body from unnest($3::text[]) with ordinality as t (body, at)
on conflict (run, n) do nothing`,
      [run, n, textArray(portion)],
      { limitMs: 60_000 },
    );
    n += portion.length;
    portion = [];
    chars = 0;
  };
  for (const line of lines) {
    portion.push(line);
    chars += line.length;
    if (chars >= PORTION_CHARS) await store();
  }
  if (portion.length > 0) await store();
}

/** A record of the state folder alone does not say who made it. */
function whoMade({ header }: RunRecord): string {
  const { user, host } = (header['who'] ?? {}) as { user?: unknown; host?: unknown };
  if (typeof user === 'string' && typeof host === 'string') return `${user}@${host}`;
  return `unknown (imported by ${actorOf({}).text})`;
}
