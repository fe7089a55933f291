import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli, type CliResult } from '../../helpers/cli.ts';
import { fakeProget, listGroups } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const LIST = ['security', 'groups', 'list'];

const refused = (line: string): CliResult => ({
  code: 2,
  stdout: '',
  stderr: `groupctl: ${line}\n`,
});

describe('credentials of a URL', () => {
  it.each<[string, string[], Record<string, string>, string | undefined]>([
    ['none', [], {}, undefined],
    ['a key from the environment', [], { GROUPCTL_API_KEY: 'key-of-env' }, 'key-of-env'],
    [
      'a login from the environment',
      [],
      { GROUPCTL_USERNAME: 'jane', GROUPCTL_PASSWORD: 's3cret' },
      'jane:s3cret',
    ],
    [
      'empty variables',
      [],
      { GROUPCTL_USERNAME: '', GROUPCTL_PASSWORD: '', GROUPCTL_API_KEY: '' },
      undefined,
    ],
    [
      'a key as an option',
      ['--api-key=key-of-option'],
      { GROUPCTL_API_KEY: 'key-of-env' },
      'key-of-option',
    ],
    [
      'a login as options, and none of the environment',
      ['--username=jane', '--password=s3cret'],
      { GROUPCTL_API_KEY: 'key-of-env', GROUPCTL_PASSWORD: 'other' },
      'jane:s3cret',
    ],
  ])('%s', async (_, argv, env, key) => {
    const server = await serve(listGroups(fakeProget()));
    const result = await cli().run([...LIST, `--source=${server.url}`, ...argv], { env });
    expect(result.code).toBe(0);
    expect(server.received.map(({ headers }) => headers['x-apikey'])).toEqual([key]);
  });

  it.each<[string, Record<string, string>]>([
    ['a key', { GROUPCTL_API_KEY: 'key-of-env' }],
    ['a login', { GROUPCTL_USERNAME: 'jane', GROUPCTL_PASSWORD: 's3cret' }],
  ])('%s of the environment is for GROUPCTL_URL, and for no other --source', async (_, env) => {
    const own = await serve(listGroups(fakeProget()));
    const other = await serve(listGroups(fakeProget()));
    const run = async (source: string, GROUPCTL_URL: string): Promise<CliResult> =>
      await cli().run([...LIST, `--source=${source}`], { env: { ...env, GROUPCTL_URL } });
    for (const [source, url] of [
      [own.url, own.url.slice(0, -1)],
      [other.url, own.url],
      [`${own.url}proget/`, own.url],
      [other.url, 'proget.corp.local'],
    ] as const) {
      expect((await run(source, url)).code).toBe(0);
    }
    const sent = [...own.received, ...other.received].map(({ headers }) => headers['x-apikey']);
    expect(sent).toEqual([Object.values(env).join(':'), undefined, undefined, undefined]);
  });

  it('of the environment that were not sent are explained when the server refuses: 3', async () => {
    const server = await serve(
      http.get('*/api/security/groups/list', () => new HttpResponse(null, { status: 403 })),
    );
    const env = { GROUPCTL_URL: 'https://proget.corp.local/', GROUPCTL_API_KEY: 'key-of-env' };
    const { code, stderr } = await cli().run([...LIST, `--source=${server.url}`], { env });
    expect(code).toBe(3);
    expect(stderr).toContain(
      'No credentials were sent: those of the environment are for GROUPCTL_URL. Use --api-key-stdin',
    );
  });

  it.each<[string[], Record<string, string>, string]>([
    [
      ['--username=jane'],
      { GROUPCTL_PASSWORD: 's3cret' },
      '--username is given without --password.',
    ],
    [['--password=s3cret'], {}, '--password is given without --username.'],
    [
      ['--api-key=abc12345', '--api-key-stdin'],
      {},
      '--api-key and --api-key-stdin are both given. Use one or the other.',
    ],
    [[], { GROUPCTL_USERNAME: 'jane' }, 'GROUPCTL_USERNAME is given without GROUPCTL_PASSWORD.'],
    [[], { GROUPCTL_PASSWORD: 's3cret' }, 'GROUPCTL_PASSWORD is given without GROUPCTL_USERNAME.'],
    [
      [],
      { GROUPCTL_API_KEY: 'abc12345', GROUPCTL_USERNAME: 'jane' },
      'GROUPCTL_API_KEY and GROUPCTL_USERNAME are both given. Use one or the other.',
    ],
    [
      [],
      { GROUPCTL_KIND: 'gitlab' },
      'Invalid value "gitlab" for GROUPCTL_KIND. Choose proget or infisical.',
    ],
  ])('half a pair, or two kinds, is refused: %j %j', async (argv, env, line) => {
    const options = { env, stdin: 'key' };
    const result = await cli().run([...LIST, '--source=http://127.0.0.1:9/', ...argv], options);
    expect(result).toEqual(refused(line));
  });

  it('a key that no header can carry is refused before anything is sent', async () => {
    const result = await cli().run([
      ...LIST,
      '--source=http://127.0.0.1:9/',
      '--api-key=abc\r\nx: y',
    ]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('control character');
    expect(result.stderr).not.toContain('x: y');
  });
});

describe('the key from standard input', () => {
  it.each<[string, string | Buffer]>([
    ['with CRLF', 'key-of-stdin\r\n'],
    ['with a byte order mark', '\uFEFFkey-of-stdin\n'],
    ['without a line end', 'key-of-stdin'],
    ['in UTF-16', Buffer.from('\uFEFFkey-of-stdin\r\n', 'utf16le')],
    ['in UTF-16 of the other order', Buffer.from('\uFEFFkey-of-stdin\n', 'utf16le').swap16()],
  ])('is read %s', async (_, stdin) => {
    const server = await serve(listGroups(fakeProget()));
    const argv = [...LIST, `--source=${server.url}`, '--api-key-stdin'];
    expect((await cli().run(argv, { stdin, env: { GROUPCTL_API_KEY: 'env' } })).code).toBe(0);
    expect(server.received.map(({ headers }) => headers['x-apikey'])).toEqual(['key-of-stdin']);
  });

  it.each([['', '\n', ' \r\n', '\uFEFF']])('that is empty is refused: %j', async (stdin) => {
    const line = '--api-key-stdin found nothing on standard input.';
    for (const argv of [
      [...LIST, '--source=http://127.0.0.1:9/'],
      ['sources', 'add', '--url=http://a/'],
    ]) {
      expect(await cli().run([...argv, '--api-key-stdin'], { stdin })).toEqual(refused(line));
    }
  });
});

describe('a URL', () => {
  const given = [
    ['--source', (url: string) => cli().run([...LIST, `--source=${url}`])],
    ['GROUPCTL_URL', (url: string) => cli().run(LIST, { env: { GROUPCTL_URL: url } })],
    ['sources add', (url: string) => cli().run(['sources', 'add', `--url=${url}`])],
  ] as const;

  it.each(given)(
    'with a user name or password is refused without showing it: %s',
    async (_, run) => {
      for (const url of [
        'https://jane:hunter22@a.example/',
        'https://hunter22@a.example/',
        'http://:hunter22@a.example',
      ]) {
        expect(await run(url)).toEqual(
          refused(
            'The URL holds a user name or password. Leave them out and use --api-key, or --username and --password.',
          ),
        );
      }
      // No URL, and yet it may hold one.
      for (const url of ['https://jane:hunter22@', 'ftp://jane:hunter22@a.example/']) {
        const { code, stderr } = await run(url);
        expect(code).toBe(2);
        expect(stderr).not.toContain('hunter22');
      }
    },
  );

  it.each(given)('with a query is refused: %s', async (_, run) => {
    for (const url of ['https://a.example/?key=hunter22', 'https://a.example/#hunter22']) {
      expect(await run(url)).toEqual(
        refused('The URL has a query or a fragment. Give the base URL of the server only.'),
      );
    }
  });

  it('without a scheme is refused', async () => {
    expect(await cli().run(['sources', 'add', '--url=proget.corp.local:8624'])).toEqual(
      refused(
        'The URL is proget.corp.local:8624, without https:// or http://. Write https://proget.corp.local:8624',
      ),
    );
  });

  it('of no server is refused', async () => {
    for (const url of ['ftp://a.example/', 'file:///etc/passwd']) {
      expect(await cli().run(['sources', 'add', `--url=${url}`])).toEqual(
        refused(`${url} is not a server URL. Example: https://proget.corp.local/`),
      );
    }
    expect((await cli().run(LIST, { env: { GROUPCTL_URL: 'proget.corp.local' } })).code).toBe(2);
  });

  it('may have a path', async () => {
    const server = await serve(listGroups(fakeProget()));
    await cli().run([...LIST, `--source=${server.url}proget`]);
    expect(server.calls()).toEqual(['GET /proget/api/security/groups/list']);
  });
});
