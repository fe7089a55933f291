import { describe, expect, it } from 'vitest';
import { harmless, harmlessPath } from '../../src/domain/shorten.ts';
import { cli } from '../helpers/cli.ts';
import { usage } from './usage.ts';

const LIST = ['security', 'groups', 'list'];
const DASHES = 'An option begins with two hyphens';

describe('a mistyped option or URL with a secret in it is not repeated', () => {
  it.each<[string[], string]>([
    [
      ['—api-key=hunter22', ...LIST],
      `Unknown command "—api-key=…". ${DASHES}, not with the dash "—": --api-key.`,
    ],
    [
      ['–api-key=hunter22', ...LIST],
      `Unknown command "–api-key=…". ${DASHES}, not with the dash "–": --api-key.`,
    ],
    [
      [...LIST, '—api-key=hunter22'],
      `Unexpected word "—api-key=…". ${DASHES}, not with the dash "—": --api-key.`,
    ],
    [
      [...LIST, '—api-key', 'hunter22'],
      `Unexpected word "—api-key". ${DASHES}, not with the dash "—": --api-key.`,
    ],
    [['api-key=hunter22', ...LIST], `Unknown command "api-key=…". ${DASHES}: --api-key.`],
    [[...LIST, 'api-key=hunter22'], `Unexpected word "api-key=…". ${DASHES}: --api-key.`],
    [['/api-key:hunter22', ...LIST], `Unknown command "/api-key:…". ${DASHES}: --api-key.`],
    [['help', 'api-key=hunter22'], `Unknown command "api-key=…". ${DASHES}: --api-key.`],
    [
      [...LIST, '-api-key=hunter22'],
      'Unknown option "-api-key" for "security groups list". Did you mean --api-key?',
    ],
    [
      ['-api-key=hunter22', ...LIST],
      'Unknown option "-api-key" for "security groups list". Did you mean --api-key?',
    ],
    [
      [...LIST, '--api-kye:hunter22'],
      'Unknown option "--api-kye" for "security groups list". Did you mean --api-key?',
    ],
    [
      [...LIST, '--api-key hunter22'],
      'The option --api-key takes its value after "=" or as the next word.',
    ],
    [
      [...LIST, '--api-key:hunter22'],
      'The option --api-key takes its value after "=" or as the next word.',
    ],
    [
      [...LIST, '-phunter22'],
      'Unknown option "-p…" for "security groups list". See: groupctl security groups list --help',
    ],
    [
      [...LIST, '--sorce=jane:hunter22@a.example'],
      'Unknown option "--sorce" for "security groups list". Did you mean --source?',
    ],
    [
      [...LIST, 'https://jane:hunter22@a.example/'],
      'Unexpected word "…@a.example/". See: groupctl security groups list --help',
    ],
    [
      ['jane:hunter22@a.example', ...LIST],
      'Unknown command "…@a.example". Use one of: security, apikeys, sources, history, undo, resume, store, health, sandbox, completion, version, help.',
    ],
    [
      [...LIST, '--source', '--api-key=hunter22'],
      'The option --source needs a value. --api-key=… is the next option. If it is meant, write --source=--api-key=….',
    ],
    [
      [...LIST, '--output', 'api-key=hunter22'],
      'Invalid value "api-key=…" for --output. Choose human, json, csv, yaml or table.',
    ],
    [
      [...LIST, '--timeout', 'jane:hunter22@a.example'],
      'Invalid value "…@a.example" for --timeout. Use a number from 0.001 to 86400.',
    ],
    [
      ['history', 'prune', '--older-than=jane:hunter22@a.example'],
      'Invalid value "…@a.example" for --older-than. Use an age (90d, 12h, 2w) or a date (2025-12-31).',
    ],
  ])('%j', async (argv, line) => {
    expect(await usage(...argv)).toBe(line);
  });

  it.each<[string, string[], Record<string, string>]>([
    ['--source', ['--source=jane:hunter22@a.example'], {}],
    ['--source with =', ['--source=api-key=hunter22'], {}],
    ['GROUPCTL_SOURCE', [], { GROUPCTL_SOURCE: 'jane:hunter22@a.example' }],
    ['GROUPCTL_URL', [], { GROUPCTL_URL: 'jane:hunter22@a.example' }],
    ['GROUPCTL_URL without a host', [], { GROUPCTL_URL: 'jane:hunter22' }],
    ['GROUPCTL_KIND', ['--source=http://127.0.0.1:9'], { GROUPCTL_KIND: 'api-key=hunter22' }],
    ['a proxy', ['--source=http://a.example'], { http_proxy: 'jane:hunter22@proxy:bad port' }],
  ])('%s', async (_, argv, env) => {
    for (const format of [[], ['--json'], ['--verbose']]) {
      const { code, stdout, stderr } = await cli().run([...LIST, ...argv, ...format], { env });
      expect([2, 4]).toContain(code);
      expect(stdout).toBe('');
      expect(stderr).not.toContain('hunter22');
    }
  });

  it('nor is one as the name of a new source', async () => {
    const named = '--name=jane:hunter22@a.example';
    expect(await usage('sources', 'add', '--url=https://a.example/', named)).toBe(
      'A source cannot be named like a URL. Choose another --name.',
    );
  });

  it('nor is one that names no source, where that is no error', async () => {
    const user = cli();
    const remove = ['sources', 'remove', '--name=jane:hunter22@a.example'];
    expect((await user.run(remove)).stdout).not.toContain('hunter22');
    expect(await user.json(remove)).toEqual({ name: '…@a.example', removed: false });
  });
});

