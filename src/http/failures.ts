import { asGroupctlError, GroupctlError, reworded } from '../errors.ts';
import { codeOf, CONNECT_TIMEOUT_CODE, isTlsCode, tlsReason } from './error-codes.ts';
import { proxiedTls, proxyFailure, proxyInWords, type ProxyName } from './proxy-failure.ts';
import { sentences } from '../domain/sentences.ts';

/** Codes of failures in which the request never reached the server, so that it did nothing. */
const NEVER_REACHED = new Set([
  'connect-refused',
  'dns',
  'connect-timeout',
  'tls',
  'unreachable',
  'proxy-refused',
  'proxy-unreachable',
]);

/** True if the request that failed this way cannot have had an effect. */
export function neverReached({ code, unsent, nothingWritten }: GroupctlError): boolean {
  return NEVER_REACHED.has(code) || unsent === true || nothingWritten === true;
}

/** True if the server answered, and not with a yes: that is the result, and is not tried again. */
export function isErrorAnswer({ status = 0 }: GroupctlError): boolean {
  return status >= 300;
}

/** Where a request was sent, for messages. */
export interface Target {
  /** Scheme, host and port of the server. */
  readonly where: string;
  /** The proxy in between. */
  readonly proxy: ProxyName | undefined;
  /** Seconds for connecting. */
  readonly connectS: number;
}

interface Wording {
  readonly code: string;
  readonly text: (target: Target) => string;
  readonly hint: string;
}

const CUT: Wording = {
  code: 'connection-cut',
  text: (target) => `The connection to ${placeOf(target)} was cut before the answer was complete.`,
  hint: 'Try again; if it keeps happening, look at the server and at any proxy in between.',
};

const REFUSED: Wording = {
  code: 'connect-refused',
  text: ({ where }) => `Nothing answers at ${where}: the connection was refused.`,
  hint: 'Check the URL and port of the source, and that the server is running.',
};

const NO_HOST: Wording = {
  code: 'dns',
  text: ({ where }) => `The host of ${where} cannot be found.`,
  hint: 'Check the URL of the source for a typing error, and your DNS.',
};

const UNREACHABLE: Wording = {
  code: 'unreachable',
  text: ({ where }) => `${where} cannot be reached from here.`,
  hint: 'Check the network, a VPN, and the proxy variables.',
};

const BY_CODE: Readonly<Record<string, Wording>> = {
  ECONNREFUSED: REFUSED,
  ENOTFOUND: NO_HOST,
  EAI_AGAIN: NO_HOST,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  EADDRNOTAVAIL: UNREACHABLE,
  ECONNRESET: CUT,
  EPIPE: CUT,
  ETIMEDOUT: CUT,
  UND_ERR_SOCKET: CUT,
  UND_ERR_ABORTED: CUT,
};

/**
 * What undici or Node threw, in one sentence. Never the library's message alone.
 *
 * @param isSent true once the request was handed to a connection: it may have reached the server
 */
export function networkError(error: unknown, target: Target, isSent: boolean): GroupctlError {
  const { where, proxy, connectS } = target;
  const byProxy = proxy && proxyFailure(error, proxy, { where, limitS: connectS, isSent });
  if (byProxy !== undefined) return byProxy;
  const code = codeOf(error);
  const isLate = code === CONNECT_TIMEOUT_CODE || code === 'ETIMEDOUT';
  if (isLate && !isSent) return connectTimeoutError(where, connectS);
  const wording = BY_CODE[code];
  if (wording !== undefined) {
    // A connection that breaks reports some codes of one that could not be made.
    const { code: word, text, hint } = isSent ? CUT : wording;
    const facts = {
      code: word,
      hint: word === CUT.code ? `${hint}${otherSchemeHint(where)}` : hint,
      details: { cause: code },
      cause: error,
    };
    return new GroupctlError('network', text(target), facts);
  }
  if (isTlsCode(code)) return tlsError(error, code, target);
  if (code === 'ERR_HTTP_PARSER') {
    return new GroupctlError(
      'protocol',
      `What answers at ${placeOf(target)} does not speak HTTP.`,
      {
        code: 'not-http',
        hint: 'Check the port, and whether the URL should start with https:// or http://.',
        cause: error,
      },
    );
  }
  // A bug in the program is no network error.
  if (code === 'UNKNOWN' && isFault(error)) return asGroupctlError(error);
  const words = error instanceof Error ? error.message : String(error);
  return new GroupctlError('network', `The request to ${where} failed: ${words}.`, {
    code: 'network',
    hint: 'Check the network and the URL of the source.',
    details: { cause: code },
    cause: error,
  });
}

/**
 * One attempt took longer than `--timeout`.
 *
 * @param isSent false: there was no connection yet
 */
export function timeoutError(target: Target, limitS: number, isSent: boolean): GroupctlError {
  const { where, proxy } = target;
  if (isSent) {
    const message = `No complete answer from ${placeOf(target)} within ${limitS} s.`;
    return new GroupctlError('network', message, {
      code: 'timeout',
      hint: 'Allow more time with --timeout <seconds>, or look at the server.',
      details: { limitS },
    });
  }
  const late = Object.assign(new Error('No connection'), { code: CONNECT_TIMEOUT_CODE });
  const byProxy = proxy && proxyFailure(late, proxy, { where, limitS, isSent });
  return byProxy ?? connectTimeoutError(where, limitS);
}

function connectTimeoutError(where: string, limitS: number): GroupctlError {
  return new GroupctlError('network', `No connection to ${where} within ${limitS} s.`, {
    code: 'connect-timeout',
    hint: 'Check the URL of the source, the network, a VPN, and the proxy variables.',
    details: { limitS },
  });
}

/** Counts attempts that ran out of time, one after the other. */
export class FailedAttempts {
  #code: string | undefined;
  #count = 0;

  /** The failure of one more attempt, saying how many there were. */
  count(error: GroupctlError): GroupctlError {
    this.#count = error.code === this.#code ? this.#count + 1 : 1;
    this.#code = error.code;
    const { limitS } = (error.details ?? {}) as { limitS?: number };
    if (limitS === undefined || this.#count === 1) return error;
    const attempts = `There were ${this.#count} attempts of ${limitS} s.`;
    return reworded(error, { message: sentences(error.message, attempts) });
  }
}

function placeOf({ where, proxy }: Target): string {
  return proxy === undefined ? where : `${where} through ${proxyInWords(proxy)}`;
}

function tlsError(error: unknown, code: string, target: Target): GroupctlError {
  const { where, proxy } = target;
  const { reason, hint } = proxy === undefined ? tlsReason(code, where) : proxiedTls(code, proxy);
  return new GroupctlError('network', `No secure connection to ${placeOf(target)}: ${reason}.`, {
    code: 'tls',
    hint,
    details: { cause: code },
    cause: error,
  });
}

/** A server that requires https cuts a connection without it. */
function otherSchemeHint(where: string): string {
  return where.startsWith('http:')
    ? ` Or the server requires https: try ${where.replace(/^http:/, 'https:')}`
    : '';
}

function isFault(error: unknown): boolean {
  return (
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError
  );
}

/** The lock of the group is another run's by now, or may be: nothing is sent. */
export function writeLimitError(): GroupctlError {
  return new GroupctlError('safety', 'The time in which this write had to be sent is over.', {
    code: 'write-limit',
    hint: 'This process was paused for too long. Run the same command again.',
  });
}
