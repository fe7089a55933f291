import type { ConnectOptions } from '../cli/deps.ts';
import type { Connection, Deps } from '../cli/deps.ts';
import type { Source } from '../domain/source.ts';
import { asGroupctlError, type GroupctlError, reworded } from '../errors.ts';

const LIST_HINT = /groupctl security groups list$/;

/** The error with its source; advice to look at the server names it, where it is not the default. */
function located(error: GroupctlError, { name }: Source): GroupctlError {
  error.source ??= name;
  if (name === 'Default' || error.hint === undefined || !LIST_HINT.test(error.hint)) return error;
  const source = /^[\w.:/@-]+$/.test(name) ? name : JSON.stringify(name);
  return reworded(error, { hint: `${error.hint} --source=${source}` });
}

/** Runs something with a connection, closes it, and says in any error which source it was. */
export async function withConnection<T>(
  options: ConnectOptions,
  deps: Deps,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await deps.connect(options);
  // Reading may take long, too; a run over many members has a progress of its own, and ends this one.
  const progress = deps.progress(0, 'reading');
  try {
    return await work(connection);
  } catch (error) {
    throw located(asGroupctlError(error), connection.source);
  } finally {
    progress.stop();
    // What was done is said in every case.
    await connection.close().catch((error: unknown) => {
      deps.trace(`The connection could not be closed: ${asGroupctlError(error).message}`);
    });
  }
}
