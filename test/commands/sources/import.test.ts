import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, type CliOptions, temporaryFolder } from '../../helpers/cli.ts';

const KEY = 'abc12345-of-pgutil';

/** As pgutil writes it: the vector, then the text. */
function encrypted(text: string): string {
  const iv = randomBytes(16);
  const key = Buffer.from('cf85e31de7173b234f78f0e6e70ff3ad', 'hex');
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final()]).toString('base64');
}

/** The home of a user with this file of pgutil. */
function withPgutil(sources: readonly object[] | string | Buffer, where = '.config') {
  const home = temporaryFolder();
  const path = join(home, where, 'pgutil', 'pgutil.config');
  mkdirSync(join(path, '..'), { recursive: true });
  const content =
    typeof sources === 'string' || Buffer.isBuffer(sources)
      ? sources
      : JSON.stringify({ sources }, null, 2);
  writeFileSync(path, content);
  const user = cli();
  const env = { HOME: home };
  return {
    user,
    path,
    content,
    run: async (argv: string[], options: CliOptions = {}) =>
      await user.run(['sources', 'import', ...argv], { env, ...options }),
    config: () => readFileSync(join(user.config, 'config.json'), 'utf8'),
  };
}

const BOTH = [
  { name: 'Default', url: 'http://a.example', encryptedToken: encrypted(KEY), token: 'old-plain' },
  {
    name: 'plain',
    url: 'https://b.example/sub',
    username: 'jane',
    password: 's3cret pass',
    defaultFeed: 'npm',
  },
];

