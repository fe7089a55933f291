import { type Dispatcher, Pool, ProxyAgent } from 'undici';
import { harmless } from '../domain/shorten.ts';
import { GroupctlError } from '../errors.ts';
import { CONNECT_TIMEOUT_CODE } from './error-codes.ts';
import { readNoProxy } from './no-proxy.ts';
import { percentDecoded } from './percent.ts';
import { type ProxyName, TUNNEL_CODE } from './proxy-failure.ts';

/** The way through a proxy. In files of their own, which are loaded when a variable names one. */

export interface Proxy extends ProxyName {
  /** With the credentials. */
  readonly uri: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for a server; undefined if the server is asked directly.
 *
 * @param warn called with entries in NO_PROXY that have no effect
 * @throws config (exit 2) `bad-proxy` for a variable that is not a URL, or names a SOCKS proxy, or holds a `%`
 * that begins no escape
 */
export function findProxy(
  env: Env,
  server: URL,
  warn: (message: string) => void,
): Proxy | undefined {
  const plain = ['http_proxy', 'HTTP_PROXY'];
  const names = server.protocol === 'https:' ? ['https_proxy', 'HTTPS_PROXY', ...plain] : plain;
  const variable = names.find((name) => Boolean(env[name]));
  if (variable === undefined) return undefined;
  const without = env['no_proxy'] ? 'no_proxy' : 'NO_PROXY';
  const { direct, ignored } = readNoProxy(env[without] ?? '', server);
  if (ignored.length > 0) {
    warn(
      `Warning: ${without} has entries without effect: ${ignored.map(harmless).join(', ')}. Use a host, a domain (.corp.local), an IP address or a range (10.0.0.0/8).`,
    );
  }
  if (direct) return undefined;
  const uri = withScheme(env[variable] ?? '');
  if (SOCKS.test(uri)) throw badProxyError(variable, 'is a SOCKS proxy, which groupctl cannot use');
  if (!URL.canParse(uri) || !SCHEMES.test(uri)) throw badProxyError(variable, 'is not a URL');
  const { protocol, host, username, password } = new URL(uri);
  if (percentDecoded(`${username}:${password}`) === undefined) throw badEscapeError(variable);
  const hasCredentials = username !== '' || password !== '';
  return { variable, uri, url: `${protocol}//${host}`, hasCredentials };
}

const SCHEMES = /^https?:/i;
const SOCKS = /^socks\w*:/i;

/** `proxy.corp.local:3128` is what people write; undici wants a scheme. */
function withScheme(value: string): string {
  return value.includes('://') ? value : `http://${value}`;
}

function badProxyError(
  variable: string,
  why: string,
  hint = `Write it as http://host:port, or unset ${variable}.`,
): GroupctlError {
  return new GroupctlError('config', `The proxy in ${variable} ${why}.`, {
    code: 'bad-proxy',
    hint,
  });
}

function badEscapeError(variable: string): GroupctlError {
  return badProxyError(
    variable,
    'has a "%" in its user or password that begins no escape',
    'Write % as %25.',
  );
}

interface TrustOptions {
  /** Milliseconds for connecting to the proxy, and again for its tunnel. */
  readonly connectMs: number;
  /** Certificates to trust besides Node's and the system's, by file. */
  readonly caFile: string | undefined;
  readonly extraFile: string | undefined;
}

/**
 * Connections through a proxy. Plain HTTP is forwarded by the proxy as every other client has it,
 * not tunnelled.
 *
 * @throws config (2) `bad-ca-file`
 */
export async function createProxyAgent(
  { uri }: Proxy,
  options: Pool.Options,
  { connectMs, caFile, extraFile }: TrustOptions,
): Promise<Dispatcher> {
  const { trustedCertificates } = await import('./trust.ts');
  const ca = trustedCertificates(caFile, extraFile);
  const trust = ca === undefined ? {} : { ca };
  return new ProxyAgent({
    ...options,
    uri,
    proxyTunnel: false,
    proxyTls: { timeout: connectMs, ...trust },
    requestTls: trust,
    factory: (origin, own: object) => new Pool(origin, { ...options, ...own }),
    clientFactory: (origin, own: object) =>
      new TunnelPool(origin, { ...options, ...own }, connectMs),
  });
}

/**
 * The connections to a proxy that opens tunnels. undici takes one that the proxy closes for a
 * connection that is worth another try, again and again: here that is an error.
 */
class TunnelPool extends Pool {
  readonly #connectMs: number;

  constructor(origin: URL, options: Pool.Options, connectMs: number) {
    super(origin, options);
    this.#connectMs = connectMs;
  }

  override async connect(options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(codedError(CONNECT_TIMEOUT_CODE)), this.#connectMs);
    try {
      return await super.connect({ ...options, signal: limit.signal });
    } catch (cause) {
      throw codedError(TUNNEL_CODE, cause);
    } finally {
      clearTimeout(timer);
    }
  }
}

function codedError(code: string, cause?: unknown): Error {
  return Object.assign(new Error(code, { cause }), { code });
}
