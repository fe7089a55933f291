import type { Deps, ServerOptions, WriteOptions } from '../deps.ts';
import type { RunContext } from '../runs/plan.ts';
import { assertSameServer, whereItWas } from '../runs/recorded.ts';
import type { PlannedRun } from '../store/run-record.ts';
import { GroupctlError, isGroupctlError } from '../errors.ts';
import { withConnection } from './with-connection.ts';

/**
 * Takes a recorded run up again on the server it was on.
 *
 * @throws safety (8) `other-server`, before anything is sent
 */
export async function withRun<T>(
  record: PlannedRun,
  options: ServerOptions & WriteOptions,
  deps: Deps,
  work: (context: RunContext) => Promise<T>,
): Promise<T> {
  return await withConnection(whereItWas(record, options), deps, async (connection) => {
    assertSameServer(record, connection);
    return await work({ connection, options, deps }).catch((error: unknown) => {
      throw isGroupctlError(error) && error.code === 'no-such-group' ? gone(record, error) : error;
    });
  });
}

/** The run's group is looked for by its id, which nobody knows it by. */
function gone({ run, group }: PlannedRun, { kind, code, details }: GroupctlError): GroupctlError {
  const message = `The group "${group.name}", which the run ${run} was about, is not there any more.`;
  return new GroupctlError(kind, message, { code, hint: 'Nothing was written.', details });
}
