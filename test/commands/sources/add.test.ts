import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';

const URL_A = 'https://a.example/';
const URL_B = 'https://b.example/';

describe('sources add', () => {
  it('is named Default unless told otherwise, and says so', async () => {
    const user = cli();
    expect(await user.run(['sources', 'add', `--url=${URL_A}`, '--api-key=abc12345'])).toEqual({
      code: 0,
      stdout: 'Added the source Default (https://a.example/).\n',
      stderr: '',
    });
    expect(await user.json(['sources', 'list'])).toEqual([
      { name: 'Default', kind: 'proget', url: URL_A, auth: 'api-key' },
    ]);
  });

  it('replaces the source of that name, in any case, whole, and says so', async () => {
    const user = cli();
    const add = ['sources', 'add', '--name=Prod'];
    await user.run([...add, `--url=${URL_A}`, '--api-key=abc12345', '--feed=npm', '--settle=5']);
    await user.run(['sources', 'add', '--name=other', `--url=${URL_A}`]);
    expect(
      await user.run([
        'sources',
        'add',
        '--name=PROD',
        `--url=${URL_B}`,
        '--username=u',
        '--password=hunter22',
      ]),
    ).toEqual({
      code: 0,
      stdout: 'Replaced the source PROD (https://b.example/); it was https://a.example/.\n',
      stderr: '',
    });
    expect(await user.json(['sources', 'list'])).toEqual([
      { name: 'PROD', kind: 'proget', url: URL_B, auth: 'password', username: 'u' },
      { name: 'other', kind: 'proget', url: URL_A, auth: 'none' },
    ]);
    expect(await user.json([...add, `--url=${URL_B}`])).toEqual({
      source: { name: 'Prod', kind: 'proget', url: URL_B, auth: 'none' },
      replaced: true,
    });
    expect((await user.run([...add, `--url=${URL_B}`, '--output=csv'])).stdout).toBe(
      'name,url,outcome\nProd,https://b.example/,replaced\n',
    );
  });

  it.each([' x', 'x '])('refuses the name %j: 2', async (name) => {
    const user = cli();
    expect(await user.run(['sources', 'add', `--name=${name}`, `--url=${URL_A}`])).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: The name "${name}" cannot start or end with a space. Choose another --name.\n`,
    });
    expect(await user.json(['sources', 'list'])).toEqual([]);
  });

  it('takes the key of a key and a user name, as pgutil does', async () => {
    const user = cli();
    const both = ['--api-key=hunter22', '--username=jane', '--password=x1234567'];
    expect(await user.run(['sources', 'add', `--url=${URL_A}`, ...both])).toMatchObject({
      code: 0,
      stderr: '--api-key is used; --username and --password have no effect.\n',
    });
    expect(await user.json(['sources', 'list'])).toMatchObject([{ auth: 'api-key' }]);
  });

  it('reads --password=- from standard input, and from nothing else at the same time', async () => {
    const user = cli();
    const login = ['sources', 'add', `--url=${URL_A}`, '--username=jane', '--password=-'];
    expect((await user.run(login, { stdin: 'hunter22-x\n' })).code).toBe(0);
    expect(readFileSync(join(user.config, 'config.json'), 'utf8')).toContain('"hunter22-x"');
    expect(await user.run([...login, '--client-secret-stdin'], { stdin: 'x' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        '--client-secret-stdin and --password=- both read standard input.',
      ) as string,
    });
  });

  it('says that the credentials of a source that it replaces are deleted', async () => {
    const user = cli();
    await user.run(['sources', 'add', `--url=${URL_A}`, '--api-key=hunter22']);
    const { stderr } = await user.run(['sources', 'add', `--url=${URL_A}`]);
    expect(stderr).toBe(
      'The source has no credentials (those that it had are deleted). Give it some with: groupctl sources edit Default --api-key-stdin\n',
    );
  });

  it('warns when it has no credentials', async () => {
    expect(await cli().run(['sources', 'add', `--url=${URL_A}`])).toEqual({
      code: 0,
      stdout: 'Added the source Default (https://a.example/).\n',
      stderr:
        'The source has no credentials. Give it some with: groupctl sources edit Default --api-key-stdin\n',
    });
  });

  it.each(['--json', '--quiet'])('does not warn of that with %s', async (option) => {
    const { code, stderr } = await cli().run(['sources', 'add', `--url=${URL_A}`, option]);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('stores how to behave there', async () => {
    const user = cli();
    await user.run([
      'sources',
      'add',
      '--name=x',
      `--url=${URL_A}`,
      '--dialect=ADD',
      '--settle=250',
      '--no-user-check',
      '--self=jane',
      '--feed=npm',
      '--plain-text',
      '--kind=proget',
    ]);
    expect(await user.json(['sources', 'list'])).toEqual([
      {
        name: 'x',
        kind: 'proget',
        url: URL_A,
        auth: 'none',
        feed: 'npm',
        dialect: 'add',
        settle: 250,
        userCheck: false,
        self: 'jane',
      },
    ]);
    expect((await user.run(['sources', 'list'])).stdout).toBe(
      'x: https://a.example/ (proget, no credentials, feed npm, dialect add, settle 250 ms, no user check, own account jane)\n',
    );
  });

  it.each([['sandbox'], ['SANDBOX'], ['Sandbox:Infisical'], ['us'], ['EU']])(
    'refuses the built-in name %s',
    async (name) => {
      expect(await cli().run(['sources', 'add', `--name=${name}`, `--url=${URL_A}`])).toEqual({
        code: 2,
        stdout: '',
        stderr: `groupctl: The name "${name}" is built in. Choose another --name.\n`,
      });
    },
  );

  it.each([
    [['--name=https://x/'], 'A source cannot be named like a URL. Choose another --name.'],
    [['--username=jane'], '--username is given without --password.'],
    [['--password=hunter22'], '--password is given without --username.'],
    [
      ['--api-key=hunter22', '--api-key-stdin'],
      '--api-key and --api-key-stdin are both given. Use one or the other.',
    ],
    [['--dialect=append'], 'Invalid value "append" for --dialect. Choose auto, update or add.'],
    [['--username=jane', '--password='], 'The option --password has an empty value.'],
  ])('refuses %j and stores nothing', async (argv, line) => {
    const user = cli();
    const result = await user.run(['sources', 'add', `--url=${URL_A}`, ...argv], { stdin: 'key' });
    expect(result).toEqual({ code: 2, stdout: '', stderr: `groupctl: ${line}\n` });
    expect(await user.json(['sources', 'list'])).toEqual([]);
  });
});
