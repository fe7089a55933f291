import { errnoOf } from '../errors.ts';

/** What the codes of Node's and undici's errors mean. */

/** undici's name for a connection that took too long. */
export const CONNECT_TIMEOUT_CODE = 'UND_ERR_CONNECT_TIMEOUT';

/** The code of an error, or of its cause. */
export function codeOf(error: unknown): string {
  // undici's parser error has a name and no usable code.
  if (error instanceof Error && error.name === 'HTTPParserError') return 'ERR_HTTP_PARSER';
  const own = errnoOf(error);
  if (own !== undefined) return own;
  if (error instanceof AggregateError) return codeOf(error.errors[0]);
  if (error instanceof Error && error.cause !== undefined) return codeOf(error.cause);
  return 'UNKNOWN';
}

/** Node's codes for certificates and TLS; there are dozens, with a few beginnings. */
const TLS_CODE = /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_)/;

export function isTlsCode(code: string): boolean {
  return TLS_CODE.test(code);
}

/** True where what answers does not speak TLS. */
export function isNoTls(code: string): boolean {
  return code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code.includes('PACKET_LENGTH');
}

/**
 * Why there is no secure connection, and what to do about it.
 *
 * @param where scheme, host and port of the server
 */
export function tlsReason(code: string, where = ''): { reason: string; hint: string } {
  if (isNoTls(code)) {
    return {
      reason: 'the server does not use TLS on this port',
      hint: `Check the URL and the port. Or the server uses plain HTTP: try ${where.replace(/^https:/, 'http:')}`,
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
    reason: `its certificate is not trusted (${UNTRUSTED[code] ?? code})`,
    hint: 'Give the PEM file of your certificate authority: groupctl sources edit NAME --ca-file=ca.pem. For a URL in --source, set NODE_EXTRA_CA_CERTS to a file that can be read.',
  };
}

/** True where the certificate is good, but of an authority that is not trusted. */
export function isUntrustedCode(code: string): boolean {
  return Object.hasOwn(UNTRUSTED, code);
}

const NOT_KNOWN = 'its authority is not known here';
const UNTRUSTED: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: NOT_KNOWN,
  UNABLE_TO_GET_ISSUER_CERT: NOT_KNOWN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: NOT_KNOWN,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: NOT_KNOWN,
};
