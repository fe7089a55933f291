import { isIP } from 'node:net';
import postgres from 'postgres';
import type { Connect } from './database.ts';
import type { Login } from './pgpass.ts';
import { rootCertificates, type StoreUrl } from './url.ts';

const CONNECT_S = 5;

/**
 * Opens connections with the driver `postgres`. Nothing is prepared and no types are read, as a pooler
 * may hand out another connection for the next statement.
 */
export function storeConnector(url: StoreUrl, { user, password }: Login): Connect {
  const ca = url.tls ? rootCertificates(url) : undefined;
  const { host, port, database } = url;
  // An address is in a certificate as such, and is no name to ask for.
  const name = isIP(host) === 0 ? { servername: host } : { host };
  return () =>
    postgres({
      host,
      port,
      database,
      username: user,
      // The driver would look for one in the environment.
      password: password ?? '',
      ssl: url.tls
        ? { ...name, ...(ca === undefined ? {} : { ca }), rejectUnauthorized: true }
        : false,
      max: 1,
      prepare: false,
      fetch_types: false,
      connect_timeout: CONNECT_S,
      backoff: () => 0,
      idle_timeout: 0,
      max_lifetime: null,
      connection: { application_name: 'groupctl' },
      onnotice: () => undefined,
    });
}
