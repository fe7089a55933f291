import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actorOf } from '../../../src/state/postgres/actor.ts';
import { loginFor } from '../../../src/state/postgres/pgpass.ts';
import { assertOneStore, parseStoreUrl, shownUrl } from '../../../src/state/postgres/url.ts';
import { temporaryFolder } from '../../helpers/cli.ts';

const SECRET = 'hunter22';
const parse = (url: string): ReturnType<typeof parseStoreUrl> =>
  parseStoreUrl(url, 'GROUPCTL_STORE');

describe('the URL of a store', () => {
  it('has a user, a host, a port, a database, a schema and TLS, with defaults', () => {
    expect(parse('postgres://db.corp/groupctl')).toEqual({
      host: 'db.corp',
      port: 5432,
      database: 'groupctl',
      schema: 'groupctl',
      user: undefined,
      password: undefined,
      tls: true,
      rootCert: undefined,
    });
    expect(
      parse(
        ' postgresql://c%40i:p%40ss%25@[::1]:6000/my%20db?schema=team_1&sslmode=verify-full&sslrootcert=/ca.pem',
      ),
    ).toEqual({
      host: '::1',
      port: 6000,
      database: 'my db',
      schema: 'team_1',
      user: 'c@i',
      password: 'p@ss%',
      tls: true,
      rootCert: '/ca.pem',
    });
  });

  it.each([
    ['postgres://localhost/db', false],
    ['postgres://127.0.0.2/db', false],
    ['postgres://[::1]/db', false],
    ['postgres://localhost/db?sslmode=disable', false],
    ['postgres://localhost/db?sslmode=verify-full', true],
    ['postgres://127.0.0.1.example/db', true],
    ['postgres://db/db?sslmode=verify-full', true],
  ])('%s: TLS %s', (url, tls) => {
    expect(parse(url).tls).toBe(tls);
  });

  it.each([
    ['', 'is not the URL of a shared store'],
    ['mysql://db/x', 'is not the URL of a shared store'],
    [`db.corp/${SECRET}`, 'is not the URL of a shared store'],
    [`postgres://u:${SECRET}@/db`, 'is not the URL of a shared store'],
    ['postgres:///db', 'names no host'],
    [`postgres://u:${SECRET}@db`, 'names no database'],
    [`postgres://u:${SECRET}@db/`, 'names no database'],
    ['postgres://db/a/b', 'names no database'],
    [`postgres://u:${SECRET}%zz@db/x`, 'has a "%" that is followed by no two hexadecimal digits'],
    [`postgres://u:p#${SECRET}@db/x`, 'is not the URL of a shared store'],
    ['postgres://db/x#y', 'has a "#"'],
    ['postgres://db/x?sslcert=a', 'has an unknown parameter, "sslcert"'],
    ['postgres://db/x?schema=Team', 'has a schema that is no plain name'],
    ['postgres://db/x?schema=a;drop', 'has a schema that is no plain name'],
    ['postgres://db/x?sslmode=require', 'has sslmode=require'],
    ['postgres://db/x?sslmode=disable', 'has sslmode=disable'],
    ['postgres://localhost/x?sslmode=prefer', 'has sslmode=prefer'],
  ])('%s is refused, and not repeated', (url, what) => {
    let error: { message?: string; exitCode?: number; hint?: string } = {};
    try {
      parse(url);
    } catch (thrown) {
      error = thrown as typeof error;
    }
    expect(error).toMatchObject({ exitCode: 2, code: 'bad-store' });
    expect(error.message).toMatch(/^GROUPCTL_STORE (is|names|has) /);
    expect(`${error.message ?? ''} ${error.hint ?? ''}`).not.toContain(SECRET);
    if (!url.includes('#')) expect(error.message).toBe(`GROUPCTL_STORE ${what}.`);
  });

  it('is shown without a password', () => {
    expect(shownUrl(parse(`postgres://ci:${SECRET}@db:5433/x?schema=s`))).toBe(
      'postgres://ci@db:5433/x?schema=s',
    );
    expect(shownUrl(parse('postgres://[::1]/x'))).toBe('postgres://[::1]/x');
  });

  it('is the same store with another user and other TLS parameters', () => {
    const check = (one: string, other: string) => () => assertOneStore(one, other, 'prod');
    expect(
      check('postgres://a:b@db/x?sslrootcert=/ca', 'postgresql://db:5432/x?schema=groupctl'),
    ).not.toThrow();
    expect(check('postgres://db/x', 'postgres://db/y')).toThrow(/two|is postgres/);
  });
});

