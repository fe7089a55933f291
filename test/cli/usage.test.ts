import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { usage } from './usage.ts';

const ADD = ['security', 'groups', 'members', 'add'];

const HISTORY_WORDS =
  'Unknown command "frobnicate" after "history". Use one of: list, show, prune. To show one: groupctl history show "frobnicate"';

describe('what is missing or unknown', () => {
  it.each([
    [['securty', 'groups'], 'Unknown command "securty". Did you mean security?'],
    [['--json=1', 'securty'], 'Unknown command "securty". Did you mean security?'],
    [
      ['--quiet', 'security', 'group', 'list'],
      'Unknown command "group" after "security". Did you mean groups?',
    ],
    [
      ['security', 'groups', 'members', 'frobnicate'],
      'Unknown command "frobnicate" after "security groups members". Use one of: list, add, remove, sync, copy, where, offboard.',
    ],
    [
      ['--quiet'],
      'A command is missing. Use one of: security, apikeys, sources, history, undo, resume, store, health, sandbox, completion, version, help.',
    ],
    [['--verison'], 'Unknown option "--verison". Did you mean --version?'],
    [['help', 'securty'], 'Unknown command "securty". Did you mean security?'],
    [
      [...ADD, '--nmae=QA', '--member=x'],
      'Unknown option "--nmae" for "security groups members add". Did you mean --name?',
    ],
    ...[
      ['--group=QA', '--name'],
      ['--group-name=QA', '--name'],
      ['--user=jsmith', '--member'],
      ['--account=jsmith', '--member'],
      ['--server=prod', '--source'],
      ['--url=prod', '--source'],
      ['--token=x', '--api-key'],
    ].map(([typed = '', meant]): [string[], string] => [
      [...ADD, typed],
      `Unknown option "${typed.replace(/=.*/, '')}" for "security groups members add". Did you mean ${meant}?`,
    ]),
    [
      ['members', 'add', '--name=QA'],
      'Unknown command "members". Did you mean: groupctl security groups members add?',
    ],
    [['groups', 'list'], 'Unknown command "groups". Did you mean: groupctl security groups list?'],
    [
      ['ls'],
      'Unknown command "ls". Did you mean: groupctl security groups list, groupctl security groups members list or groupctl security users list?',
    ],
    [
      ['add'],
      'Unknown command "add". Did you mean: groupctl security groups members add, groupctl security permissions add or groupctl sources add?',
    ],
    [
      ['security', 'groups', 'rm', '--name=QA'],
      'Unknown command "rm" after "security groups". Did you mean: groupctl security groups delete or groupctl security groups members remove?',
    ],
    [
      [...ADD, '-y'],
      'Unknown option "--yes" for "security groups members add". This command never asks. Leave it out.',
    ],
    ...['--force', '-f', '--confirm'].map((typed): [string[], string] => [
      [...ADD, typed],
      `Unknown option "${typed}" for "security groups members add". This command never asks. Leave it out.`,
    ]),
    [
      ['security', 'groups', 'members', 'sync', '--force'],
      'Unknown option "--force" for "security groups members sync". Did you mean --yes?',
    ],
    [['--fource'], 'Unknown option "--fource". See: groupctl --help'],
    [
      [...ADD, '--zzzzzzzzz'],
      'Unknown option "--zzzzzzzzz" for "security groups members add". See: groupctl security groups members add --help',
    ],
    [
      ADD,
      'Missing options --name, and --member, --identity or --file for "security groups members add". See: groupctl security groups members add --help',
    ],
    [
      [...ADD, '--name=QA'],
      'Missing option --member, --identity or --file for "security groups members add". See: groupctl security groups members add --help',
    ],
    [
      [...ADD, '--member=x'],
      'Missing option --name for "security groups members add". See: groupctl security groups members add --help',
    ],
    [['health', '--', 'x'], 'Unexpected word "x". See: groupctl health --help'],
    [
      ['undo', '--run', 'latest'],
      'Unknown option "--run" for "undo". Write the run as a word: groupctl undo RUN',
    ],
    [
      ['security', 'users', 'create', '--name=zoe'],
      'Unknown option "--name" for "security users create". Did you mean --username?',
    ],
    [
      ['security', 'permissions', 'list', '--name=zoe'],
      'Unknown option "--name" for "security permissions list". Did you mean --user?',
    ],
    [
      ['security', 'groups', 'list', '--name=QA'],
      'Unknown option "--name" for "security groups list". See: groupctl security groups list --help',
    ],
    [['history', 'shwo'], 'Unknown command "shwo" after "history". Did you mean show?'],
    [['--quiet', 'history', '--limit', '3', 'frobnicate'], HISTORY_WORDS],
    [['history', '--limit=3', 'frobnicate'], HISTORY_WORDS],
    [
      ['history', '--bogus', 'show'],
      'Unknown option "--bogus" for "history show". See: groupctl history show --help',
    ],
    [
      ['history', '--bogus', 'x'],
      'Unknown option "--bogus" for "history". See: groupctl history --help',
    ],
    [
      ['history', '--kind=x'],
      'Unknown option "--kind" for "history". See: groupctl history --help',
    ],
    [
      ['history', '--limit', '3', 'show', 'latest'],
      'Unknown option "--limit" for "history show". See: groupctl history show --help',
    ],
    [['history', '--limit'], 'The option --limit needs a value.'],
    [
      ['history', '--older-than', '90d', 'prune'],
      'The option --older-than stands before the command without its value. Write --older-than=… or put it behind the command.',
    ],
    [['sources', 'remove', 'a', 'b'], 'Unexpected word "b". "sources remove" takes one name.'],
    [
      [
        'sources',
        'add',
        '--name=c',
        '--url=https://a.example/',
        '--kind=infisical',
        '--client-id=a',
      ],
      '--client-id is given without --client-secret. Give it with --client-secret-stdin.',
    ],
    [['sources', 'add', 'prod'], 'Unexpected word "prod". Did you mean --name="prod"?'],
    [['sources', 'rename', 'old', 'new'], 'Unexpected word "new". Did you mean --to="new"?'],
    [[...ADD, 'QA', 'jsmith'], 'Unexpected word "QA". Did you mean --name="QA" --member="jsmith"?'],
    [[...ADD, 'jsmith', '--name=QA'], 'Unexpected word "jsmith". Did you mean --member="jsmith"?'],
    [[...ADD, 'QA', '--member=jsmith'], 'Unexpected word "QA". Did you mean --name="QA"?'],
    [
      ['history', '01JX3M'],
      'Unknown command "01JX3M" after "history". Use one of: list, show, prune. To show one: groupctl history show "01JX3M"',
    ],
    [
      ['security', 'groups', 'remove', '--name=QA'],
      'Unknown command "remove" after "security groups". Did you mean: groupctl security groups delete or groupctl security groups members remove?',
    ],
    [
      ['security', 'users', 'add'],
      'Unknown command "add" after "security users". Did you mean: groupctl security users create?',
    ],
    [
      ['security', 'users', 'rm'],
      'Unknown command "rm" after "security users". Did you mean: groupctl security users delete?',
    ],
    [
      ['sources', 'export'],
      'Unknown command "export" after "sources". There is no export. Copy config.json of the folder that "groupctl version" shows; it may hold keys.',
    ],
    [['apikeys', 'delete', '7'], 'Unexpected word "7". Did you mean --id="7"?'],
    [
      ['apikeys', 'create', 'feed', '--name=x', '--feed=f', '--permissions=view,ad'],
      'Invalid value "ad" for --permissions. Choose one or more of view, add, promote, delete.',
    ],
    [
      ['security', 'attributes', '--source=x'],
      'A command is missing after "security attributes". Did you mean: groupctl security attributes list?',
    ],
    [
      ['undo', '--last'],
      'Unknown option "--last" for "undo". Write the run as a word: groupctl undo latest',
    ],
    [
      ['-v'],
      'A command is missing. Use one of: security, apikeys, sources, history, undo, resume, store, health, sandbox, completion, version, help. The version: groupctl --version',
    ],
    [
      ['sources', 'delete', 'x'],
      'Unknown command "delete" after "sources". Did you mean: groupctl sources remove?',
    ],
    [['undo', 'latst'], 'That is not a run ID. Did you mean latest?'],
    [
      [...ADD, '--name=QA', 'jsmith'],
      'Unexpected word "jsmith" after the value of --name. A value with spaces takes quotes: --name="… jsmith". Or did you mean --member="jsmith"?',
    ],
    [['history', '--', 'show'], 'Unexpected word "show". Did you mean --member="show"?'],
  ])('is a usage error of one line: %j', async (argv, line) => {
    expect(await usage(...argv)).toBe(line);
  });

  it.each([
    [['--json', 'securty'], 'unknown-command', 'Did you mean security?'],
    [
      ['--output', 'json', 'security'],
      'missing-command',
      'Use one of: groups, users, tasks, attributes, permissions.',
    ],
    [
      ['--output=JSON', ...ADD],
      'missing-option',
      'See: groupctl security groups members add --help',
    ],
    [[...ADD, 'x', '--json'], 'unexpected-word', 'Did you mean --name="x"?'],
    [['-o', 'json', 'securty'], 'unknown-command', 'Did you mean security?'],
    [['-o=json', 'securty'], 'unknown-command', 'Did you mean security?'],
    [['--query=[0]', 'securty'], 'unknown-command', 'Did you mean security?'],
  ])('says it in one line of JSON: %j', async (argv, errorCode, hint) => {
    const { code, stdout, stderr } = await cli().run(argv);
    expect({ code, stdout, lines: stderr.split('\n').length }).toEqual({
      code: 2,
      stdout: '',
      lines: 2,
    });
    expect(JSON.parse(stderr)).toEqual({
      error: { code: errorCode, message: expect.any(String) as string, hint, exitCode: 2 },
    });
  });

  it('shortens what was typed, and keeps it on one line', async () => {
    expect(await usage(`a\n${'b'.repeat(100)}`)).toMatch(/^Unknown command "a\\nb{58}…"\./);
  });
});

