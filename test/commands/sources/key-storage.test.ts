import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli, type CliOptions } from '../../helpers/cli.ts';
import { fakeProget, GROUPS, listGroups } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const KEY = 'abc12345';
const ADD = ['sources', 'add', '--name=prod', '--url=https://a.example/', `--api-key=${KEY}`];
const DESKTOP = { DISPLAY: ':0', DBUS_SESSION_BUS_ADDRESS: 'unix:path=/run/user/1000/bus', CI: '' };
const FAILURE = 'Platform secure storage failure: no D-Bus.';

function withKeyring() {
  const user = cli();
  const keyring = new Map<string, string>();
  return {
    user,
    keyring,
    run: async (argv: readonly string[], options: CliOptions = {}) =>
      await user.run(argv, { keyring, ...options }),
    file: () => readFileSync(join(user.config, 'config.json'), 'utf8'),
  };
}

describe('--key-storage=keyring', () => {
  it('keeps the key out of the configuration file', async () => {
    const { run, keyring, file, user } = withKeyring();
    expect(await run([...ADD, '--key-storage=keyring'])).toEqual({
      code: 0,
      stdout: 'Added the source prod (https://a.example/).\n',
      stderr: '',
    });
    expect([...keyring]).toEqual([[expect.stringMatching(/^prod [0-9A-Z]{26}$/), KEY]]);
    expect(file()).not.toContain(KEY);
    expect(await user.json(['sources', 'show', 'prod'])).toEqual({
      name: 'prod',
      kind: 'proget',
      url: 'https://a.example/',
      auth: 'api-key',
      keyStorage: 'keyring',
    });
    expect((await run(['sources', 'list'])).stdout).toBe(
      'prod: https://a.example/ (proget, API key, key in the keyring)\n',
    );
  });

  it('is where a command finds the key, whatever the source is called by then', async () => {
    const server = await serve(listGroups(fakeProget()));
    const { run } = withKeyring();
    const url = `--url=${server.url}`;
    await run(['sources', 'add', '--name=prod', url, `--api-key=${KEY}`, '--key-storage=keyring']);
    await run(['sources', 'rename', 'prod', '--to=main']);
    expect((await run(['security', 'groups', 'list', '--source=main'])).code).toBe(0);
    expect(server.received.map(({ headers }) => headers['x-apikey'])).toEqual([KEY]);
  });

  it.each([
    [['--username=jane', '--password=s3cretpass'], { auth: 'password', username: 'jane' }],
    [
      ['--kind=infisical', '--client-id=c1', '--client-secret=s3cretpass'],
      { auth: 'client', clientId: 'c1' },
    ],
  ])('keeps the secret of %j', async (login, shown) => {
    const { run, keyring, user } = withKeyring();
    const add = ['sources', 'add', '--url=https://a.example/', '--key-storage=keyring', ...login];
    expect((await run(add)).code).toBe(0);
    expect([...keyring.values()]).toEqual(['s3cretpass']);
    expect(await user.json(['sources', 'show', 'Default'])).toMatchObject(shown);
  });

  it('is refused where there is none, and nothing is stored: 2', async () => {
    const user = cli();
    for (const [keyring, why] of [
      [undefined, 'there is none'],
      [FAILURE, FAILURE.slice(0, -1)],
    ] as const) {
      const options = keyring === undefined ? {} : { keyring };
      expect(await user.run([...ADD, '--key-storage=keyring'], options)).toEqual({
        code: 2,
        stdout: '',
        stderr: `groupctl: The keyring of this computer cannot be used: ${why}. Use --key-storage=file, or --api-key-command. Nothing was written.\n`,
      });
    }
    expect(await user.json(['sources', 'list'])).toEqual([]);
  });

  it('is refused where it loses the secret: 2', async () => {
    class Forgetful extends Map<string, string> {
      override get(): undefined {
        return undefined;
      }
    }
    const keyring = new Forgetful();
    const { code, stderr } = await cli().run([...ADD, '--key-storage=keyring'], { keyring });
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('it does not return the secret') as string,
    });
    expect(keyring.size).toBe(0);
  });

  it('is the default on a desktop, and the file where it does not work', async () => {
    const { run, keyring, file } = withKeyring();
    expect((await run(ADD, { env: DESKTOP })).stderr).toBe('');
    expect(keyring.size).toBe(1);
    expect(await run(ADD, { env: DESKTOP, keyring: FAILURE })).toMatchObject({
      code: 0,
      stderr: `The keyring of this computer cannot be used: ${FAILURE.slice(0, -1)}. The configuration file holds the key instead.\nWarning: the keyring still holds the entry "${[...keyring.keys()].join()}" of groupctl.\n`,
    });
    expect(file()).toContain(KEY);
  });

  it.each([
    ['without a screen', {}, 'linux', 0],
    ['in CI', { ...DESKTOP, CI: 'true' }, 'linux', 0],
    ['on macOS', {}, 'darwin', 1],
    ['on Windows', {}, 'win32', 1],
    ['in CI on Windows', { CI: '1' }, 'win32', 0],
  ])('is the default %s or not', async (_, env, platform, entries) => {
    const { run, keyring } = withKeyring();
    expect((await run(ADD, { env, platform })).code).toBe(0);
    expect(keyring.size).toBe(entries);
  });

  it('says on a terminal where the key is', async () => {
    const { run, user } = withKeyring();
    const lines = async (options: CliOptions, ...more: string[]) =>
      (await run([...ADD, '--no-color', ...more], { tty: true, ...options })).stdout.split('\n')[1];
    const path = join(user.config, 'config.json');
    expect(await lines({}, '--key-storage=keyring')).toBe('The key is in the keyring.');
    expect(await lines({}, '--key-storage=file')).toBe(
      `The key is in ${path}; only your account can read it.`,
    );
    expect(await lines({ platform: 'win32' }, '--key-storage=file')).toBe(
      `The key is in ${path}; the permissions of its folder protect it.`,
    );
  });

  it('loses the entry with the source, and with another key', async () => {
    const { run, keyring } = withKeyring();
    await run([...ADD, '--key-storage=keyring']);
    const [first] = keyring.keys();
    await run([...ADD, '--key-storage=keyring']);
    expect([...keyring.keys()]).not.toContain(first);
    await run(['sources', 'edit', 'prod', '--api-key=other678']);
    expect([...keyring.values()]).toEqual(['other678']);
    await run(['sources', 'remove', '--name=prod']);
    expect(keyring.size).toBe(0);
  });

  it('keeps the entry of a source that an edit could not save', async () => {
    const { run, keyring, user } = withKeyring();
    await run([...ADD, '--key-storage=keyring']);
    chmodSync(user.config, 0o500);
    const edited = await run(['sources', 'edit', 'prod', '--settle=500']);
    chmodSync(user.config, 0o700);
    // Nothing is protected from an administrator.
    if (process.getuid?.() !== 0) expect(edited.code).toBe(2);
    expect([...keyring.values()]).toEqual([KEY]);
  });

  it('has a key that sources test finds', async () => {
    const { run } = withKeyring();
    const state = fakeProget();
    const server = await serve(
      listGroups(state),
      http.get('*/health', () =>
        HttpResponse.json({
          releaseNumber: '2025.3',
          versionNumber: '25.0.3.1',
          databaseStatus: 'OK',
          licenseStatus: 'OK',
          serviceStatus: 'OK',
        }),
      ),
    );
    await run([
      'sources',
      'add',
      `--url=${server.url}`,
      `--api-key=${KEY}`,
      '--key-storage=keyring',
    ]);
    const { code, stdout } = await run(['sources', 'test']);
    expect({ code, stdout }).toMatchObject({ code: 0 });
  });

  it('moves a key there and back', async () => {
    const { run, keyring, file } = withKeyring();
    await run(ADD);
    expect((await run(['sources', 'edit', 'prod', '--key-storage=keyring'])).code).toBe(0);
    expect([...keyring.values()]).toEqual([KEY]);
    expect(file()).not.toContain(KEY);
    expect((await run(['sources', 'edit', 'prod', '--key-storage=file'])).code).toBe(0);
    expect(keyring.size).toBe(0);
    expect(file()).toContain(KEY);
  });

  it('that is locked: 3, and nothing is sent', async () => {
    const { run } = withKeyring();
    await run([...ADD, '--key-storage=keyring']);
    const list = ['security', 'groups', 'list', '--source=prod'];
    expect(await run(list, { keyring: 'The keyring is locked' })).toEqual({
      code: 3,
      stdout: '',
      stderr:
        'groupctl: The credentials of the source "prod" cannot be read from the keyring: The keyring is locked.\nHint: Unlock the keyring, or store them again: groupctl sources edit prod --api-key-stdin\n',
    });
  });

  it('sends no key of the keyring to another server', async () => {
    const { run } = withKeyring();
    await run([...ADD, '--key-storage=keyring']);
    const edit = ['sources', 'edit', 'prod', '--url=https://b.example/'];
    expect((await run(edit)).stderr).toContain('at https://a.example/');
    expect((await run([...edit, '--keep-key'])).code).toBe(0);
  });
});