describe('a URL with a password as a file is not repeated', () => {
  const ADD = ['security', 'groups', 'members', 'add', '--name=Developers', '--source=sandbox'];
  const COPY = [
    'security',
    'groups',
    'members',
    'copy',
    '--from=sandbox',
    '--to=sandbox:infisical',
  ];
  const REMOTE = 'Download it first: groupctl reads local files only.';

  it.each([
    [
      [...ADD, '--file=https://jane:hunter22@h/f.csv'],
      `…@h/f.csv cannot be read: there is no such file or folder. ${REMOTE}`,
    ],
    [
      [...ADD, '--file=https://h/f.csv?sig=hunter22'],
      `https://h/f.csv?sig=… cannot be read: there is no such file or folder. ${REMOTE}`,
    ],
    [
      [...ADD, '--file=jane:hunter22@h:f.csv'],
      '…@h:… cannot be read: there is no such file or folder.',
    ],
    [
      [...ADD, '--member=jsmith', '--failures=https://jane:hunter22@h/f.csv'],
      'The failures cannot be written to …@h/f.csv: there is no such file or folder. Nothing was written.',
    ],
    [
      [...COPY, '--name=Developers', '--map=https://jane:hunter22@h/f.csv'],
      `…@h/f.csv cannot be read: there is no such file or folder. ${REMOTE}`,
    ],
  ])('%j', async (argv, line) => {
    expect(await usage(...argv)).toBe(line);
    const { stderr } = await cli().run([...argv, '--json']);
    expect(stderr).not.toContain('hunter22');
  });

  it.each([
    ['team@2025.csv', 'team@2025.csv'],
    ['C:\\teams\\qa@corp.csv', 'C:\\teams\\qa@corp.csv'],
    ['/tmp/a=b.csv', '/tmp/a=b.csv'],
    ['https://jane:hunter22@h/f.csv', '…@h/f.csv'],
    ['jane:hunter22@h:f.csv', '…@h:…'],
  ])('a path, %j, is shown as %j', (path, text) => {
    expect(harmlessPath(path)).toBe(text);
  });
});

describe('the word after an option of a secret is not repeated', () => {
  const ADD = ['sources', 'add', '--url=http://127.0.0.1:1/'];
  const READS = 'This option takes no value, it reads standard input.';
  const QUOTES = 'A value with spaces takes quotes';

  it.each<[string[], string]>([
    [[...ADD, '--api-key-stdin', 'hunter22'], `Unexpected word after --api-key-stdin. ${READS}`],
    [
      [...ADD, '--client-secret-stdin', 'hunter22'],
      `Unexpected word after --client-secret-stdin. ${READS}`,
    ],
    [[...LIST, '--api-key-stdin', 'hunter22'], `Unexpected word after --api-key-stdin. ${READS}`],
    [
      [...LIST, '--api-key-stdin', '--', 'hunter22'],
      `Unexpected word after --api-key-stdin. ${READS}`,
    ],
    [['--api-key-stdin', 'hunter22', ...LIST], `Unexpected word after --api-key-stdin. ${READS}`],
    [
      ['security', 'users', 'delete', '--username=x', '--login-password', 'y', 'hunter22'],
      'Unexpected word after the value of --login-password. A value with spaces takes quotes: --login-password="…".',
    ],
    [
      ['security', 'users', 'delete', '--username=x', '--login-username', 'y', 'hunter22'],
      'Unexpected word after the value of --login-username. A value with spaces takes quotes: --login-username="…".',
    ],
    [
      ['apikeys', 'create', 'system', '--key', 'y', 'hunter22'],
      'Unexpected word after the value of --key. A value with spaces takes quotes: --key="…".',
    ],
    [
      ['security', '--client-secret-stdin', 'hunter22'],
      `Unexpected word after --client-secret-stdin. ${READS}`,
    ],
    [
      ['history', '--api-key-stdin', 'hunter22'],
      `Unknown option "--api-key-stdin" for "history". See: groupctl history --help`,
    ],
    [
      ['undo', '--api-key-stdin', 'latest', 'hunter22'],
      `Unexpected word after --api-key-stdin. ${READS}`,
    ],
    [
      ['--api-key', 'my', 'hunter22', ...LIST],
      `Unexpected word after the value of --api-key. ${QUOTES}: --api-key="…".`,
    ],
    [
      ['--password=my', 'hunter22', ...LIST],
      `Unexpected word after the value of --password. ${QUOTES}: --password="…".`,
    ],
    [
      [...LIST, '--username', 'jane', 'hunter22'],
      `Unexpected word after the value of --username. ${QUOTES}: --username="…".`,
    ],
    [
      [...LIST, '--client-id=jane', 'hunter22'],
      `Unexpected word after the value of --client-id. ${QUOTES}: --client-id="…".`,
    ],
    [
      ['undo', '--api-key', 'my', 'own', 'hunter22'],
      `Unexpected word after the value of --api-key. ${QUOTES}: --api-key="…".`,
    ],
  ])('%j', async (argv, line) => {
    expect(await usage(...argv)).toBe(line);
    const { stderr } = await cli().run([...argv.filter((word) => word !== '--'), '--json']);
    expect(stderr).not.toContain('hunter22');
  });
});

