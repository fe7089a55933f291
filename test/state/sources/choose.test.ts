import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli, type Cli, type CliOptions, type CliResult } from '../../helpers/cli.ts';
import { fakeProget, listGroups } from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';

/** Two servers that can be told apart: by their one group, and by the key they were sent. */
async function twoServers(asked: 'one' | 'two'): Promise<{ one: TestServer; two: TestServer }> {
  const named = (name: string): ReturnType<typeof listGroups> =>
    listGroups({ ...fakeProget(), groups: [{ name, users: [] }] });
  const one = await serve(...(asked === 'one' ? [named('one')] : []));
  const two = await serve(...(asked === 'two' ? [named('two')] : []));
  return { one, two };
}

const LIST = ['security', 'groups', 'list'];

/** Adds a source; one without credentials is warned of. */
async function add(user: Cli, ...argv: string[]): Promise<CliResult> {
  const result = await user.run(['sources', 'add', ...argv]);
  const hasCredentials = argv.some((word) => /^--(api-key|password)=/.test(word));
  const stderr = hasCredentials
    ? ''
    : (expect.stringMatching(
        /^The source has no credentials\. .*: groupctl sources edit \w+ --api-key-stdin\n$/,
      ) as string);
  expect(result).toMatchObject({ code: 0, stderr });
  return result;
}

const listed = (name: string): CliResult => ({
  code: 0,
  stdout: `${name} (members: 0)\n`,
  stderr: '',
});
const keys = ({ received }: TestServer): unknown[] =>
  received.map(({ headers }) => headers['x-apikey']);

describe('which server a command talks to', () => {
  it.each<[string, string[], (url: string) => Record<string, string>]>([
    ['--source', ['--source=two'], () => ({ GROUPCTL_SOURCE: 'one' })],
    ['--source before GROUPCTL_URL', ['--source', ' TWO '], (url) => ({ GROUPCTL_URL: url })],
    [
      '--source where both variables are set',
      ['--source=two'],
      (url) => ({ GROUPCTL_URL: url, GROUPCTL_SOURCE: 'one' }),
    ],
    ['GROUPCTL_SOURCE', [], () => ({ GROUPCTL_SOURCE: 'two' })],
  ])('is named by %s', async (_, argv, env) => {
    const { one, two } = await twoServers('two');
    const user = cli();
    await add(user, `--url=${one.url}`, '--api-key=key-of-default');
    await add(user, '--name=one', `--url=${one.url}`, '--api-key=key-of-one');
    await add(user, '--name=two', `--url=${two.url}`, '--api-key=key-of-two');
    expect(await user.run([...LIST, ...argv], { env: env(one.url) })).toEqual(listed('two'));
    expect(keys(two)).toEqual(['key-of-two']);
  });

  it.each([{ GROUPCTL_SOURCE: '' }, { GROUPCTL_SOURCE: ' ', GROUPCTL_URL: '' }])(
    'is the default where a variable is empty, as if it were not set: %j',
    async (env) => {
      const { one } = await twoServers('one');
      const user = cli();
      await add(user, `--url=${one.url}`, '--api-key=key-of-default');
      expect(await user.run(LIST, { env })).toEqual(listed('one'));
      expect(keys(one)).toEqual(['key-of-default']);
    },
  );

  it('names a default to choose where there are sources', async () => {
    const user = cli();
    await add(user, '--name=my prod', '--url=https://a.example/', '--api-key=key-of-default');
    expect((await user.run(LIST)).stderr).toBe(
      'groupctl: No server selected. Use --source, set GROUPCTL_SOURCE or GROUPCTL_URL, or choose a default: groupctl sources default "my prod". To try groupctl, use --source=sandbox.\n',
    );
  });

  it('has https:// or http:// in GROUPCTL_URL: 2', async () => {
    expect((await cli().run(LIST, { env: { GROUPCTL_URL: '127.0.0.1:8624' } })).stderr).toBe(
      'groupctl: GROUPCTL_URL is 127.0.0.1:8624, without https:// or http://. Write https://127.0.0.1:8624\n',
    );
    expect((await cli().run(LIST, { env: { GROUPCTL_URL: 'ftp://u:pw@a' } })).stderr).toContain(
      'groupctl: GROUPCTL_URL is not a server URL.',
    );
  });

  it('gets no credentials from an empty GROUPCTL_API_KEY, and the hint says so', async () => {
    const server = await serve(http.get('*', () => new HttpResponse('', { status: 403 })));
    const env = { GROUPCTL_URL: server.url, GROUPCTL_API_KEY: '' };
    expect((await cli().run(LIST, { env })).stderr).toContain(
      'Hint: No credentials were sent: GROUPCTL_API_KEY is set and empty.',
    );
  });

  it('is GROUPCTL_URL before the source named Default', async () => {
    const { one, two } = await twoServers('two');
    const user = cli();
    await add(user, `--url=${one.url}`, '--api-key=key-of-default');
    const env = { GROUPCTL_URL: two.url, GROUPCTL_API_KEY: 'key-of-env' };
    expect(await user.run(LIST, { env })).toEqual(listed('two'));
    expect(keys(two)).toEqual(['key-of-env']);
  });

  it('is the source named Default, in any case', async () => {
    const { one } = await twoServers('one');
    const user = cli();
    await add(user, '--name=dEFAULT', `--url=${one.url}`);
    const env = { GROUPCTL_API_KEY: 'key-of-env' };
    expect(await user.run(LIST, { env })).toEqual(listed('one'));
    expect(keys(one)).toEqual([undefined]);
  });

  it.each<[string, string[], CliOptions, CliResult]>([
    [
      'both variables',
      [],
      { env: { GROUPCTL_SOURCE: 'a', GROUPCTL_URL: 'https://a.example/' } },
      {
        code: 2,
        stdout: '',
        stderr:
          'groupctl: GROUPCTL_SOURCE and GROUPCTL_URL are both set. Unset one of them, or name the server with --source.\n',
      },
    ],
    [
      'nothing at all',
      [],
      {},
      {
        code: 2,
        stdout: '',
        stderr:
          'groupctl: No server selected. Use --source, set GROUPCTL_SOURCE or GROUPCTL_URL, or add a source: groupctl sources add. To try groupctl, use --source=sandbox.\n',
      },
    ],
    [
      'a source that does not exist',
      ['--source=sandbx'],
      {},
      {
        code: 4,
        stdout: '',
        stderr: 'groupctl: There is no source named "sandbx".\nHint: Did you mean sandbox?\n',
      },
    ],
    [
      'one that does not exist in the environment',
      [],
      { env: { GROUPCTL_SOURCE: 'quite-different' } },
      {
        code: 4,
        stdout: '',
        stderr:
          'groupctl: There is no source named "quite-different".\nHint: There are no sources yet. Add one with: groupctl sources add\n',
      },
    ],
    ...(
      [
        ['a host', 'proget.corp.local'],
        ['an address with a port', '10.1.2.3:8624'],
        ['a host with a path', 'tools.corp.local/proget'],
      ] as const
    ).map(([what, typed]): [string, string[], CliOptions, CliResult] => [
      `${what} without a scheme`,
      [`--source=${typed}`],
      {},
      {
        code: 4,
        stdout: '',
        stderr: `groupctl: There is no source named "${typed}".\nHint: If it is a server, https:// is missing: --source=https://${typed}\n`,
      },
    ]),
  ])('is refused: %s', async (_, argv, options, expected) => {
    expect(await cli().run([...LIST, ...argv], options)).toEqual(expected);
  });
});

