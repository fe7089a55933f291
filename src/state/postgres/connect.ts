import { connect, isIP, type Socket } from 'node:net';
import postgres from 'postgres';
import type { Connect } from './database.ts';
import type { Login } from './pgpass.ts';
import { rootCertificates, type StoreUrl } from './url.ts';
import { NO_TLS } from './errors.ts';

const CONNECT_S = 5;
/** What a server without TLS answers to the question whether it has it. */
const NO = 'N'.charCodeAt(0);

/**
 * Opens connections with the driver `postgres`. Nothing is prepared and no types are read, as a pooler
 * may hand out another connection for the next statement.
 */
export function storeConnector(url: StoreUrl, { user, password }: Login): Connect {
  const ca = url.tls ? rootCertificates(url) : undefined;
  const { host, port, database } = url;
  // An address is in a certificate as such, and is no name to ask for.
  const name = isIP(host) === 0 ? { servername: host } : { host };
  // As text, the driver would take what follows the first ":" of an address for the port. Its types
  // know neither lists nor `socket`.
  return () => {
    let socket: Socket | undefined;
    const open = (): Socket => (socket = socketTo(url));
    const place: object = { host: [host], port: [port], socket: open };
    const sql = postgres({
      ...place,
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
    // The driver only says good-bye. A server that does not answer would keep this process alive.
    const end = async (limitS: number): Promise<void> => {
      await sql.end({ timeout: limitS }).catch(() => undefined);
      socket?.destroy();
    };
    return { sql, end };
  };
}

/** The driver would start TLS whatever the server answers, and report that the connection was cut. */
function socketTo({ host, port, tls }: StoreUrl): Socket {
  const socket = connect(port, host);
  if (!tls) return socket;
  return socket.once('data', (answer: Buffer) => {
    if (answer[0] === NO) socket.destroy(Object.assign(new Error('no TLS'), { code: NO_TLS }));
  });
}