describe('what is glued to the name of a secret is not repeated', () => {
  const GLUED = [
    'hunter22',
    '"hunter22"',
    '“hunter22”',
    "'hunter22'",
    '>hunter22',
    ',hunter22',
    ';hunter22',
    '\u200bhunter22',
    '/hunter22',
    'HUNTER',
    '-hunter22',
  ];

  it.each(
    ['--api-key', '--password', '--client-secret'].flatMap((name) =>
      GLUED.map((rest): [string, string] => [name, rest]),
    ),
  )('%s%s', async (name, rest) => {
    const takesValue = `The option ${name} takes its value after "=" or as the next word.`;
    expect(await usage(...LIST, `${name}${rest}`)).toBe(takesValue);
    expect(await usage(`${name}${rest}`, ...LIST)).toBe(takesValue);
  });

  it.each<[string, string]>([
    ['--api-key-stdinhunter22', 'The option --api-key-stdin takes no value.'],
    ['--api-key-stdin"hunter22"', 'The option --api-key-stdin takes no value.'],
    ['--tokenhunter22', 'Unknown option "--token…" for "security groups list"'],
    ['--apikey"hunter22"', 'Unknown option "--apikey…" for "security groups list"'],
    ['--api_keyhunter22', 'Unknown option "--api_key…" for "security groups list"'],
    ['--API-KEYhunter22', 'Unknown option "--API-KEY…" for "security groups list"'],
    ['--sorce"hunter22"', 'Unknown option "--sorce…" for "security groups list"'],
    ['-pHunter', 'Unknown option "-p…" for "security groups list"'],
    ['—api-keyhunter22', 'Unexpected word "—api-key…"'],
    ['—password"hunter22"', 'Unexpected word "—password…"'],
    ['/client-secret,hunter22', 'Unexpected word "/client-secret…"'],
    ['api-key"hunter22"', 'Unexpected word "api-key…"'],
  ])('%s', async (word, beginning) => {
    const line = await usage(...LIST, word);
    expect(line.slice(0, beginning.length)).toBe(beginning);
    expect(line.toLowerCase()).not.toContain('hunter');
  });

  it('is taken for a forgotten value before it, not for the value', async () => {
    expect(await usage(...LIST, '--source', '--apikey=hunter22')).toBe(
      'The option --source needs a value. --apikey=… is the next option. If it is meant, write --source=--apikey=….',
    );
  });
});

describe('what may be shown of a word', () => {
  it.each([
    ['John Smith', 'John Smith'],
    ['https://a.example/x', 'https://a.example/x'],
    ['https://a.example/?key=hunter22', 'https://a.example/?key=…'],
    ['jane@a.example', '…@a.example'],
    ['jane:p=x@y@a.example', '…@a.example'],
    ['a@b=hunter22', '…@b=…'],
    ['jane:hunter22', 'jane:…'],
    ['--api-key hunter22', '--api-key …'],
    ['--api-keyhunter22', '--api-key…'],
    ['--token>hunter22', '--token…'],
    ['—password,hunter22', '—password…'],
    ['--password-file', '--password-file'],
    ['token-of-qa', 'token-of-qa'],
    ['password', 'password'],
    ['', ''],
  ])('%j is shown as %j', (typed, shown) => {
    expect(harmless(typed)).toBe(shown);
  });
});
