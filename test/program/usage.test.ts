import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { usage } from './usage.ts';

const ADD = ['security', 'groups', 'members', 'add'];

describe('what is missing or unknown', () => {
  it.each([
    [['securty', 'groups'], 'Unknown command "securty"; did you mean security?'],
    [['--json=1', 'securty'], 'Unknown command "securty"; did you mean security?'],
    [
      ['--quiet', 'security', 'group', 'list'],
      'Unknown command "group" after "security"; did you mean groups?',
    ],
    [
      ['security', 'groups', 'members', 'frobnicate'],
      'Unknown command "frobnicate" after "security groups members"; use one of: list, add, remove.',
    ],
    [
      ['security', 'groups', 'members'],
      'A command is missing after "security groups members"; use one of: list, add, remove.',
    ],
    [['--quiet'], 'A command is missing; use one of: security, sources, health, sandbox, help.'],
    [[], 'A command is missing; use one of: security, sources, health, sandbox, help.'],
    [['--verison'], 'Unknown option "--verison"; did you mean --version?'],
    [['help', 'securty'], 'Unknown command "securty"; did you mean security?'],
    [
      [...ADD, '--nmae=QA', '--member=x'],
      'Unknown option "--nmae" for "security groups members add"; did you mean --name?',
    ],
    [
      [...ADD, '--zzzzzzzzz'],
      'Unknown option "--zzzzzzzzz" for "security groups members add"; see: groupctl security groups members add --help',
    ],
    [
      ADD,
      'Missing options --member, --name for "security groups members add"; see: groupctl security groups members add --help',
    ],
    [
      [...ADD, '--member=x'],
      'Missing option --name for "security groups members add"; see: groupctl security groups members add --help',
    ],
    [['health', '--', 'x'], 'Unexpected word "x"; see: groupctl health --help'],
  ])('%j', async (argv, line) => {
    expect(await usage(...argv)).toBe(line);
  });

  it.each([
    [['--json', 'securty'], 'unknown-command', 'did you mean security?'],
    [['--output', 'json', 'security'], 'missing-command', 'use one of: groups.'],
    [
      ['--output=JSON', ...ADD],
      'missing-option',
      'see: groupctl security groups members add --help',
    ],
    [
      [...ADD, 'x', '--json'],
      'unexpected-word',
      'a value with spaces takes quotes: --member="John Smith".',
    ],
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
    expect(await usage(`a\n${'b'.repeat(100)}`)).toMatch(/^Unknown command "a\\nb{58}…";/);
  });
});