describe('--api-key-command', () => {
  const command = `"${process.execPath}" -p "'${KEY}'"`;
  const add = (url: string, ...more: string[]) => [
    ...['sources', 'add', '--name=prod', `--url=${url}`],
    ...more,
  ];

  it('runs on every use, and its output is in no file and no message', async () => {
    const server = await serve(listGroups(fakeProget()));
    const { run, file } = withKeyring();
    expect((await run(add(server.url, `--api-key-command=${command}`))).code).toBe(0);
    for (const verb of ['list', 'show prod']) {
      const { stdout } = await run(['sources', ...verb.split(' ')]);
      expect(stdout).toBe(`prod: ${server.url} (proget, API key, key from a command)\n`);
    }
    const list = await run(['security', 'groups', 'list', '--source=prod', '--verbose']);
    expect(list).toMatchObject({ code: 0, stderr: expect.not.stringContaining(KEY) as string });
    expect(server.received.map(({ headers }) => headers['x-apikey'])).toEqual([KEY]);
    expect(server.calls()).toEqual([GROUPS]);
    expect(file()).toContain('apiKeyCommand');
  });

  it('that fails is 3, and nothing is sent', async () => {
    const { run } = withKeyring();
    await run(
      add('https://a.example/', `--api-key-command="${process.execPath}" -e process.exit(7)`),
    );
    expect(await run(['security', 'groups', 'list', '--source=prod'])).toEqual({
      code: 3,
      stdout: '',
      stderr: `groupctl: The key command "${process.execPath}" of the source "prod" failed (exit 7).\nHint: Run the command by itself to see why.\n`,
    });
  });

  it('prints the client secret of Infisical as --client-secret-command', async () => {
    const { run, user } = withKeyring();
    const login = ['--kind=infisical', '--client-id=c1', `--client-secret-command=${command}`];
    expect((await run(add('https://a.example/', ...login))).code).toBe(0);
    expect(await user.json(['sources', 'show', 'prod'])).toMatchObject({
      auth: 'client',
      clientId: 'c1',
      keyStorage: 'command',
    });
  });

  it.each([
    [
      ['--api-key-command=op', '--api-key=x12345'],
      '--api-key-command and other credentials are both given. Use one or the other.',
    ],
    [
      ['--api-key-command=op', '--username=jane'],
      '--api-key-command and other credentials are both given. Use one or the other.',
    ],
    [
      ['--api-key-command=op', '--client-id=c1'],
      '--api-key-command and other credentials are both given. Use one or the other.',
    ],
    [
      ['--api-key-command=op', '--client-secret-command=op'],
      '--api-key-command and other credentials are both given. Use one or the other.',
    ],
    [
      ['--api-key-command=op', '--key-storage=file'],
      '--api-key-command and --key-storage are both given. A key that a command prints is not stored.',
    ],
    [
      ['--client-secret-command=op', '--kind=infisical'],
      '--client-secret-command is given without --client-id.',
    ],
    [
      ['--client-secret-command=op', '--client-id=c1'],
      'A ProGet server takes --api-key, or --username and --password. Not --client-id. For an Infisical server add --kind=infisical.',
    ],
    [['--api-key-command=op "read'], 'The command has a " without an end.'],
    [['--api-key-command=""'], 'The command is empty.'],
  ])('is refused with %j: 2', async (options, message) => {
    const { run, user } = withKeyring();
    const { code, stderr } = await run(add('https://a.example/', ...options));
    expect({ code, stderr }).toEqual({ code: 2, stderr: `groupctl: ${message}\n` });
    expect(await user.json(['sources', 'list'])).toEqual([]);
  });

  it('cannot be moved to a file', async () => {
    const { run } = withKeyring();
    await run(add('https://a.example/', '--api-key-command=op'));
    const { code, stderr } = await run(['sources', 'edit', 'prod', '--key-storage=file']);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'groupctl: The source "prod" stores no key. Give one with --api-key-stdin.\n',
    });
  });
});