describe('the word behind a verb', () => {
  const needs = (words: string): string =>
    `Which run? groupctl ${words} RUN. List runs with: groupctl history`;
  it.each([
    [['history', 'show'], needs('history show')],
    [['--quiet', 'history', 'show', '--no-color'], needs('history show')],
    [['history', 'show', ''], needs('history show')],
    [['history', 'show', ' \t'], needs('history show')],
    [['history', 'show', '--'], needs('history show')],
    [['undo', '--yes'], needs('undo')],
    [['resume'], needs('resume')],
    [['history', 'show', 'latest', 'x'], 'Unexpected word "x". "history show" takes one run.'],
    [
      ['history', 'show', '--', 'latest', 'x'],
      'Unexpected word "x". "history show" takes one run.',
    ],
    [
      ['history', 'show', 'latest', '--quiet', 'x'],
      'Unexpected word "x". "history show" takes one run.',
    ],
    [
      ['history', 'show', '-x'],
      'Unknown option "-x" for "history show". See: groupctl history show --help',
    ],
    [
      ['history', 'show', 'latest', '--outptu=csv'],
      'Unknown option "--outptu" for "history show". Did you mean --output?',
    ],
    [
      ['history', 'show', 'latest', '--output', 'csv', 'x'],
      'Unexpected word "x" after the value of --output. A value with spaces takes quotes: --output="… x".',
    ],
    [
      ['undo', 'latest', '--password', 'my', 'hunter22'],
      'Unexpected word after the value of --password. A value with spaces takes quotes: --password="…".',
    ],
  ])('%j', async (argv, line) => {
    expect(await usage(...argv)).toBe(line);
  });

  it('is missed in one line of JSON', async () => {
    const { code, stderr } = await cli().run(['--json', 'history', 'show']);
    expect({ code, error: JSON.parse(stderr) as unknown }).toEqual({
      code: 2,
      error: {
        error: {
          code: 'missing-argument',
          message: 'Which run? groupctl history show RUN.',
          hint: 'List runs with: groupctl history',
          exitCode: 2,
        },
      },
    });
  });
});

