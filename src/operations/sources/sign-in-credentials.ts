import type { KindInfo } from '../../backends/kind-info.ts';
import { kindInfo } from '../../backends/kinds.ts';
import type { Connection, Deps } from '../../cli/deps.ts';
import { defined } from '../../domain/defined.ts';
import type { Credentials, Source, SourceKind } from '../../domain/source.ts';
import { isGroupctlError, usageError } from '../../errors.ts';
import { credentialsFrom } from '../../state/sources/credentials.ts';
import { askRequired, askOptional, showProblem } from './questions.ts';
import { closeQuietly } from '../with-connection.ts';

/** The credentials of a new source: asked for, and tried on its server. */

/** Credentials that the server accepted, and what it said about them. */
interface Accepted {
  readonly credentials: Credentials;
  /** Whose they are, in words; undefined where the server does not say. */
  readonly account: string | undefined;
  /** Whether they may edit groups; undefined where the server does not say. */
  readonly mayChange: boolean | undefined;
}

const TRIES = 3;

/** Asks for credentials until the server accepts them. */
export async function askCredentials(
  at: { url: string; kind: SourceKind; caFile: string | undefined },
  deps: Deps,
): Promise<Accepted> {
  const { url, kind, caFile } = at;
  for (let tries = 1; ; tries++) {
    try {
      const credentials = await askParts(kindInfo(kind), deps);
      const source = { name: url, kind, url, credentials, ...defined({ caFile }) };
      return await using(source, deps, async (connection) => ({
        credentials,
        ...(await permissionsOf(connection, credentials)),
      }));
    } catch (error) {
      if (!isGroupctlError(error) || !['usage', 'unauthorized'].includes(error.kind)) throw error;
      if (tries === TRIES) throw error;
      showProblem(error, deps);
    }
  }
}

async function askParts(info: KindInfo | undefined, deps: Deps): Promise<Credentials> {
  const takesClient = info?.credentials.types.includes('client') === true;
  const clientId = takesClient
    ? await askOptional(deps, 'Client ID of the machine identity (empty: use an access token):')
    : undefined;
  if (clientId !== undefined) {
    const clientSecret = await askRequired(deps, 'Client secret (not shown):', true);
    return credentialsOf({ clientId, clientSecret });
  }
  const apiKey = await askOptional(
    deps,
    takesClient ? 'Access token (not shown):' : 'API key (not shown; empty: log in as a user):',
    true,
  );
  if (apiKey !== undefined || takesClient) return credentialsOf({ apiKey: apiKey ?? '' });
  const username = await askRequired(deps, 'User name:');
  return credentialsOf({
    username,
    password: await askRequired(deps, 'Password (not shown):', true),
  });
}

/** @throws usage (2) for an empty or damaged one */
function credentialsOf(parts: Parameters<typeof credentialsFrom>[0]): Credentials {
  const given = Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== ''));
  const credentials = credentialsFrom(given);
  if (credentials === undefined) throw usageError('There are no credentials.');
  return credentials;
}

/** @throws unauthorized (3) where the server rejects them */
async function permissionsOf(
  { directory }: Connection,
  credentials: Credentials,
): Promise<Omit<Accepted, 'credentials'>> {
  const access = await directory.checkAccess();
  const self = await directory.self?.();
  const id = self?.identityId ?? self?.userId;
  const account =
    credentials.type === 'password'
      ? credentials.username
      : id && `${self?.identityId === undefined ? 'user' : 'machine identity'} ${id}`;
  const mayChange =
    directory.mayChangeGroups === undefined ? access : await directory.mayChangeGroups();
  return { account, mayChange };
}

/** Connects for one thing. */
export async function using<T>(
  source: Source,
  deps: Deps,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await deps.connectToSource(source, { cache: false });
  try {
    return await work(connection);
  } finally {
    await closeQuietly(connection, deps);
  }
}
