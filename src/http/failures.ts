import { errnoOf, GroupctlError } from '../errors.ts';

/** Codes of failures in which the request never reached the server, so that it did nothing. */
const NEVER_REACHED = new Set(['connect-refused', 'dns', 'connect-timeout', 'tls', 'unreachable']);

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

function tlsFailure(error: unknown, code: string, where: string): GroupctlError {
  const wrongScheme = code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code.includes('PACKET_LENGTH');
  return new GroupctlError('network', `No secure connection to ${where}: ${tlsReason(code)}.`, {
    code: 'tls',
    hint: wrongScheme
      ? 'The server seems to speak plain HTTP there: check the URL and the port.'
      : 'Name your own certificate authority in NODE_EXTRA_CA_CERTS (a PEM file).',
    details: { cause: code },
    cause: error,
  });
}

function tlsReason(code: string): string {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'its certificate is for another host';
  if (code === 'CERT_HAS_EXPIRED') return 'its certificate has expired';
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'what answers there is not TLS';
  return `its certificate is not trusted (${code})`;
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
