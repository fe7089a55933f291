import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { errnoOf, GroupctlError, usageError } from '../../errors.ts';

/** The URL of a shared store: `postgres://[user@]host[:port]/db?sslmode=…&sslrootcert=…&schema=…`. */

export interface StoreUrl {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly schema: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** False: no TLS, on this machine only. */
  readonly tls: boolean;
  /** The file with the certificates of the authority; absent: those that Node trusts. */
  readonly rootCert: string | undefined;
}

const DEFAULT_PORT = 5432;
export const DEFAULT_SCHEMA = 'groupctl';
/** PostgreSQL cuts a longer name off. */
const SCHEMA = /^[a-z_][a-z0-9_]{0,62}$/;
const PARAMETERS = ['sslmode', 'sslrootcert', 'schema'];
const EXAMPLE =
  'Write it as postgres://user@db.corp.local/groupctl?sslrootcert=/etc/ssl/corp-ca.pem.';

const PASSWORD_HINT =
  'In a password write @ as %40, : as %3A, / as %2F, # as %23, ? as %3F and % as %25. Or use PGPASSWORD.';

/**
 * Reads a URL as typed.
 *
 * @param where what it is the value of, for messages: `GROUPCTL_STORE`
 * @throws usage (2) `bad-store`; the value is not shown, as it may hold a password
 */
export function parseStoreUrl(typed: string, where: string): StoreUrl {
  const bad = (what: string, hint = EXAMPLE): GroupctlError =>
    usageError(`${where} ${what}.`, hint, 'bad-store', { nothingWritten: true });
  const text = typed.trim();
  const url = /^postgres(ql)?:\/\//i.test(text) && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) {
    // A `/`, `#` or `?` in a password ends the host.
    const isPassword = /^postgres(ql)?:\/\/[^@]*[/#?%][^@]*@/i.test(text);
    throw bad('is not the URL of a shared store', isPassword ? PASSWORD_HINT : EXAMPLE);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (host === '' || host.includes('%2F')) throw bad('names no host');
  let user, password, database;
  try {
    [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    database = decodeURIComponent(url.pathname.slice(1));
  } catch {
    throw bad('has a "%" that is followed by no two hexadecimal digits', 'Write "%" as %25.');
  }
  if (database === '' || database.includes('/')) throw bad('names no database');
  if (url.hash !== '') throw bad('has a "#"', PASSWORD_HINT);
  const unknown = [...url.searchParams.keys()].find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) {
    throw bad(`has an unknown parameter, "${unknown}"`, `Known are: ${PARAMETERS.join(', ')}.`);
  }
  const schema = url.searchParams.get('schema') ?? DEFAULT_SCHEMA;
  if (!SCHEMA.test(schema)) {
    throw bad('has a schema that is no plain name', 'Use lower-case letters, digits and "_".');
  }
  return {
    host,
    port: url.port === '' ? DEFAULT_PORT : Number(url.port),
    database,
    schema,
    user: user === '' ? undefined : user,
    password: password === '' ? undefined : password,
    tls: usesTls(url.searchParams.get('sslmode'), host, bad),
    rootCert: url.searchParams.get('sslrootcert') ?? undefined,
  };
}

/** `verify-full`, unless the host is this machine: there `disable` is the default. */
function usesTls(
  mode: string | null,
  host: string,
  bad: (what: string, hint?: string) => GroupctlError,
): boolean {
  if (mode === 'verify-full') return true;
  const isHere = isLoopback(host);
  if (isHere && (mode === null || mode === 'disable')) return false;
  if (mode === null) return true;
  throw bad(
    `has sslmode=${/^[a-z-]{1,20}$/.test(mode) ? mode : '…'}`,
    isHere
      ? 'Use sslmode=verify-full or sslmode=disable.'
      : 'Only sslmode=verify-full, the default, shows that the server is the right one. Name its authority with sslrootcert=<file>.',
  );
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The URL for people and for the configuration: without a password. */
export function shownUrl(url: StoreUrl): string {
  const { host, port, database, schema, user } = url;
  const at = isIP(host) === 6 ? `[${host}]` : host;
  const shownPort = port === DEFAULT_PORT ? '' : `:${port}`;
  const login = user === undefined ? '' : `${encodeURIComponent(user)}@`;
  const query = schema === DEFAULT_SCHEMA ? '' : `?schema=${schema}`;
  return `postgres://${login}${at}${shownPort}/${encodeURIComponent(database)}${query}`;
}

/**
 * Takes care that the two places that name a store name the same one, with any user.
 *
 * @throws usage (2) `two-stores`, `bad-store`
 */
export function assertOneStore(set: string, own: string, source: string): void {
  const [one, other] = [
    parseStoreUrl(set, 'GROUPCTL_STORE'),
    parseStoreUrl(own, `The shared store of the source "${source}"`),
  ];
  const same = (['host', 'port', 'database', 'schema'] as const).every(
    (part) => one[part] === other[part],
  );
  if (same) return;
  throw usageError(
    `GROUPCTL_STORE is ${shownUrl(one)}, and the shared store of the source "${source}" is ${shownUrl(other)}.`,
    'Unset GROUPCTL_STORE, or change the source: groupctl sources edit --shared-store.',
    'two-stores',
    { nothingWritten: true },
  );
}

/**
 * The certificates that the server's has to be signed by; undefined: those that Node trusts.
 *
 * @throws config (2) `store-root-cert`
 */
export function rootCertificates({ rootCert }: StoreUrl): string | undefined {
  // libpq's word for the certificates of the system.
  if (rootCert === undefined || rootCert === 'system') return undefined;
  try {
    return readFileSync(rootCert, 'utf8');
  } catch (cause) {
    const why = errnoOf(cause) ?? 'error';
    throw new GroupctlError('config', `sslrootcert cannot be read: ${rootCert} (${why}).`, {
      code: 'store-root-cert',
      nothingWritten: true,
      cause,
    });
  }
}