describe('a named source', () => {
  const env = {
    GROUPCTL_KIND: 'infisical',
    GROUPCTL_API_KEY: 'key-of-env',
    GROUPCTL_USERNAME: 'env-user',
    GROUPCTL_PASSWORD: 'env-password',
    GROUPCTL_CLIENT_ID: 'env-client',
    GROUPCTL_CLIENT_SECRET: 'env-secret',
  };

  it('ignores every variable that belongs to a URL', async () => {
    const { one } = await twoServers('one');
    const user = cli();
    await add(user, '--name=one', `--url=${one.url}`, '--api-key=key-of-one');
    const elsewhere = { ...env, GROUPCTL_URL: 'http://127.0.0.1:9/' };
    expect(await user.run([...LIST, '--source=one'], { env: elsewhere })).toEqual(listed('one'));
    expect(keys(one)).toEqual(['key-of-one']);
  });

  it('sends no credentials rather than those of the environment', async () => {
    const { one } = await twoServers('one');
    const user = cli();
    await add(user, '--name=one', `--url=${one.url}`);
    expect(await user.run([...LIST, '--source=one'], { env })).toEqual(listed('one'));
    expect(keys(one)).toEqual([undefined]);
  });

  it.each<[string, string[], string | undefined, string]>([
    ['--api-key', ['--api-key=key-of-option'], undefined, 'key-of-option'],
    ['--api-key-stdin', ['--api-key-stdin'], 'key-of-stdin\n', 'key-of-stdin'],
    [
      '--username and --password',
      ['--username=jane', '--password=s3cret'],
      undefined,
      'jane:s3cret',
    ],
  ])('gives way to %s', async (_, argv, stdin, key) => {
    const { one } = await twoServers('one');
    const user = cli();
    await add(user, '--name=one', `--url=${one.url}`, '--api-key=key-of-one');
    const options = stdin === undefined ? { env } : { env, stdin };
    expect(await user.run([...LIST, '--source=one', ...argv], options)).toEqual(listed('one'));
    expect(keys(one)).toEqual([key]);
  });

  it('sends user name and password as ProGet takes them', async () => {
    const { one } = await twoServers('one');
    const user = cli();
    await add(user, `--url=${one.url}`, '--username=jane', '--password=pâss:word ');
    expect(await user.run(LIST, { env })).toEqual(listed('one'));
    expect(keys(one)).toEqual([Buffer.from('jane:pâss:word').toString('latin1')]);
  });

  it('keeps its kind', async () => {
    const user = cli();
    await add(user, '--name=one', '--url=http://127.0.0.1:9/');
    expect(await user.run([...LIST, '--source=one', '--kind=infisical'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: The source "one" is saved as a ProGet server. Remove --kind. Or correct the source: groupctl sources edit one --kind=infisical --keep-key\n',
    });
  });

  it('is stored with the slash its URL was given without', async () => {
    const { one } = await twoServers('one');
    const user = cli();
    await add(user, `--url=${one.url.slice(0, -1)}`);
    expect(await user.json(['sources', 'list'])).toMatchObject([{ url: one.url }]);
    expect(await user.run(LIST)).toEqual(listed('one'));
  });
});
