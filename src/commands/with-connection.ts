import type { ConnectOptions } from '../connect.ts';
import type { Connection, Deps } from '../deps.ts';
import { asGroupctlError } from '../errors.ts';

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
    const known = asGroupctlError(error);
    known.source ??= connection.source.name;
    throw known;
  } finally {
    progress.stop();
    await connection.close();
  }
}
