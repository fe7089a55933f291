import { asGroupctlError, errnoOf, GroupctlError } from '../errors.ts';

/** Codes of failures in which the request never reached the server, so that it did nothing. */
const NEVER_REACHED = new Set([
  'connect-refused',
  'dns',
  'connect-timeout',
  'tls',
  'unreachable',
  'proxy-refused',
  'not-sendable',
]);

/** True if the request that failed this way cannot have had an effect. */
export function neverReached(error: GroupctlError): boolean {
  return NEVER_REACHED.has(error.code);
}

interface Wording {
  readonly code: string;
  readonly text: (where: string) => string;
  readonly hint: string;
}

const CUT: Wording = {
  code: 'connection-cut',
  text: (where) => `The connection to ${where} was cut before the answer was complete.`,
  hint: 'Try again; if it stays, look at the server and at any proxy in between.',
};

const REFUSED: Wording = {
  code: 'connect-refused',
  text: (where) => `Nothing answers at ${where}: the connection was refused.`,
  hint: 'Check the URL and port of the source, and that the server is running.',
};

const NO_HOST: Wording = {
  code: 'dns',
  text: (where) => `The host of ${where} cannot be found.`,
  hint: 'Check the URL of the source for a typing error, and your DNS.',
};

const UNREACHABLE: Wording = {
  code: 'unreachable',
  text: (where) => `${where} cannot be reached from here.`,
  hint: 'Check the network, a VPN, and the proxy variables.',
};

const CONNECT_TIMEOUT: Wording = {
  code: 'connect-timeout',
  text: (where) => `No connection to ${where} within the time limit.`,
  hint: 'Check the URL of the source and the network, or allow more time with --timeout.',
};

const BY_CODE: Readonly<Record<string, Wording>> = {
  ECONNREFUSED: REFUSED,
  ENOTFOUND: NO_HOST,
  EAI_AGAIN: NO_HOST,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  ETIMEDOUT: CONNECT_TIMEOUT,
  UND_ERR_CONNECT_TIMEOUT: CONNECT_TIMEOUT,
  ECONNRESET: CUT,
  EPIPE: CUT,
  UND_ERR_SOCKET: CUT,
  UND_ERR_ABORTED: CUT,
};

/** Node's codes for certificates and TLS; there are dozens, with a few beginnings. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_)/;

/**
 * What undici or Node threw, in one sentence. Never the message of the stranger alone.
 *
 * @param where scheme, host and port, for the reader.
 */
export function networkFailure(error: unknown, where: string): GroupctlError {
  const byProxy = proxyFailure(error, where);
  if (byProxy !== undefined) return byProxy;
  const code = codeOf(error);
  const wording = BY_CODE[code];
  if (wording !== undefined) {
    return new GroupctlError('network', wording.text(where), {
      code: wording.code,
      hint: wording.hint,
      details: { cause: code },
      cause: error,
    });
  }
  if (TLS_CODE.test(code)) return tlsFailure(error, code, where);
  if (code === 'ERR_HTTP_PARSER') {
    return new GroupctlError('protocol', `What answers at ${where} does not speak HTTP.`, {
      code: 'not-http',
      hint: 'Check the port, and whether the URL should start with https:// or http://.',
      cause: error,
    });
  }
  // A fault of the program is none of the network's.
  if (code === 'UNKNOWN' && isFault(error)) return asGroupctlError(error);
  const words = error instanceof Error ? error.message : String(error);
  return new GroupctlError('network', `The request to ${where} failed: ${words}.`, {
    code: 'network',
    hint: 'Check the network and the URL of the source.',
    details: { cause: code },
    cause: error,
  });
}

/** One attempt took longer than `--timeout`. */
export function timeoutFailure(where: string, seconds: number): GroupctlError {
  return new GroupctlError('network', `No complete answer from ${where} within ${seconds} s.`, {
    code: 'timeout',
    hint: 'Allow more time with --timeout <seconds>, or look at the server.',
  });
}

export const PROXY_CREDENTIALS =
  'The proxy wants credentials: write them into its variable as http://user:password@host:port.';

/** undici tells a proxy's refusal by its message alone. */
function proxyFailure(error: unknown, where: string): GroupctlError | undefined {
  const message = error instanceof Error ? error.message : '';
  const status = /^Proxy (?:Authentication Required|response) \((\d{3})\)/.exec(message)?.[1];
  if (status === undefined) return undefined;
  return new GroupctlError('network', `The proxy on the way to ${where} refused (${status}).`, {
    code: 'proxy-refused',
    hint: status === '407' ? PROXY_CREDENTIALS : 'Look at the proxy, or name the host in NO_PROXY.',
    cause: error,
  });
}

function tlsFailure(error: unknown, code: string, where: string): GroupctlError {
  const { reason, hint } = tlsReason(code);
  return new GroupctlError('network', `No secure connection to ${where}: ${reason}.`, {
    code: 'tls',
    hint,
    details: { cause: code },
    cause: error,
  });
}

function tlsReason(code: string): { reason: string; hint: string } {
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code.includes('PACKET_LENGTH')) {
    return {
      reason: 'what answers there is not TLS',
      hint: 'The server seems to speak plain HTTP there: check the URL and the port.',
    };
  }
  if (/^ERR_(SSL|OSSL)/.test(code)) {
    return {
      reason: `the handshake failed (${code})`,
      hint: 'Look at the TLS versions and ciphers that the server allows, and at its certificate.',
    };
  }
  if (code === 'CERT_HAS_EXPIRED') {
    return { reason: 'its certificate has expired', hint: 'Renew the certificate of the server.' };
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return {
      reason: 'its certificate is for another host',
      hint: 'Use the host name that the certificate is for in the URL of the source.',
    };
  }
  return {
    reason: `its certificate is not trusted (${code})`,
    hint: 'Name your own certificate authority in NODE_EXTRA_CA_CERTS (a PEM file).',
  };
}

function isFault(error: unknown): boolean {
  return (
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  );
}

function codeOf(error: unknown): string {
  // undici's parser error has a name and no usable code.
  if (error instanceof Error && error.name === 'HTTPParserError') return 'ERR_HTTP_PARSER';
  const own = errnoOf(error);
  if (own !== undefined) return own;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return codeOf(error.cause);
  return 'UNKNOWN';
}
