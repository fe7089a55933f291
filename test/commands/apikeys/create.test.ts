import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';

const NEW_KEY = 'f00dfeed-new-key-of-the-server';

async function keyServer() {
  return await serve(
    http.post('*/api/api-keys/create', () => HttpResponse.json({ id: 5, key: NEW_KEY })),
  );
}

async function create(argv: string[]) {
  const server = await keyServer();
  const user = cli();
  const words = ['apikeys', 'create', ...argv, `--source=${server.url}`];
  const login = argv.includes('personal')
    ? ['--username=jane', '--password=secret-1']
    : ['--api-key=abc12345'];
  return { user, server, ...(await user.run([...words, ...login])) };
}

describe('apikeys create', () => {
  it.each([
    [['personal'], { type: 'Personal', user: 'jane', logging: 'None' }],
    [
      ['personal', '--user=jsmith', '--name=Laptop', '--no-user-check'],
      { type: 'Personal', user: 'jsmith', logging: 'None', displayName: 'Laptop' },
    ],
    [['system'], { type: 'System', systemApis: ['full-control'], logging: 'None' }],
    [
      [
        'system',
        '--apis=feeds,sca',
        '--expiration=2031/1/31',
        '--logging=both',
        '--description=CI',
      ],
      {
        type: 'System',
        systemApis: ['feeds', 'sca'],
        logging: 'Both',
        description: 'CI',
        expiration: '2031-01-31T00:00:00',
      },
    ],
    [
      ['feed', '--feed=npm', '--expiration=2031-01-31T00:00:00'],
      {
        type: 'Feed',
        expiration: '2031-01-31T00:00:00',
        packagePermissions: ['view', 'add', 'promote', 'delete'],
        feed: 'npm',
        logging: 'None',
      },
    ],
    [
      ['feed', '--group=Releases', '--permissions=view', '--key=chosen-key-1'],
      {
        type: 'Feed',
        packagePermissions: ['view'],
        feedGroup: 'Releases',
        logging: 'None',
        key: 'chosen-key-1',
      },
    ],
  ])('%j prints the key and nothing else', async (argv, body) => {
    const { code, stdout, stderr, server, user } = await create(argv);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${NEW_KEY}\n`, stderr: '' });
    expect(server.writes()).toEqual([body]);
    const state = readdirSync(user.state, { recursive: true, withFileTypes: true });
    for (const entry of state.filter((each) => each.isFile())) {
      expect(readFileSync(join(entry.parentPath, entry.name), 'latin1')).not.toContain(NEW_KEY);
    }
  });

  it('shows the key in no log', async () => {
    for (const option of ['--verbose', '--show-body']) {
      const { stderr } = await create(['system', option]);
      expect(stderr).not.toContain(NEW_KEY);
    }
  });

  it('saves it as a source instead with --save-source', async () => {
    const { code, stdout, user, server } = await create(['system', '--save-source=prod']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Created a system API key and saved it as the source prod.\n',
    });
    expect(await user.json(['sources', 'list'])).toEqual([
      { name: 'prod', kind: 'proget', url: server.url, auth: 'api-key' },
    ]);
  });

  it.each([
    [['system'], 'Admin'],
    [['personal', '--user=jsmith', '--no-user-check'], 'jsmith'],
  ])('%j saves it with the settings of the source, and whose account it is', async (type, self) => {
    const server = await keyServer();
    const user = cli();
    const settings = {
      feed: 'npm',
      dialect: 'update',
      settle: 5,
      userCheck: false,
      sharedStore: 'postgres://u@127.0.0.1:1/db',
    };
    await user.run([
      ...['sources', 'add', '--name=prod', `--url=${server.url}`, '--api-key=abc12345'],
      ...['--feed=npm', '--dialect=update', '--settle=5', '--no-user-check', '--self=Admin'],
      `--shared-store=${settings.sharedStore}`,
    ]);
    const argv = ['apikeys', 'create', ...type, '--source=prod', '--save-source=prod-ci'];
    expect((await user.run(argv, { env: { GROUPCTL_STORE: 'none' } })).code).toBe(0);
    expect(await user.json(['sources', 'show', 'prod-ci'])).toEqual({
      name: 'prod-ci',
      kind: 'proget',
      url: server.url,
      auth: 'api-key',
      self,
      ...settings,
    });
  });

  it('creates none where that source exists', async () => {
    const user = cli();
    await user.run([
      'sources',
      'add',
      '--name=prod',
      '--url=http://127.0.0.1:9/',
      '--api-key=x12345',
    ]);
    const argv = ['apikeys', 'create', 'system', '--save-source=prod', '--source=prod'];
    expect(await user.run(argv)).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([
    [['personal', '--source=sandbox'], 'The option --user is missing.'],
    [
      ['system', '--apis=all'],
      'Invalid value "all" for --apis. Choose full-control, or one or more of feeds, sca, sbom-upload.',
    ],
    [
      ['system', '--apis=full-control,feeds'],
      'The value full-control of --apis stands alone. Choose full-control, or one or more of',
    ],
    [['system', '--expiration=2020/1/1'], 'The day 2020-01-01 of --expiration is past.'],
    [['system', '--save-source=us'], 'The name "us" is built in. Choose another --save-source.'],
    [['system', '--expiration=soon'], 'The option --expiration takes a date'],
    [['system', '--expiration=2031-02-30'], 'such as 2031-01-31, not "2031-02-30".'],
    [['feed'], 'Missing option --feed or --group for "apikeys create feed".'],
    [['feed', '--feed=a', '--group=b'], '--feed and --group are both given.'],
    [
      ['feed', '--feed=a', '--permissions=push'],
      'Invalid value "push" for --permissions. Choose one or more of',
    ],
  ])('refuses %j: 2', async (argv, words) => {
    const { code, stderr } = await cli().run(['apikeys', 'create', ...argv]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(words) as string,
    });
  });

  it('refuses a key that expires today, when that day has begun here: 2', async () => {
    const at = (time: string) => ({ clock: { now: () => Date.parse(time) } });
    const user = cli();
    const argv = ['apikeys', 'create', 'system', '--source=sandbox', '--dry-run'];
    expect(await user.run([...argv, '--expiration=2031-8-1'], at('2031-08-01T00:00'))).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: The day 2031-08-01 of --expiration is today: the key would have expired already. Use a later day.\n',
    });
    expect(
      (await user.run([...argv, '--expiration=2031-08-01'], at('2031-07-31T23:59'))).code,
    ).toBe(0);
  });

  it.each([
    ['--username, next to a key', ['--username=jane', '--password=secret-1'], 'jane'],
    ['its source, next to a key', ['--source=login'], 'jdoe'],
    ['the own account of its source', ['--source=own'], 'admin'],
  ])('makes a personal key for the user of %s', async (_, argv, name) => {
    const server = await keyServer();
    const user = cli();
    const url = `--url=${server.url}`;
    await user.run([
      'sources',
      'add',
      url,
      '--name=login',
      '--username=jdoe',
      '--password=s-12345',
    ]);
    await user.run(['sources', 'add', url, '--name=own', '--api-key=abc12345', '--self=admin']);
    const where = argv.some((each) => each.startsWith('--source'))
      ? []
      : [`--source=${server.url}`];
    const words = ['apikeys', 'create', 'personal', '--api-key=key-1234', ...argv, ...where];
    expect(await user.run(words)).toEqual({ code: 0, stdout: `${NEW_KEY}\n`, stderr: '' });
    expect(server.writes()).toEqual([{ type: 'Personal', logging: 'None', user: name }]);
    expect(server.received.map(({ headers }) => headers['x-apikey'])).toEqual(['key-1234']);
  });

  it('creates none where the source cannot be saved: 2, and nothing is sent', async () => {
    const server = await serve();
    const user = cli();
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const argv = ['apikeys', 'create', 'system', '--save-source=zz', `--source=${server.url}`];
    const env = { GROUPCTL_CONFIG_DIR: join(file, 'below') };
    expect(await user.run([...argv, '--api-key=abc12345'], { env })).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('Cannot use the configuration file') as string,
    });
    expect(server.calls()).toEqual([]);
  });

  it('prints a key that could not be saved after all, and says how to delete it: 7', async () => {
    const user = cli();
    const server = await serve(
      http.post('*/api/api-keys/create', async () => {
        await user.run(['sources', 'add', '--name=zz', '--url=http://127.0.0.1:9/']);
        return HttpResponse.json({ id: 5, key: NEW_KEY });
      }),
    );
    await user.run(['sources', 'add', '--name=other', `--url=${server.url}`, '--api-key=abc12345']);
    const argv = ['apikeys', 'create', 'system', '--save-source=zz', '--source=other'];
    expect(await user.run(argv)).toEqual({
      code: 7,
      stdout: `${NEW_KEY}\n`,
      stderr:
        'groupctl: The API key 5 was created and printed, and not saved as the source "zz". Another groupctl has added the source "zz" in the meantime. This change was not saved.\nHint: Keep the key, or delete it with: groupctl apikeys delete --id=5 --source=other\n',
    });
  });

  it('waits as long as a 429 asks, and sends it again', async () => {
    let asked = 0;
    const server = await serve(
      http.post('*/api/api-keys/create', () =>
        asked++ === 0
          ? new HttpResponse('Slow down', { status: 429, headers: { 'retry-after': '2' } })
          : HttpResponse.json({ id: 5, key: NEW_KEY }),
      ),
    );
    const argv = ['apikeys', 'create', 'system', `--source=${server.url}`, '--api-key=abc12345'];
    expect(await cli().run(argv)).toMatchObject({ code: 0, stdout: `${NEW_KEY}\n` });
    expect(server.writes()).toHaveLength(2);
  });

  it('refuses a user whom the server does not list, with the nearest: 4', async () => {
    const argv = ['apikeys', 'create', 'personal', '--source=sandbox'];
    expect(await cli().run([...argv, '--user=jsmit'])).toMatchObject({
      code: 4,
      stdout: '',
      stderr:
        'groupctl: There is no user named "jsmit". Nothing was written.\nHint: Did you mean jsmith? For a directory account (AD, LDAP) add --no-user-check.\n',
    });
    const unlisted = await cli().run([...argv, '--user=CORP\\x', '--no-user-check', '--dry-run']);
    expect(unlisted.stdout).toBe('Would create a personal API key for CORP\\x.\n');
  });

  it('takes the name as typed where users may not be listed', async () => {
    const server = await serve(
      http.get('*/api/security/users/list', () => new HttpResponse(null, { status: 403 })),
      http.post('*/api/api-keys/create', () => HttpResponse.json({ key: NEW_KEY })),
    );
    const argv = ['apikeys', 'create', 'personal', '--user=jsmith', `--source=${server.url}`];
    expect(await cli().run([...argv, '--api-key=abc12345'])).toEqual({
      code: 0,
      stdout: `${NEW_KEY}\n`,
      stderr: 'The name "jsmith" cannot be checked; sent as typed.\n',
    });
  });

  it.each([
    ['no answer', () => HttpResponse.error()],
    ['a 502', () => new HttpResponse('', { status: 502 })],
    ['a 500', () => new HttpResponse('', { status: 500 })],
    [
      'a page of a gateway (403)',
      () => HttpResponse.html('<title>Request blocked</title>', { status: 403 }),
    ],
    [
      'a page of a gateway (404)',
      () => HttpResponse.html('<title>404 Not Found</title>', { status: 404 }),
    ],
    [
      'a page of a gateway (406)',
      () => HttpResponse.html('<title>Request blocked</title>', { status: 406 }),
    ],
    ['none before --deadline', () => new Promise<Response>(() => undefined)],
  ])('says that a key may exist that nobody knows: %s', async (what, answer) => {
    const server = await serve(http.post('*/api/api-keys/create', answer));
    const user = cli();
    const words = ['apikeys', 'create', 'system', `--source=${server.url}`, '--api-key=abc12345'];
    const argv = [...words, ...(what.endsWith('--deadline') ? ['--deadline=1'] : [])];
    expect(await user.run(argv)).toMatchObject({
      code: 8,
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(
          `^groupctl: It is not known whether the API key was created\\. .*\nHint: Look for it with: groupctl apikeys list --source=${server.url}\\. .* delete --id=<id> --source=${server.url}\n$`,
        ),
      ) as string,
    });
    expect(await user.json(['history', 'show', 'latest'])).toMatchObject({
      calls: [{ call: 'POST api-keys/create', outcome: 'unknown' }],
    });
  });

  it('plans with --dry-run', async () => {
    const argv = ['apikeys', 'create', 'system', '--dry-run', '--source=sandbox'];
    expect((await cli().run(argv)).stdout).toBe('Would create a system API key.\n');
  });
});

describe('apikeys delete', () => {
  it('uses the other verb where a server lacks the first', async () => {
    const keys = [{ id: 3, type: 'System' }];
    const server = await serve(
      http.get('*/api/api-keys/list', () => HttpResponse.json(keys)),
      http.post('*/api/api-keys/delete', () => new HttpResponse('', { status: 405 })),
      http.delete('*/api/api-keys/delete', () => {
        keys.pop();
        return new HttpResponse('');
      }),
    );
    const argv = ['apikeys', 'delete', '--id=3', `--source=${server.url}`, '--api-key=abc12345'];
    expect(await cli().run(argv)).toMatchObject({ code: 0, stdout: 'Deleted the API key 3.\n' });
  });

  it('deletes a key of the server, and one that is not there is no error', async () => {
    const user = cli();
    const argv = ['apikeys', 'delete', '--source=sandbox'];
    expect((await user.run([...argv, '--id=3'])).stdout).toBe('Deleted the API key 3 (Laptop).\n');
    expect(await user.run([...argv, '--id=3'])).toMatchObject({
      code: 0,
      stdout: 'The API key 3 does not exist; nothing to do.\n',
    });
    expect((await user.run(argv)).code).toBe(2);
  });
});
