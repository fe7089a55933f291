import type { Connection, Deps, ServerOptions, WriteOptions } from '../../cli/deps.ts';
import type { RunContext } from '../membership/plan.ts';
import {
  assertHasCredentials,
  assertSameServer,
  assertSameStore,
  RunChangedError,
  readEarlierRun,
  type EarlierRun,
  withSourceOfRun,
} from './earlier-run.ts';
import type { RunRecord } from '../../state/journal/record.ts';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import { withConnection } from '../with-connection.ts';

/** How often a run is read again that others undo or resume at the same time. */
const READS = 3;

/**
 * Takes a recorded run up again on the server it was on.
 *
 * @param work calls `assertUnchanged` once it has the group; it starts over when the run has changed
 * @throws safety (8) `other-server`, `run-moved`, before anything is sent
 */
export async function reopenRun<T>(
  first: EarlierRun,
  options: ServerOptions & WriteOptions,
  deps: Deps,
  work: (run: EarlierRun, context: RunContext) => Promise<T>,
): Promise<T> {
  const { record } = first;
  return await connected(first, options, deps, async (connection) => {
    assertHasCredentials(first, connection);
    assertSameServer(record, connection);
    await assertSameStore(first, connection, deps);
    const context = { connection, options, deps };
    for (let run = first, reads = 1; ; reads++) {
      try {
        return await work(run, context);
      } catch (error) {
        if (!(error instanceof RunChangedError)) throw asGroupGoneError(record, error);
        const again = await readEarlierRun(record.run, undefined, first.store, deps);
        if (reads === READS) throw runMovedError(record);
        run = again;
      }
    }
  });
}

/** A source that was renamed or removed is the same server still. */
async function connected<T>(
  run: EarlierRun,
  options: ServerOptions & WriteOptions,
  deps: Deps,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const { record } = run;
  try {
    return await withConnection(await withSourceOfRun(run, options, deps), deps, work);
  } catch (error) {
    const isGone = isGroupctlError(error) && error.code === 'no-such-source';
    if (!isGone || options.source !== undefined || record.url === undefined) throw error;
    const hint = `The run was on ${record.url}: name that server with --source=<name or URL>.`;
    throw new GroupctlError(error.kind, error.message, { code: error.code, hint });
  }
}

function runMovedError({ run }: RunRecord): GroupctlError {
  const message = `The run ${run} is still under way, or another groupctl is resuming or undoing it.`;
  const hint = 'Run the same command again when that is done.';
  return new GroupctlError('safety', message, { code: 'run-moved', hint, nothingWritten: true });
}

function asGroupGoneError(record: RunRecord, error: unknown): unknown {
  return isGroupctlError(error) && error.code === 'no-such-group'
    ? groupGoneError(record, error)
    : error;
}

/** The run's group is looked for by its id, which nobody knows it by. */
function groupGoneError(
  { run, group }: RunRecord,
  { kind, code, details }: GroupctlError,
): GroupctlError {
  const message = `The group "${group.name}", which the run ${run} was about, is not there any more.`;
  return new GroupctlError(kind, message, { code, nothingWritten: true, details });
}
