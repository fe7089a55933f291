import type { ConnectOptions, Connection, Deps } from '../cli/deps.ts';
import { asGroupctlError } from '../errors.ts';

/** Runs something with a connection, closes it, and names its source in any error. */
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
    const failure = asGroupctlError(error);
    failure.source ??= connection.source.name;
    throw failure;
  } finally {
    progress.stop();
    // The outcome is reported in every case.
    await connection.close().catch((error: unknown) => {
      deps.trace(`The connection could not be closed: ${asGroupctlError(error).message}`);
    });
  }
}
