import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli, type CliOptions } from '../../helpers/cli.ts';
import { serve, type TestServer } from '../../helpers/server.ts';

/** The server of `cases/login.mjs`: it knows one machine identity. */
async function login(): Promise<TestServer> {
  return await serve(
    http.post('*/api/v1/auth/universal-auth/login', async ({ request }) => {
      const { clientSecret } = (await request.json()) as { clientSecret: string };
      return clientSecret === 's3cret' || clientSecret === '"s3cret"'
        ? HttpResponse.json({ accessToken: 't', expiresIn: 600, tokenType: 'Bearer' })
        : HttpResponse.json({ message: 'Invalid credentials' }, { status: 401 });
    }),
    http.get('*/api/v1/groups', () => HttpResponse.json([])),
  );
}

const LIST = ['security', 'groups', 'list', '--kind=infisical', '--client-id=jane'];
const sent = ({ received }: TestServer): unknown =>
  (JSON.parse(received[0]?.body ?? '{}') as { clientSecret: unknown }).clientSecret;

/** Damage, and what is said of it. */
const DAMAGED: readonly [secret: string, fault: string][] = [
  ['s3cret\n\n', 'contains a control character (a line break). Remove it.'],
  ['s3cret\nother', 'contains a control character (a line break). Remove it.'],
  ['s3\tcret', 'contains a control character (a tab). Remove it.'],
  ['s3\u0007cret', 'contains a control character (U+0007). Remove it.'],
  ['s3\u0085cret', 'contains a control character (U+0085). Remove it.'],
  ['s3cret\u200b', 'contains an invisible character (U+200B). Remove it.'],
  ['\ufeff\ufeffs3cret', 'contains an invisible character (U+FEFF). Remove it.'],
  ['s3\u00adcret', 'contains an invisible character (U+00AD). Remove it.'],
  ['s3cret\u{e0041}', 'contains an invisible character (U+E0041). Remove it.'],
  ['s3cret\u3164', 'contains an invisible character (U+3164). Remove it.'],
  ['s3cret \r\n', 'begins or ends with a space. Remove it.'],
  ['\u00a0s3cret', 'begins or ends with a space. Remove it.'],
  ...['"s3cret"\n', "'s3cret'", '`s3cret`', '“s3cret”', '„s3cret“', '‘s3cret’', '«s3cret»'].map(
    (quoted): [string, string] => [
      quoted,
      'is enclosed in quotes. Remove them, or add --keep-quotes if they are part of it.',
    ],
  ),
];

describe('a secret that was damaged on its way is refused before it is sent or saved', () => {
  it.each(DAMAGED)('%j on standard input', async (stdin, fault) => {
    const user = cli();
    const server = await serve();
    const what = ['--client-secret-stdin', '--api-key-stdin'];
    const commands = [
      [[...LIST, `--source=${server.url}`, '--client-secret-stdin'], what[0]],
      [['security', 'groups', 'list', `--source=${server.url}`, '--api-key-stdin'], what[1]],
      [['sources', 'add', `--url=${server.url}`, '--api-key-stdin'], what[1]],
    ] as const;
    for (const [argv, option = ''] of commands) {
      expect(await user.run(argv, { stdin })).toEqual({
        code: 2,
        stdout: '',
        stderr: `groupctl: ${option} ${fault} Nothing was written.\n`,
      });
    }
    expect(server.received).toEqual([]);
    expect(existsSync(join(user.config, 'config.json'))).toBe(false);
  });

  it.each(DAMAGED)('%j in a variable', async (secret, fault) => {
    const server = await serve();
    const url = `--source=${server.url}`;
    const env = { GROUPCTL_CLIENT_ID: 'jane', GROUPCTL_CLIENT_SECRET: secret };
    const run = async (argv: string[], options: CliOptions): Promise<string> => {
      const { code, stderr } = await cli().run(
        ['security', 'groups', 'list', url, ...argv],
        options,
      );
      expect(code).toBe(2);
      return stderr;
    };
    expect(await run(['--kind=infisical'], { env })).toBe(
      `groupctl: GROUPCTL_CLIENT_SECRET ${fault} Nothing was written.\n`,
    );
    const login = { GROUPCTL_USERNAME: 'jane', GROUPCTL_PASSWORD: secret };
    expect(await run([], { env: login })).toContain(`GROUPCTL_PASSWORD ${fault}`);
    expect(server.received).toEqual([]);
  });

  it('bytes that are no text, and the half of a character', async () => {
    for (const stdin of [Buffer.from([0x73, 0xe4]), Buffer.from([0xff, 0xfe, 0x73])]) {
      expect(
        await cli().run(['sources', 'add', '--url=http://a/', '--api-key-stdin'], { stdin }),
      ).toEqual({
        code: 2,
        stdout: '',
        stderr:
          'groupctl: --api-key-stdin is neither UTF-8 nor UTF-16 text. Save it as UTF-8. Nothing was written.\n',
      });
    }
  });

  it('one in an option, but for spaces, which somebody has typed', async () => {
    const run = async (...argv: string[]): Promise<string> =>
      (await cli().run(['sources', 'add', '--url=http://a/', ...argv])).stderr;
    expect(await run("--api-key='hunter22'")).toMatch(
      /^groupctl: --api-key is enclosed in quotes\./,
    );
    expect(await run('--username=jane', '--password=hunter22\r')).toMatch(/a line break/);
    expect(await run('--username=jane', '--password=hunter22 ')).toBe('');
    expect(await run('--username=jane', '--password="', '--json')).toBe('');
  });
});

describe('a secret on standard input', () => {
  it.each<[string, string | Buffer]>([
    ['without a line ending', 's3cret'],
    ['with one', 's3cret\r\n'],
    ['with the one of old Macs', 's3cret\r'],
    ['in UTF-16 with a byte order mark', Buffer.from('\ufeffs3cret\r\n', 'utf16le')],
  ])('arrives as it is, %s', async (_, stdin) => {
    const server = await login();
    const argv = [...LIST, `--source=${server.url}`, '--client-secret-stdin'];
    expect((await cli().run(argv, { stdin })).code).toBe(0);
    expect(sent(server)).toBe('s3cret');
  });

  it('arrives without its line ending from a variable', async () => {
    const server = await login();
    const env = { GROUPCTL_CLIENT_ID: 'jane\n', GROUPCTL_CLIENT_SECRET: 's3cret\r\n' };
    const argv = ['security', 'groups', 'list', '--kind=infisical', `--source=${server.url}`];
    expect((await cli().run(argv, { env })).code).toBe(0);
    expect(sent(server)).toBe('s3cret');
  });

  it('keeps its quotes with --keep-quotes, and when it was saved so', async () => {
    const server = await login();
    const user = cli();
    const at = `--source=${server.url}`;
    const argv = [...LIST, at, '--client-secret-stdin', '--keep-quotes'];
    expect((await user.run(argv, { stdin: '"s3cret"\n' })).code).toBe(0);
    expect(sent(server)).toBe('"s3cret"');
    const add = [
      'sources',
      'add',
      `--url=${server.url}`,
      ...LIST.slice(3),
      '--client-secret-stdin',
    ];
    await user.run([...add, '--keep-quotes'], { stdin: '"s3cret"\n' });
    expect((await user.run(LIST.slice(0, 3))).code).toBe(0);
    const env = { GROUPCTL_CLIENT_ID: 'jane', GROUPCTL_CLIENT_SECRET: '"s3cret"' };
    const byVariable = [...LIST.slice(0, 4), at, '--keep-quotes'];
    expect((await user.run(byVariable, { env })).code).toBe(0);
  });
});
