import { describe, expect, it } from 'vitest';
import { chooseSource } from '../../../src/state/sources/choose.ts';
import { kindOfUrl, normalizeUrl } from '../../../src/state/sources/url.ts';
import { SourceStore } from '../../../src/state/sources/store.ts';
import { temporaryFolder } from '../../helpers/cli.ts';
import { errorOf } from './helpers.ts';

const choose = (options: object, env: Record<string, string> = {}) =>
  chooseSource(options, env, () => Promise.resolve(new SourceStore(temporaryFolder())));

describe('Infisical sources', () => {
  it.each([
    ['us', 'https://us.infisical.com/'],
    ['EU', 'https://eu.infisical.com/'],
  ])('%s is built in, with credentials from the environment', async (name, url) => {
    const env = { GROUPCTL_CLIENT_ID: 'id-1', GROUPCTL_CLIENT_SECRET: 'secret-1' };
    const expected = {
      name: name.toLowerCase(),
      kind: 'infisical',
      url,
      credentials: { type: 'client', clientId: 'id-1', clientSecret: 'secret-1' },
    };
    expect(await choose({ source: name }, env)).toEqual(expected);
    expect(await choose({}, { ...env, GROUPCTL_URL: name, GROUPCTL_KIND: 'proget' })).toEqual(
      expected,
    );
  });

  it('takes a token or a client from options, not both, and not half of a pair', async () => {
    expect(await choose({ source: 'us', apiKey: 'token-1' })).toMatchObject({
      credentials: { type: 'api-key', apiKey: 'token-1' },
    });
    const both = await errorOf(choose({ source: 'us', apiKey: 'x', clientId: 'y' }));
    expect(both.message).toBe('--api-key and --client-id are both given.');
    const half = await errorOf(choose({ source: 'us', clientId: 'y' }));
    expect(half.message).toBe('--client-id is given without --client-secret.');
  });

  it('does not take what is meant for another kind of server', async () => {
    const env = { GROUPCTL_USERNAME: 'a', GROUPCTL_PASSWORD: 'b', GROUPCTL_KIND: 'infisical' };
    expect(await choose({ source: 'https://in.corp/' }, env)).toEqual({
      name: 'https://in.corp/',
      kind: 'infisical',
      url: 'https://in.corp/',
    });
  });

  it('has a sandbox of its own', async () => {
    const env = { GROUPCTL_API_KEY: 'other' };
    expect(await choose({ source: 'sandbox:infisical' }, env)).toEqual({
      name: 'sandbox:infisical',
      kind: 'infisical',
      url: 'sandbox:infisical',
    });
  });

  it('knows the kind and the URL of the short names', () => {
    expect([kindOfUrl('eu', undefined), kindOfUrl('https://x/', undefined)]).toEqual([
      'infisical',
      'proget',
    ]);
    expect(() => kindOfUrl('us', 'proget')).toThrow('us is an Infisical server.');
    expect(normalizeUrl(' us ')).toBe('https://us.infisical.com/');
  });
});
