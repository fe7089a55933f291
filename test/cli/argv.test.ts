import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { fakeProget, listGroups } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { usage } from './usage.ts';
import { addRun, START } from '../state/journal/run-files.ts';

const ADD = ['security', 'groups', 'members', 'add'];
const DEVELOPERS = ['--name=Developers', '--member=jsmith'];

describe('where options may stand', () => {
  const forms = (url: string): [string, string[]][] => [
    ['with =', ['security', 'groups', 'list', `--source=${url}`, '--output=csv']],
    ['as two words', ['security', 'groups', 'list', '--source', url, '--output', 'csv']],
    [
      'before the command, with =',
      [`--source=${url}`, '--output=csv', 'security', 'groups', 'list'],
    ],
    ['before, as two words', ['--source', url, 'security', '--output', 'csv', 'groups', 'list']],
    [
      'the words of a choice in any case',
      ['security', 'groups', 'list', `--source=${url}`, '--output=CSV'],
    ],
  ];
  for (const at of [0, 1, 2, 3, 4]) {
    it(`takes an option ${forms('')[at]?.[0] ?? ''}`, async () => {
      const server = await serve(listGroups(fakeProget(['djones'])));
      const result = await cli().run(forms(server.url)[at]?.[1] ?? []);
      expect(result).toEqual({
        code: 0,
        stdout: 'name,id,slug,memberCount\nDevelopers,,,1\n',
        stderr: '',
      });
    });
  }

  it('takes any option with = before the command words', async () => {
    const server = await serve(listGroups(fakeProget(['djones'])));
    const result = await cli().run([
      '--name=developers',
      `--source=${server.url}`,
      '--quiet',
      'security',
      'groups',
      'members',
      'list',
    ]);
    expect(result).toEqual({ code: 0, stdout: 'djones\n', stderr: '' });
  });

  it('takes --organization-slug before them with its value as a word', async () => {
    const list = ['security', 'groups', 'list', '--source=http://127.0.0.1:9'];
    const slug = ['--organization-slug', 'acme'];
    const behind = await cli().run([...list, ...slug]);
    expect(behind.stderr).not.toContain('stands before');
    expect(await cli().run([...slug, ...list])).toEqual(behind);
  });

  it('says how, when another option stands before the command with its value as a word', async () => {
    expect(await usage('--password-file', 'secret', 'sources', 'list')).toBe(
      'Unknown option "--password-file". See: groupctl --help',
    );
    expect(await usage('--name', 'hunter22', 'sources', 'remove')).toBe(
      'The option --name stands before the command without its value. Write --name=… or put it behind the command.',
    );
  });
});