describe('short names', () => {
  it.each([
    [
      ['sources', 'ls', '-o', 'json'],
      ['sources', 'list', '--output=json'],
    ],
    [
      ['sources', 'ls', '-o=csv', '-q'],
      ['sources', 'list', '--output=csv', '--quiet'],
    ],
    [
      ['sources', 'rm', '--name=none'],
      ['sources', 'remove', '--name=none'],
    ],
    [
      ['history', '-ojson'],
      ['history', '--output=json'],
    ],
    [
      ['-v', 'history', 'ls', '--json'],
      ['history', 'list', '--json', '--verbose'],
    ],
  ])('%j is %j', async (short, long) => {
    const user = cli();
    expect(await user.run(short)).toEqual(await user.run(long));
  });

  it('are no part of a value that begins like one', async () => {
    const { code, stdout } = await cli().run([
      ...['security', 'users', 'create', '--source=sandbox', '--username=pw1', '--dry-run'],
      ...['--password', '-obsidian99'],
    ]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Would create the user pw1.\n' });
  });

  it('are not the long name with one hyphen', async () => {
    expect(await usage('history', '-output=json')).toBe(
      'Unknown option "-output" for "history". Did you mean --output?',
    );
  });

  it('are values after --', async () => {
    expect(await usage('history', 'show', '--', '-q')).toBe(
      'That is not a run ID. Use an ID from "groupctl history", its first characters, or "latest".',
    );
  });
});
