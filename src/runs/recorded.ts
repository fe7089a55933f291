import type { Connection, Deps, ServerOptions } from '../deps.ts';
import { GroupctlError } from '../errors.ts';
import type { PlannedRun } from '../store/run-reader.ts';

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
