import { describe, expect, it } from 'vitest';
import { connectLimit } from '../../src/http/agent.ts';
import {
  FailedAttempts,
  networkError,
  neverReached,
  timeoutError,
} from '../../src/http/failures.ts';

/** Failures that a test cannot bring about on loopback, by the codes that Node and undici throw. */

const WHERE = 'https://proget.test';
const TARGET = { where: WHERE, proxy: undefined, connectS: 10 };
const thrown = (code: string): Error => Object.assign(new Error('words of a stranger'), { code });

describe('networkError', () => {
  it('calls a fault of the program internal, and not a failure of the network', () => {
    const failure = networkError(new TypeError('x is not a function'), TARGET, false);
    expect(failure).toMatchObject({ kind: 'internal', exitCode: 1 });
  });

  it.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is not trusted (it is self-signed)'],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      'its certificate is not trusted (its authority is not known here)',
    ],
    ['CERT_HAS_EXPIRED', 'its certificate has expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host'],
    ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'the server does not use TLS on this port'],
  ])('says why there is no TLS: %s', (code, reason) => {
    const failure = networkError(thrown(code), TARGET, false);
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
    ['CERT_HAS_EXPIRED', 'its certificate has expired', 'The certificate may be one of the proxy.'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'what answers does not use TLS', 'check HTTPS_PROXY'],
  ])('names the proxy through which there is no TLS: %s', (code, reason, hint) => {
    const proxy = { url: 'http://p.test:3128', variable: 'HTTPS_PROXY', hasCredentials: false };
    const failure = networkError(thrown(code), { ...TARGET, proxy }, false);
    expect(failure.message).toBe(
      `No secure connection to ${WHERE} through the proxy http://p.test:3128 (HTTPS_PROXY): ${reason}.`,
    );
    expect(failure.hint).toContain(hint);
    expect(failure.hint).not.toContain('http://proget.test');
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
    const failure = networkError(thrown(cause), TARGET, false);
    expect(failure).toMatchObject({ kind: 'network', code });
    expect(neverReached(failure)).toBe(certain);
  });

  it.each(['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT', 'ECONNRESET'])(
    '%s of a request that was sent leaves open whether it reached the server',
    (cause) => {
      const failure = networkError(thrown(cause), TARGET, true);
      expect(failure).toMatchObject({ code: 'connection-cut', details: { cause } });
      expect(neverReached(failure)).toBe(false);
    },
  );

  it('looks into a cause, and into the first of several errors', () => {
    const wrapped = new TypeError('fetch failed', { cause: thrown('ECONNREFUSED') });
    expect(networkError(wrapped, TARGET, false).code).toBe('connect-refused');
    const several = new AggregateError([thrown('EHOSTUNREACH'), thrown('ECONNREFUSED')]);
    expect(networkError(several, TARGET, false).code).toBe('unreachable');
  });
});

describe('a connection that is cut', () => {
  it.each([
    ['http://a.example:8625', ' Or the server requires https: try https://a.example:8625'],
    ['https://a.example:8625', ''],
  ])('to %s has a hint: %j', (where, other) => {
    const failure = networkError(thrown('ECONNRESET'), { ...TARGET, where }, true);
    expect(failure.hint).toBe(
      `Try again; if it keeps happening, look at the server and at any proxy in between.${other}`,
    );
  });
});

describe('a time limit', () => {
  it('is 10 s for connecting, or that of the attempt if it is shorter', () => {
    expect([connectLimit(100_000), connectLimit(10_000), connectLimit(2500)]).toEqual([
      10_000, 10_000, 2500,
    ]);
  });

  it('for connecting is named, and the request never reached the server', () => {
    const failure = networkError(thrown('UND_ERR_CONNECT_TIMEOUT'), TARGET, false);
    expect(failure.message).toBe(`No connection to ${WHERE} within 10 s.`);
    expect(neverReached(failure)).toBe(true);
  });

  it('of an attempt that found no connection is one for connecting', () => {
    const failure = timeoutError(TARGET, 2, false);
    expect(failure).toMatchObject({ code: 'connect-timeout' });
    expect(failure.message).toBe(`No connection to ${WHERE} within 2 s.`);
    expect(neverReached(timeoutError(TARGET, 100, true))).toBe(false);
  });
});

describe('FailedAttempts', () => {
  it('counts attempts that ran out of time, one after the other', () => {
    const failed = new FailedAttempts();
    const late = (): string => failed.count(timeoutError(TARGET, 100, true)).message;
    expect(late()).toBe(`No complete answer from ${WHERE} within 100 s.`);
    late();
    late();
    expect(late()).toBe(
      `No complete answer from ${WHERE} within 100 s. There were 4 attempts of 100 s.`,
    );
    const other = failed.count(networkError(thrown('ECONNRESET'), TARGET, true)).message;
    expect(other).toBe(`The connection to ${WHERE} was cut before the answer was complete.`);
    expect(late()).toBe(`No complete answer from ${WHERE} within 100 s.`);
  });
});