describe('who logs in to a store', () => {
  const warned: string[] = [];
  const login = (
    url: string,
    env: Record<string, string>,
    platform = 'linux',
  ): ReturnType<typeof loginFor> =>
    loginFor(parse(url), { env, platform, warn: (message) => void warned.push(message) });
  const file = (lines: readonly string[], mode = 0o600): string => {
    const path = join(temporaryFolder(), 'pgpass');
    writeFileSync(path, lines.join('\n'));
    chmodSync(path, mode);
    return path;
  };

  it('is named in the URL, else in the environment', () => {
    const env = { PGUSER: 'env', PGPASSWORD: 'env-password' };
    expect(login('postgres://url:pw@localhost/x', env)).toEqual({ user: 'url', password: 'pw' });
    expect(login('postgres://url@localhost/x', env)).toEqual({
      user: 'url',
      password: 'env-password',
    });
    expect(login('postgres://localhost/x', env)).toEqual({ user: 'env', password: 'env-password' });
  });

  it('has the password of the first line of the password file that fits', () => {
    const PGPASSFILE = file([
      '# localhost:5432:x:ci:comment',
      'other:5432:x:ci:wrong',
      'localhost:5432:x:ci',
      'localhost:5432:x:ci:a\\:b\\\\c:d',
      '*:*:*:*:rest',
    ]);
    expect(login('postgres://ci@localhost/x', { PGPASSFILE }).password).toBe('a:b\\c:d');
    expect(login('postgres://other@localhost/x', { PGPASSFILE }).password).toBe('rest');
    expect(login('postgres://ci@localhost/x', { PGPASSFILE: '/no/such' }).password).toBeUndefined();
  });

  it('does not use a password file that others can read, and says so', () => {
    const PGPASSFILE = file(['*:*:*:*:open'], 0o644);
    expect(login('postgres://ci@localhost/x', { PGPASSFILE }).password).toBeUndefined();
    expect(warned.at(-1)).toBe(
      `Warning: the password file ${PGPASSFILE} is not used: others can read it (chmod 0600).`,
    );
    expect(login('postgres://ci@localhost/x', { PGPASSFILE }, 'win32').password).toBe('open');
  });

  it('finds ~/.pgpass', () => {
    const home = temporaryFolder();
    writeFileSync(join(home, '.pgpass'), 'localhost:*:*:ci:mine', { mode: 0o600 });
    expect(login('postgres://ci@localhost/x', { HOME: home }).password).toBe('mine');
  });
});

describe('who makes a run', () => {
  it.each([
    [{}, /^[^ ]+@[^ ]+$/],
    [
      {
        GITLAB_CI: 'true',
        GITLAB_USER_LOGIN: 'jane',
        CI_JOB_NAME: 'sync',
        CI_JOB_URL: 'https://git/j/1',
      },
      /^jane@[^ ]+ \(sync, https:\/\/git\/j\/1\)$/,
    ],
    [
      { BUILD_URL: 'https://u:pw@ci/job/7/', JOB_NAME: 'nightly' },
      /^[^ ]+@[^ ]+ \(nightly, https:\/\/ci\/job\/7\/\)$/,
    ],
    [{ CIRCLECI: 'true', CIRCLE_JOB: 'x' }, /@[^ ]+ \(x\)$/],
    [{ GITHUB_ACTIONS: 'true', GITHUB_ACTOR: 'bob' }, /^bob@[^ ]+$/],
  ])('%j', (env, text) => {
    expect(actorOf(env).text).toMatch(text);
  });
});
