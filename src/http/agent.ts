import { setFlagsFromString } from 'node:v8';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import { codeOf, isUntrustedCode } from './error-codes.ts';
import { percentDecoded } from './percent.ts';
import type { ProxyName } from './proxy-failure.ts';

/** The environment variables a proxy is named in, in upper or lower case. */
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];

const CONNECT_MS = 10_000;

/** Milliseconds for connecting, of those for one attempt. */
export function connectLimit(timeoutMs: number): number {
  return Math.min(CONNECT_MS, timeoutMs);
}

/** The connections of a command, and the proxy that they go through. */
export interface Route {
  readonly agent: Dispatcher;
  readonly proxy?: ProxyName;
}

interface RouteOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The URL of the server. */
  readonly url: string;
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number;
  /** Certificates to trust, in a file. */
  readonly caFile?: string;
  /** How many connections at most: as many as there are calls at once. */
  readonly connections: number;
  readonly warn: (message: string) => void;
}

/**
 * Connections for one command: keep-alive, no time limits of their own but for connecting (each
 * attempt has an exact one), and through a proxy only when the environment names one.
 *
 * @throws config (exit 2) when a proxy variable is not a URL; `bad-ca-file`
 */
export async function openRoute(options: RouteOptions): Promise<Route> {
  const route = await routeFor(options);
  workLess();
  return route;
}

async function routeFor(options: RouteOptions): Promise<Route> {
  const { env, timeoutMs, warn, caFile, connections } = options;
  const url = new URL(options.url);
  const connectMs = connectLimit(timeoutMs);
  // A connection is free a moment after its answer; without a limit the next call opens another one.
  const pool = { headersTimeout: 0, bodyTimeout: 0, allowH2: false, connections };
  const extraFile = env['NODE_EXTRA_CA_CERTS'];
  if (PROXY_VARIABLES.some((name) => Boolean(env[name]))) {
    const { createProxyAgent, findProxy } = await import('./proxy.ts');
    const proxy = findProxy(env, url, warn);
    if (proxy !== undefined) {
      const agent = await createProxyAgent(proxy, pool, { connectMs, caFile, extraFile });
      return { agent, proxy };
    }
  }
  const isTls = url.protocol === 'https:';
  const connect = isTls ? await tlsConnector(connectMs, caFile, extraFile) : { timeout: connectMs };
  // An Agent would open a Pool for each server; there is only one.
  return { agent: new Pool(url.origin, { ...pool, connect }) };
}

/**
 * Connects over TLS. A certificate that Node does not trust is checked against the system's store, too,
 * which takes time to read: nothing was sent by then.
 */
async function tlsConnector(
  timeout: number,
  caFile: string | undefined,
  extraFile: string | undefined,
): Promise<buildConnector.connector> {
  const options = { timeout, allowH2: false };
  if (caFile !== undefined) {
    const { trustedCertificates } = await import('./trust.ts');
    return buildConnector({ ...options, ca: trustedCertificates(caFile, extraFile) });
  }
  const connect = buildConnector(options);
  let connectTrusting: buildConnector.connector | undefined;
  const tryAgain: buildConnector.connector = (to, done) => {
    if (connectTrusting !== undefined) return connectTrusting(to, done);
    import('./trust.ts').then(
      ({ trustedCertificates }) => {
        const ca = trustedCertificates(undefined, extraFile);
        connectTrusting = ca === undefined ? connect : buildConnector({ ...options, ca });
        connectTrusting(to, done);
      },
      (error: unknown) => done(error as Error, null),
    );
  };
  return (to, done) => {
    if (connectTrusting !== undefined) return connectTrusting(to, done);
    connect(to, (...answer) => {
      const [error] = answer;
      if (error !== null && isUntrustedCode(codeOf(error))) tryAgain(to, done);
      else done(...answer);
    });
  };
}

/** The passwords in the URLs of the proxy variables: as they are written there, and as they are sent. */
export function proxyPasswords(
  env: Readonly<Record<string, string | undefined>>,
): (string | undefined)[] {
  return PROXY_VARIABLES.flatMap((name) => {
    const written = /^(?:[^:/]*:\/\/)?[^:@]*:(.*)@/.exec(env[name] ?? '')?.[1];
    return [written, written && percentDecoded(written)];
  });
}

/**
 * undici parses HTTP with WebAssembly, which V8 would go on optimizing in the background for about
 * 100 ms: longer than a whole command takes. And garbage is collected when there is a lot of it, and
 * not step by step beside the work, which is for pages that must not stutter. Set last, when
 * everything is loaded: set earlier, it makes Node reject its own code cache (docs/performance.md).
 */
function workLess(): void {
  setFlagsFromString('--wasm-tiering-budget=1000000000');
  setFlagsFromString('--no-incremental-marking');
}

/** Node formats the stack of what a socket is closed with, which takes 2 ms: this one has none. */
export function closedError(): Error {
  const error = new Error('The connections of this command are closed.');
  error.stack = error.message;
  return error;
}
