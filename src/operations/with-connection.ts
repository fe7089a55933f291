import type { ConnectOptions, Connection, Deps } from '../cli/deps.ts';
import { describeSource, type Source } from '../domain/source.ts';
import { asGroupctlError, type GroupctlError, onSource, reworded } from '../errors.ts';

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
    const { source } = connection;
    let failure = asGroupctlError(error);
    if (failure.kind === 'unauthorized' && describeSource(source).auth === 'none') {
      const { withoutCredentialsError } = await import('./no-credentials.ts');
      failure = await withoutCredentialsError(failure, source, deps);
    }
    throw onSource(withoutApiError(failure, source), source.name);
  } finally {
    progress.stop();
    await closeQuietly(connection, deps);
  }
}

/** What is no answer of the server, where its URL ends as those of its API do: what to leave out. */
export function withoutApiError(error: GroupctlError, { url }: Pick<Source, 'url'>): GroupctlError {
  const [, base, path] = /^(https?:\/\/.*?)(\/api(?:\/.*)?)$/.exec(url.replace(/\/$/, '')) ?? [];
  if (base === undefined || path === undefined) return error;
  if (error.kind !== 'protocol' && error.code !== 'not-supported') return error;
  return reworded(error, { hint: `Leave ${path} out of the URL of the server: ${base}/` });
}

/** Closes a connection. What that fails with is traced: the outcome of the work is reported in every case. */
export async function closeQuietly(
  connection: Connection | undefined,
  { trace }: Pick<Deps, 'trace'>,
): Promise<void> {
  await connection?.close().catch((error: unknown) => {
    trace(`The connection could not be closed: ${asGroupctlError(error).message}`);
  });
}
