import { describe, expect, it } from 'vitest';
import { networkFailure, neverReached } from '../../src/http/failures.ts';

/** Failures that a test cannot bring about on loopback, by the codes that Node and undici throw. */

const WHERE = 'https://proget.test';
const thrown = (code: string): Error => Object.assign(new Error('words of a stranger'), { code });

describe('networkFailure', () => {
  it('calls a fault of the program internal, and not a failure of the network', () => {
    const failure = networkFailure(new TypeError('x is not a function'), WHERE);
    expect(failure).toMatchObject({ kind: 'internal', exitCode: 1 });
  });

  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'its certificate is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    ],
    ['CERT_HAS_EXPIRED', 'its certificate has expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'what answers there is not TLS'],
  ])('says why there is no TLS: %s', (code, reason) => {
    const failure = networkFailure(thrown(code), WHERE);
    expect(failure).toMatchObject({
      kind: 'network',
      code: 'tls',
      exitCode: 6,
      message: `No secure connection to ${WHERE}: ${reason}.`,
      details: { cause: code },
    });
    expect(neverReached(failure)).toBe(true);
  });

  it.each([
    ['EHOSTUNREACH', 'unreachable', true],
    ['UND_ERR_CONNECT_TIMEOUT', 'connect-timeout', true],
    ['EAI_AGAIN', 'dns', true],
    ['ECONNREFUSED', 'connect-refused', true],
    ['ECONNRESET', 'connection-cut', false],
    ['EPIPE', 'connection-cut', false],
    ['UND_ERR_SOCKET', 'connection-cut', false],
    ['SOMETHING_NEW', 'network', false],
  ])('%s is %s, certain not to have reached the server: %s', (cause, code, certain) => {
    const failure = networkFailure(thrown(cause), WHERE);
    expect(failure).toMatchObject({ kind: 'network', code });
    expect(neverReached(failure)).toBe(certain);
  });

  it('looks into a cause, and into the first of several errors', () => {
    const wrapped = new TypeError('fetch failed', { cause: thrown('ECONNREFUSED') });
    expect(networkFailure(wrapped, WHERE).code).toBe('connect-refused');
    const several = new AggregateError([thrown('EHOSTUNREACH'), thrown('ECONNREFUSED')]);
    expect(networkFailure(several, WHERE).code).toBe('unreachable');
  });
});