describe('values', () => {
  it.each([
    ['twice', [...ADD, ...DEVELOPERS, '--name=QA'], '--name was given twice. Use it once.'],
    [
      'twice, once before the command',
      ['--source=a', ...ADD, ...DEVELOPERS, '--source', 'b'],
      '--source was given twice. Use it once.',
    ],
    ['empty', [...ADD, '--name=', '--member=x'], 'The option --name has an empty value.'],
    [
      'empty, as a word',
      [...ADD, '--name', '', '--member=x'],
      'The option --name has an empty value.',
    ],
    [
      'blank',
      [...ADD, '--name=Developers', '--member= \t '],
      'The option --member has an empty value.',
    ],
    [
      'absent at the end',
      [...ADD, ...DEVELOPERS, '--source'],
      'The option --source needs a value: --source <name|url>.',
    ],
    ['absent before the command', ['--source'], 'The option --source needs a value.'],
    [
      'the next option',
      [...ADD, '--member', '--name=Developers'],
      'The option --member needs a value. --name=… is the next option. If it is meant, write --member=--name=….',
    ],
    ['for a flag', [...ADD, ...DEVELOPERS, '--json=true'], 'The option --json takes no value.'],
    [
      'out of range',
      [...ADD, ...DEVELOPERS, '--timeout=0'],
      'Invalid value "0" for --timeout. Use a number from 0.001 to 86400.',
    ],
    [
      'negative',
      [...ADD, ...DEVELOPERS, '--settle', '-1'],
      'Invalid value "-1" for --settle. Use a whole number from 0 to 3600000.',
    ],
    [
      'not whole',
      [...ADD, ...DEVELOPERS, '--settle=1.5'],
      'Invalid value "1.5" for --settle. Use a whole number from 0 to 3600000.',
    ],
    [
      'too large',
      ['sandbox', 'serve', '--port=65536'],
      'Invalid value "65536" for --port. Use a whole number from 0 to 65535.',
    ],
    [
      'not a number',
      [...ADD, ...DEVELOPERS, '--deadline=1m'],
      'Invalid value "1m" for --deadline. Use a number from 0.001 to 86400.',
    ],
    [
      'not a choice',
      [...ADD, ...DEVELOPERS, '--output=xml'],
      'Invalid value "xml" for --output. Choose human, json, csv, yaml or table.',
    ],
    [
      'at odds',
      [...ADD, ...DEVELOPERS, '--output=csv', '--source=sandbox', '--json'],
      '--json and --output=csv are both given. Use one or the other.',
    ],
  ])('refuses a value that is %s', async (_, argv, line) => {
    // With --json the error is JSON, which has a test of its own.
    if (argv.includes('--json')) {
      const { code, stdout, stderr } = await cli().run(argv);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'usage', exitCode: 2 } });
      const { message, hint } = (JSON.parse(stderr) as { error: Record<string, string> }).error;
      // In JSON the message is a sentence of its own.
      expect(`${message} ${hint}`).toBe(line);
    } else expect(await usage(...argv)).toBe(line);
  });

  it('names the quotes for a value of two words', async () => {
    expect(await usage(...ADD, '--member', 'John', 'Smith', '--name=Developers')).toBe(
      'Unexpected word "Smith" after the value of --member. A value with spaces takes quotes: --member="… Smith". To give several values, repeat --member.',
    );
    expect(await usage(...ADD, '--member=John', 'Smith', '--name=Developers')).toContain('quotes');
    expect(await usage(...ADD, 'jsmith', '--name=Developers')).toContain('--member="jsmith"');
  });

  it('never shows the rest of a secret', async () => {
    const line = await usage('sources', 'add', '--url=https://a/', '--password', 'my', 'hunter22');
    expect(line).toBe(
      'Unexpected word after the value of --password. A value with spaces takes quotes: --password="…".',
    );
    expect(await usage('sources', 'add', '--apikey', 'hunter22', '--url=https://a/')).toBe(
      'Unknown option "--apikey" for "sources add". Did you mean --api-key?',
    );
    expect(await usage('sources', 'add', '--apikey=hunter22')).not.toContain('hunter22');
  });

  it('repeats --member, and does not split it at commas', async () => {
    const state = cli();
    const run = async (...members: string[]): Promise<unknown> =>
      await state.json([
        ...ADD,
        '--name=Engineers',
        '--source=sandbox',
        '--no-user-check',
        ...members,
      ]);
    expect(
      await run('--member=Smith, John', '--member', 'djones', '--member=DJONES'),
    ).toMatchObject({
      outcomes: [
        { member: 'Smith, John', outcome: 'added' },
        { member: 'djones', outcome: 'added' },
      ],
    });
  });

  it('takes a value that starts with a dash, where it cannot be an option', async () => {
    expect(
      await cli().json([
        ...ADD,
        '--source=sandbox',
        '--name=QA',
        '--no-user-check',
        '--member',
        '-x-',
        '--member=--name',
      ]),
    ).toMatchObject({ outcomes: [{ member: '-x-' }, { member: '--name' }] });
  });
});

describe('a command that acts and has others below it', () => {
  it.each([
    ['history', '--output=csv', '--limit=1'],
    ['history', '--limit', '1', '--output', 'csv'],
    ['--output', 'csv', 'history', '--limit', '1'],
    ['--limit=1', '--output=csv', 'history'],
  ])('acts, wherever its options stand: %j', async (...argv) => {
    const user = cli();
    const run = [0, 1].map((n) => addRun(user.state, ['a'], START + n))[1];
    const { code, stdout, stderr } = await user.run(argv);
    expect({ code, stderr, runs: stdout.match(/^01[^,]+/gm) }).toEqual({
      code: 0,
      stderr: '',
      runs: [run],
    });
  });

  it.each([
    ['history', 'show', 'RUN', '--json'],
    ['history', 'show', '--json', 'RUN'],
    ['history', '--json', 'show', 'RUN'],
    ['--json', 'history', 'show', 'RUN'],
    ['history', '--output', 'json', 'show', 'RUN'],
    ['history', 'show', '--json', '--', 'RUN'],
    ['history', 'show', '--output', 'json', ' RUN '],
  ])('leaves the rest to the one that is named: %j', async (...argv) => {
    const user = cli();
    const run = addRun(user.state, ['a']);
    const result = await user.run(argv.map((word) => word.replace('RUN', run)));
    expect({ code: result.code, stderr: result.stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(result.stdout)).toMatchObject({ schema: 1, run });
  });

  it('helps with both', async () => {
    const { stdout } = await cli().run(['history', '--help']);
    expect(stdout).toContain('Usage: groupctl history [options]\n');
    expect(stdout).toMatch(
      /\nCommands:\n {2}list .*\n {2}show .*\n {2}prune [^]*\n {2}--limit <n> /,
    );
    const show = await cli().run(['history', 'show', '-?']);
    expect(show.stdout).toMatch(/\nUsage: groupctl history show RUN \[options\]\n/);
    expect(show.stdout).toMatch(/\n {2}RUN {2,}run ID, /);
    expect(await cli().run(['history', '--limit', 'show', '--help'])).toEqual(
      await cli().run(['history', '--help']),
    );
  });
});
