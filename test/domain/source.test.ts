import { describe, expect, it } from 'vitest';
import {
  type Credentials,
  describeSource,
  sameServer,
  type Source,
  splitCredentials,
  withSecret,
} from '../../src/domain/source.ts';

const SOURCE: Source = { name: 'prod', kind: 'proget', url: 'https://a.example/', feed: 'npm' };
const KEY: Credentials = { type: 'api-key', apiKey: 's3cret' };
const LOGIN: Credentials = { type: 'password', username: 'jane', password: 's3cret' };
const CLIENT: Credentials = { type: 'client', clientId: 'c1', clientSecret: 's3cret' };

describe('a source as it may be shown', () => {
  it.each([
    [undefined, { auth: 'none' }],
    [KEY, { auth: 'api-key' }],
    [LOGIN, { auth: 'password', username: 'jane' }],
    [CLIENT, { auth: 'client', clientId: 'c1' }],
  ])('has no secret: %j', (credentials, shown) => {
    const source = credentials === undefined ? SOURCE : { ...SOURCE, credentials };
    expect(describeSource(source)).toEqual({ ...SOURCE, ...shown });
    expect(JSON.stringify(describeSource(source))).not.toContain('s3cret');
  });

  it.each([
    [
      { type: 'api-key', from: { keyring: 'prod 1' } },
      { auth: 'api-key', keyStorage: 'keyring' },
    ],
    [
      { type: 'password', username: 'jane', from: { command: 'op read x' } },
      { auth: 'password', username: 'jane', keyStorage: 'command' },
    ],
    [
      { type: 'client', clientId: 'c1', from: { keyring: 'prod 2' } },
      { auth: 'client', clientId: 'c1', keyStorage: 'keyring' },
    ],
  ] as const)('says where the secret is: %j', (external, shown) => {
    expect(describeSource({ ...SOURCE, external })).toEqual({ ...SOURCE, ...shown });
  });
});

describe('credentials', () => {
  it.each([
    [KEY, { type: 'api-key' }],
    [LOGIN, { type: 'password', username: 'jane' }],
    [CLIENT, { type: 'client', clientId: 'c1' }],
  ])('are taken apart and put together again: %j', (credentials, login) => {
    expect(splitCredentials(credentials)).toEqual({ secret: 's3cret', login });
    const { secret, login: rest } = splitCredentials(credentials);
    expect(withSecret({ ...rest, from: { keyring: 'x' } }, secret)).toEqual(credentials);
  });

  it('have an empty name where the record has none', () => {
    const from = { keyring: 'x' };
    expect(withSecret({ type: 'password', from }, 'p')).toEqual({
      type: 'password',
      username: '',
      password: 'p',
    });
    expect(withSecret({ type: 'client', from }, 'p')).toEqual({
      type: 'client',
      clientId: '',
      clientSecret: 'p',
    });
  });
});

describe('two URLs', () => {
  it.each([
    ['https://a.example/', 'https://a.example', true],
    ['https://A.example//', ' https://a.example ', true],
    ['https://a.example/x', 'https://a.example', false],
    ['https://a.example', 'http://a.example', false],
    ['https://a.example/b/c', 'https://a.example/bc', false],
  ])('%j and %j are of one server: %s', (one, other, same) => {
    expect(sameServer(one, other)).toBe(same);
  });
});
