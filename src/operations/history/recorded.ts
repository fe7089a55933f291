import { kindInfo } from '../../backends/kinds.ts';
import type { Connection, Deps, ServerOptions } from '../../cli/deps.ts';
import { GroupctlError, usageError } from '../../errors.ts';
import { groupLabel } from '../../domain/group.ts';
import type { PlannedRun } from '../../state/journal/record.ts';

/** Runs of the journal that are undone or resumed. */

/** A run as its journal has it now. */
export interface Recorded {
  readonly record: PlannedRun;
  /** @throws {@link Moved} when something was recorded of it since, or another run took it up */
  readonly assertUnchanged: () => Promise<void>;
}

/** The run to undo or resume has changed since it was read: it must be read again. */
export class RunChangedError extends Error {}

/**
 * The run that is meant; its id where it has no plan.
 *
 * @throws not-found (4), usage and config (2) as the journal's reader does
 */
export async function readRecorded(ref: string, deps: Deps): Promise<Recorded | { run: string }> {
  const { findRun, runIds } = await import('../../state/journal/files.ts');
  const { warnOfFuture } = await import('../../state/journal/clock.ts');
  const { readRun } = await import('../../state/journal/reader.ts');
  const { markOf } = await import('./later-runs.ts');
  const { state } = await deps.paths();
  const run = findRun(state, ref);
  warnOfFuture(state, runIds(state)[0], deps);
  // Before it is read: what is recorded meanwhile is seen either way.
  const mark = markOf(state, run);
  const record = readRun(state, run);
  if (record.noPlan) return { run };
  const assertUnchanged = async (): Promise<void> => {
    if (markOf((await deps.paths()).state, run) !== mark) throw new RunChangedError(run);
  };
  return { record, assertUnchanged };
}

/**
 * Where the run was: its own source, unless another one is named for the same server.
 *
 * @throws usage (2) `unknown-kind`: a newer version may have recorded the run
 */
export function whereItWas<T extends ServerOptions>(record: PlannedRun, options: T): T {
  const { kind, run } = record;
  if (kindInfo(kind) === undefined) {
    throw usageError(
      `The run ${run} was on a server of kind ${kind}, which this version of groupctl does not know.`,
      undefined,
      'unknown-kind',
    );
  }
  if (options.source !== undefined) {
    // The same server by its URL is of the same kind.
    const isItsUrl = record.url !== undefined && sameUrl(options.source, record.url);
    return isItsUrl ? { ...options, kind: options.kind ?? kind } : options;
  }
  const isUrl = record.source.includes('://');
  return { ...options, source: record.source, ...(isUrl ? { kind } : {}) };
}

function sameUrl(one: string, other: string): boolean {
  const bare = (url: string): string => url.trim().replace(/\/+$/, '').toLowerCase();
  return bare(one) === bare(other);
}

/**
 * Takes care that a run is taken up on the server it was on.
 *
 * @throws safety (8): nothing is sent
 */
export function assertSameServer(record: PlannedRun, { source }: Connection): void {
  const { kind, url } = record;
  if (source.kind === kind && (url === undefined || sameUrl(url, source.url))) return;
  throw new GroupctlError(
    'safety',
    `The run ${record.run} was on ${url ?? ''} (${kind}), and the source ${source.name} is ${source.url} (${source.kind}).`,
    { code: 'other-server', hint: 'Name that server with --source.', nothingWritten: true },
  );
}

/** Says which run is meant before anything is done about it: `latest` may be another one. */
export function sayWhich(doing: string, record: PlannedRun, deps: Deps): void {
  const { run, command, source, group, at } = record;
  deps.warn(`${doing} ${run}: ${command}, ${groupLabel(group)} on ${source}, ${at}.`);
}
