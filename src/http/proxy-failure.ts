import { capitalized } from '../domain/capitalized.ts';
import { GroupctlError } from '../errors.ts';
import { codeOf, CONNECT_TIMEOUT_CODE, isNoTls, isTlsCode, tlsReason } from './error-codes.ts';

/** What can go wrong between groupctl and a proxy, in one sentence that names the proxy. */

/** A proxy, for messages. */
export interface ProxyName {
  /** Scheme, host and port, without credentials. */
  readonly url: string;
  /** The environment variable that names it. */
  readonly variable: string;
  /** That has a user or a password, which were sent. */
  readonly hasCredentials: boolean;
}

/** The code of the error for a tunnel that the proxy did not open; the cause says why. */
export const TUNNEL_CODE = 'GROUPCTL_TUNNEL';

/** What to do about a 407. */
export function credentialsHint(proxy: ProxyName | undefined): string {
  if (proxy?.hasCredentials === true) {
    return `The proxy rejected the user or the password in ${proxy.variable}: check them. Write @ as %40, : as %3A, / as %2F and % as %25 in them.`;
  }
  return 'The proxy requires credentials: write them into its variable as http://user:password@host:port.';
}

/** A request that was to go through a proxy. */
interface ProxiedRequest {
  /** Scheme, host and port of the server. */
  readonly where: string;
  /** Seconds for connecting. */
  readonly limitS: number;
  /** True once there was a connection, and it was handed to that. */
  readonly isSent: boolean;
}

/** `the proxy http://proxy.corp.local:3128 (HTTPS_PROXY)` */
export function proxyInWords({ url, variable }: ProxyName): string {
  return `the proxy ${url} (${variable})`;
}

/**
 * The failure of a proxy; undefined if the error is not about the proxy.
 */
export function proxyFailure(
  error: unknown,
  proxy: ProxyName,
  request: ProxiedRequest,
): GroupctlError | undefined {
  const { where, isSent } = request;
  const refusal = refusalStatus(error);
  const the = proxyInWords(proxy);
  const hint = `Check ${proxy.variable} and the proxy, or add the host of the server to NO_PROXY.`;
  if (refusal !== undefined) {
    return new GroupctlError(
      'network',
      `${capitalized(the)} refused to connect to ${where} (${refusal}).`,
      {
        code: 'proxy-refused',
        hint: refusal === '407' ? credentialsHint(proxy) : hint,
        cause: error,
      },
    );
  }
  if (isSent) return undefined;
  const code = codeOf(error);
  const isTunnel = code === TUNNEL_CODE;
  const reason = isTunnel ? codeOf((error as Error).cause) : code;
  const message =
    unreachable(reason, the, request) ?? (isTunnel ? noTunnel(reason, the, where) : '');
  if (message === '') return undefined;
  return new GroupctlError('network', capitalized(message), {
    code: 'proxy-unreachable',
    hint,
    details: { cause: reason },
    cause: error,
  });
}

/** undici tells a proxy's refusal by its message alone. */
function refusalStatus(error: unknown): string | undefined {
  const message = error instanceof Error ? error.message : '';
  return /^Proxy (?:Authentication Required|response) \((\d{3})\)/.exec(message)?.[1];
}

/** With a proxy, a connection that cannot be made is always the one to the proxy. */
function unreachable(
  code: string,
  the: string,
  { where, limitS }: ProxiedRequest,
): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return `${the} does not answer: the connection was refused.`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host of ${the} cannot be found.`;
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return `${the} cannot be reached from here.`;
    case 'ETIMEDOUT':
    case CONNECT_TIMEOUT_CODE:
      return `no connection to ${where} through ${the} within ${limitS} s.`;
    default:
      return undefined;
  }
}

/** Why there is no TLS through a proxy: it may be the proxy that answers in place of the server. */
export function proxiedTls(code: string, { variable }: ProxyName): ReturnType<typeof tlsReason> {
  const { reason, hint } = tlsReason(code);
  if (isNoTls(code)) {
    return {
      reason: 'what answers does not use TLS',
      hint: `The proxy may answer in place of the server: check ${variable} and the proxy, or add the host of the server to NO_PROXY.`,
    };
  }
  return { reason, hint: `${hint} The certificate may be one of the proxy.` };
}

/** Connected to the proxy, and not through it. */
function noTunnel(code: string, the: string, where: string): string {
  if (isTlsCode(code)) return `no secure connection to ${the}: ${tlsReason(code).reason}.`;
  if (code === 'ERR_HTTP_PARSER') return `${the} does not speak HTTP.`;
  return `${the} closed the connection instead of connecting to ${where}.`;
}