describe('sources import', () => {
  it('takes over keys and logins, encrypted or not, and leaves the file of pgutil alone', async () => {
    const { user, run, path, content, config } = withPgutil(BOTH);
    expect(await run([])).toEqual({
      code: 0,
      stdout: `From ${path}:\nAdded Default (http://a.example/).\nAdded plain (https://b.example/sub/).\n`,
      stderr: '',
    });
    expect(await user.json(['sources', 'list'])).toEqual([
      { name: 'Default', kind: 'proget', url: 'http://a.example/', auth: 'api-key' },
      {
        name: 'plain',
        kind: 'proget',
        url: 'https://b.example/sub/',
        auth: 'password',
        username: 'jane',
        feed: 'npm',
      },
    ]);
    expect(config()).toContain(KEY);
    expect(config()).toContain('s3cret pass');
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('keeps the user name next to a key as the own account', async () => {
    const both = { name: 'both', url: 'https://a.example/', username: 'jane', token: KEY };
    const { user, run } = withPgutil([both]);
    await run([]);
    expect(await user.json(['sources', 'show', 'both'])).toMatchObject({
      auth: 'api-key',
      self: 'jane',
    });
    expect((await run([])).stdout).toContain('Unchanged: both');
  });

  it('counts what was left alone among what was not taken over', async () => {
    const { run, user } = withPgutil([...BOTH, { name: 'us', url: 'https://a.example/' }]);
    await user.run(['sources', 'add', '--url=https://own.example/', '--api-key=own12345']);
    expect(await run([])).toMatchObject({
      code: 7,
      stderr: 'groupctl: 2 of 3 sources were not taken over.\n',
    });
  });

  it('leaves what differs alone without --replace', async () => {
    const { user, run } = withPgutil(BOTH);
    await user.run([
      'sources',
      'add',
      '--name=default',
      '--url=https://own.example/',
      '--api-key=own12345',
    ]);
    const first = await run([]);
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('Left alone: Default (http://a.example/) differs');
    expect((await run([])).stdout).toContain('Unchanged: plain (https://b.example/sub/).\n');
    expect((await run(['--replace', '--dry-run'])).stdout).toContain('Would replace Default');
    expect((await run(['--replace'])).stdout).toContain('Replaced Default (http://a.example/).\n');
    expect((await run([])).stdout.match(/Unchanged/g)).toHaveLength(2);
  });

  it('finds a key unchanged that it put into the keyring, and changed while that is locked', async () => {
    const { run, path, config } = withPgutil(BOTH);
    const HOME = path.slice(0, path.indexOf('/.config'));
    const env = { HOME, DISPLAY: ':0', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/bus', CI: '' };
    const keyring = new Map<string, string>();
    await run([], { env, keyring });
    expect(keyring.size).toBe(2);
    expect(config()).not.toContain(KEY);
    expect((await run([], { env, keyring })).stdout.match(/Unchanged/g)).toHaveLength(2);
    expect((await run([], { env, keyring: 'locked' })).stdout.match(/Left alone/g)).toHaveLength(2);
  });

  it('skips what groupctl cannot hold: 7, with the reason and no secret', async () => {
    const { run, user } = withPgutil([
      { name: 'ftp', url: 'ftp://a.example/', token: KEY },
      { name: 'info', url: 'https://jane:s3cret@a.example/' },
      { name: 'us', url: 'https://a.example/', token: KEY },
      { name: 'half', url: 'https://a.example/', username: 'jane' },
      { name: 'nouser', url: 'https://a.example/', password: 's3cret' },
      { name: 'broken', url: 'https://a.example/', encryptedToken: 'AAAA' },
      { name: '  ', url: 'https://a.example/' },
      { name: 'good', url: 'https://a.example/' },
    ]);
    const { code, stdout, stderr } = await run([]);
    expect(code).toBe(7);
    expect(stdout.match(/^Skipped: [^.]+/gm)).toEqual(
      ['ftp', 'info', 'us', 'half', 'nouser', 'broken', '""'].map((name) => `Skipped: ${name}`),
    );
    expect(stdout).toContain('Skipped: nouser. It has a password and no user name.');
    expect(stdout).toContain('Added good (https://a.example/).');
    expect(`${stdout}${stderr}`).not.toMatch(/s3cret|abc12345/);
    expect(stderr).toContain('7 of 8 sources were not taken over.');
    expect(await user.json(['sources', 'list'])).toMatchObject([{ name: 'good', auth: 'none' }]);
  });

  it('skips the second of two names that differ only in case, and a dry run says so: 7', async () => {
    const { run, user, path } = withPgutil([
      { name: 'prod', url: 'https://a.example/', token: KEY },
      { name: 'Prod', url: 'https://b.example/', token: KEY },
      { name: 'PROD', url: 'https://a.example/', token: KEY },
    ]);
    const said = (first: string): object => ({
      code: 7,
      stdout: `From ${path}:\n${first} prod (https://a.example/).\nSkipped: Prod. An earlier source of this file has the name "prod".\nUnchanged: PROD (https://a.example/).\n`,
    });
    expect(await run(['--dry-run'])).toMatchObject(said('Would add'));
    expect(await run([])).toMatchObject(said('Added'));
    // With --replace the second one must not replace the first, neither when that is unchanged …
    expect(await run(['--replace'])).toMatchObject(said('Unchanged:'));
    await user.run(['sources', 'edit', 'prod', '--feed=npm']);
    // … nor when it has just been replaced.
    expect(await run(['--replace', '--dry-run'])).toMatchObject(said('Would replace'));
    expect(await run(['--replace'])).toMatchObject(said('Replaced'));
    expect(await user.json(['sources', 'list'])).toMatchObject([{ url: 'https://a.example/' }]);
  });

  it('keeps the settings of a source that it replaces, which pgutil has not', async () => {
    const { run, user, config } = withPgutil([
      { name: 'Prod', url: 'https://a.example/', token: KEY },
    ]);
    await user.run([
      ...['sources', 'add', '--name=prod', '--url=https://old.example/', '--api-key=old12345'],
      ...['--self=Admin', '--no-user-check', '--settle=5', '--dialect=update', '--feed=npm'],
      '--shared-store=postgres://u@127.0.0.1:1/db',
    ]);
    expect((await run(['--replace'])).stdout).toContain('Replaced Prod (https://a.example/).\n');
    expect(await user.json(['sources', 'show', 'prod'])).toEqual({
      name: 'Prod',
      kind: 'proget',
      url: 'https://a.example/',
      auth: 'api-key',
      self: 'Admin',
      userCheck: false,
      settle: 5,
      dialect: 'update',
      sharedStore: 'postgres://u@127.0.0.1:1/db',
    });
    expect(config()).toContain(KEY);
    expect(config()).not.toContain('old12345');
    expect((await run([])).stdout).toContain('Unchanged: Prod');
  });

  it('keeps no organization slug, which no ProGet has', async () => {
    const { run, user } = withPgutil([{ name: 'prod', url: 'https://a.example/', token: KEY }]);
    await user.run([
      ...['sources', 'add', '--name=prod', '--url=eu', '--client-id=c', '--client-secret=s3cret12'],
      '--organization-slug=sub',
    ]);
    await run(['--replace']);
    expect(await user.json(['sources', 'show', 'prod'])).not.toHaveProperty('organizationSlug');
  });

  it('plans with --dry-run', async () => {
    const { run, user } = withPgutil(BOTH);
    expect((await run(['--dry-run'])).stdout).toContain('Would add Default (http://a.example/).');
    expect(await user.json(['sources', 'list'])).toEqual([]);
  });

  it.each([
    ['win32', 'AppData', (home: string) => ({ APPDATA: join(home, 'AppData') })],
    ['darwin', 'Library/Application Support', (home: string) => ({ HOME: home })],
    ['linux', 'xdg', (home: string) => ({ HOME: home, XDG_CONFIG_HOME: join(home, 'xdg') })],
  ])('finds the file on %s', async (platform, where, env) => {
    const { run, path } = withPgutil(BOTH, where);
    const home = path.slice(0, path.indexOf(where) - 1);
    const { stdout } = await run(['--dry-run'], { platform, env: env(home) });
    expect(stdout.split('\n')[0]).toBe(`From ${path}:`);
  });

  it.each([
    ['{"sources": [', 'is no JSON'],
    ['{"sources": [{"name": 1}]}', 'is not what pgutil writes: sources.0.name is not as expected'],
    ['[]', 'is not what pgutil writes: sources is not as expected'],
    ['{"packages":[]}', 'is not what pgutil writes: sources is not as expected'],
    ['{"Sources":[{"name":"x"}]}', 'is not what pgutil writes: sources is not as expected'],
    [
      Buffer.from(JSON.stringify({ sources: [{ ...BOTH[1], password: 'p\u00e4ss' }] }), 'latin1'),
      'is not UTF-8',
    ],
  ])('refuses a damaged file, or that of another program: 2', async (content, why) => {
    const { run, path } = withPgutil(content);
    expect(await run([])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(`The pgutil configuration ${path} ${why}.`) as string,
    });
  });

  it.each(['{"sources":[]}', '{"sources":null}'])(
    'takes over nothing where pgutil has none: %s',
    async (content) => {
      const { run } = withPgutil(content);
      expect(await run([])).toMatchObject({ code: 0, stderr: 'pgutil has no sources.\n' });
    },
  );

  it('says where there is none: 4', async () => {
    const { code, stderr } = await cli().run(['sources', 'import'], {
      env: { HOME: temporaryFolder() },
    });
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr:
        'groupctl: pgutil has no configuration file here.\nHint: Name the file with --from=pgutil.config.\n',
    });
  });

  it('is named where no server is selected and pgutil has some', async () => {
    const { user, path } = withPgutil(BOTH);
    const env = { HOME: path.slice(0, path.indexOf('/.config')) };
    const { code, stderr } = await user.run(['security', 'groups', 'list'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain(
      `pgutil has sources (${path}). Take them over with: groupctl sources import.`,
    );
  });
});
