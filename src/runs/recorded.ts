import type { Connection, Deps, ServerOptions } from '../deps.ts';
import type { MemberChange } from '../domain/change.ts';
import { GroupctlError } from '../errors.ts';
import { isFinal, isUnseen, type PlannedRun } from '../store/run-record.ts';

/** Runs of the journal that are taken back or gone on with. */

/**
 * The run that is meant.
 *
 * @throws not-found (4), usage and config (2) as the journal's reader does
 */
export async function readRecorded(ref: string, deps: Deps): Promise<PlannedRun | { run: string }> {
  const { readRun } = await import('../store/run-reader.ts');
  const record = readRun((await deps.paths()).state, ref);
  return record.noPlan ? { run: record.run } : record;
}

/** Where the run was: its own source, unless another one is named for the same server. */
export function whereItWas<T extends ServerOptions>(record: PlannedRun, options: T): T {
  if (options.source !== undefined) return options;
  const isUrl = record.source.includes('://');
  const kind = record.kind === 'infisical' ? 'infisical' : 'proget';
  return { ...options, source: record.source, ...(isUrl ? { kind } : {}) };
}

/**
 * Takes care that a run is taken up on the server it was on.
 *
 * @throws safety (8): nothing is sent
 */
export function assertSameServer(record: PlannedRun, { source }: Connection): void {
  const { kind, url } = record;
  if (source.kind === kind && (url === undefined || url === source.url)) return;
  throw new GroupctlError(
    'safety',
    `The run ${record.run} was on ${url ?? kind}, and the source ${source.name} is ${source.url}.`,
    { code: 'other-server', hint: 'Nothing was written. Name that server with --source.' },
  );
}

/**
 * What later runs that went on with this one have brought to an end, by {@link rowKey}, and which
 * runs those are.
 */
export async function endedSince(
  run: string,
  deps: Deps,
): Promise<{ readonly rows: ReadonlySet<string>; readonly runs: readonly string[] }> {
  const { listRuns } = await import('../store/run-list.ts');
  const { readRun } = await import('../store/run-reader.ts');
  const { state } = await deps.paths();
  const later = listRuns(state);
  const rows = new Set<string>();
  const runs: string[] = [];
  const follow = (from: string): void => {
    for (const { run: next, resumes, state: word } of later) {
      if (resumes !== from || word === 'damaged' || word === 'unreadable') continue;
      const record = readRun(state, next);
      if (record.noPlan) continue;
      runs.push(next);
      for (const row of record.rows) {
        if (isFinal(row) && !isUnseen(row)) rows.add(rowKey(row.change));
      }
      follow(next);
    }
  };
  follow(run);
  return { rows, runs };
}

/** The rows that later runs have taken back, by {@link rowKey}. */
export async function takenBack(record: PlannedRun, deps: Deps): Promise<ReadonlySet<string>> {
  const { listRuns } = await import('../store/run-list.ts');
  const { readRun } = await import('../store/run-reader.ts');
  const { state } = await deps.paths();
  const back = new Set<string>();
  for (const { run, undoes, state: word } of listRuns(state)) {
    if (undoes !== record.run || word === 'damaged' || word === 'unreadable') continue;
    const undo = readRun(state, run);
    if (undo.noPlan) continue;
    for (const { change, state: became } of undo.rows) {
      if (became === 'done') back.add(`${change.op} ${change.type} ${change.member}`);
    }
  }
  const rows = record.rows.filter(({ change, outcome }) => {
    const op = change.op === 'add' ? 'remove' : 'add';
    return back.has(`${op} ${change.type} ${(outcome ?? change).member}`);
  });
  return new Set(rows.map(({ change }) => rowKey(change)));
}

/** What a row is known by in the run that goes on with it. */
export function rowKey({ op, type, requested }: MemberChange): string {
  return `${op} ${type} ${requested}`;
}

/** Says which run is meant before anything is done about it: `latest` may be another one. */
export function sayWhich(doing: string, record: PlannedRun, deps: Deps): void {
  const { run, command, source, group, at } = record;
  deps.warn(`${doing} ${run}: ${command}, ${group.name} on ${source}, ${at}.`);
}
