import { describe, expect, it } from 'vitest';
import { buildProgram } from '../../src/program.ts';
import type { AppCommand } from '../../src/cli/command.ts';
import { VERSION } from '../../src/version.ts';
import { cli } from '../helpers/cli.ts';

/** Every command of the tree: its words, and whether it does something. */
function tree(): { words: string[]; leaf: boolean }[] {
  const silent = { write: () => undefined, isTTY: false };
  const io = {
    stdout: silent,
    stderr: silent,
    stdinIsTTY: true,
    readStdin: async () => Buffer.of(),
  };
  const below = (command: AppCommand, words: string[]): { words: string[]; leaf: boolean }[] => {
    const names = command.commands.map((child) => child.name());
    const more = names.flatMap((name) => {
      const child = command.child(name);
      return child === undefined ? [] : below(child, [...words, name]);
    });
    return [{ words, leaf: names.length === 0 || command.acts }, ...more];
  };
  return below(
    buildProgram({ io }, async () => undefined),
    [],
  );
}

const commands = tree();
const leaves = commands.filter(({ words, leaf }) => leaf && words[0] !== 'help');

describe('help', () => {
  it('covers the whole tree', () => {
    expect(leaves.map(({ words }) => words.join(' '))).toEqual(
      expect.arrayContaining([
        'security groups members add',
        'security groups members remove',
        'security groups members list',
        'security groups list',
        'security groups create',
        'security groups delete',
        'sources add',
        'sources list',
        'sources remove',
        'sources test',
        'history',
        'history show',
        'history prune',
        'undo',
        'resume',
        'health',
        'sandbox serve',
        'sandbox reset',
      ]),
    );
  });

  it.each(commands.map(({ words }) => [words.join(' '), words] as const))(
    'is the same page four ways: groupctl %s',
    async (_, words) => {
      const page = await cli().run([...words, '--help']);
      expect({ code: page.code, stderr: page.stderr }).toEqual({ code: 0, stderr: '' });
      expect(page.stdout).toContain(['Usage: groupctl', ...words].join(' '));
      for (const argv of [
        [...words, '-?'],
        [...words, '-h'],
        ['help', ...words],
      ]) {
        expect(await cli().run(argv)).toEqual(page);
      }
    },
  );

  it.each(leaves.map(({ words }) => [words.join(' '), words] as const))(
    'of %s has examples that are right, and exit codes',
    async (line, words) => {
      const { stdout } = await cli().run([...words, '--help']);
      expect(stdout).toMatch(/\nExit codes:\n {2}0 +\S.*\n/);
      expect(stdout).toContain('groupctl help exit-codes');
      const examples = /\nExamples:\n((?: {2}.*\n)+)/.exec(stdout)?.[1]?.trimEnd().split('\n');
      expect(examples?.length).toBeGreaterThan(0);
      for (const example of examples ?? []) expect(example).toContain(`  groupctl ${line}`);
      for (const text of stdout.split('\n')) expect(text.length).toBeLessThanOrEqual(150);
    },
  );

  it('wins over anything else that is wrong', async () => {
    const page = await cli().run(['security', 'groups', 'members', 'add', '--help']);
    for (const argv of [
      ['security', 'groups', 'members', 'add', '--bogus', '--name=', '--help'],
      ['security', 'groups', 'members', 'add', '--name', '-?'],
      ['--json', 'security', 'groups', 'members', 'add', 'x', '-h'],
    ]) {
      expect(await cli().run(argv)).toEqual(page);
    }
  });

  it('before the command words is of what was said so far', async () => {
    expect(await cli().run(['security', '--help', 'groups'])).toEqual(
      await cli().run(['security', '--help']),
    );
  });

  it('is a value where = says so', async () => {
    const result = await cli().run(['sources', 'remove', '--name=--help']);
    expect(result.stdout).toBe('There is no source named --help; nothing to do.\n');
  });

  it('about exit codes has each code once', async () => {
    const { code, stdout } = await cli().run(['help', 'exit-codes']);
    expect(code).toBe(0);
    const codes = stdout.split('\n').flatMap((line) => /^ {2}(\d+) /.exec(line)?.[1] ?? []);
    expect(codes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '130']);
  });

  it.each([['--version'], ['-V']])('%s prints the version', async (option) => {
    expect(await cli().run([option])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it('takes no trouble over a home that cannot be used', async () => {
    const env = { GROUPCTL_CONFIG_DIR: '/dev/null/x', GROUPCTL_STATE_DIR: '/dev/null/x' };
    expect((await cli().run(['sources', 'list', '--help'], { env })).code).toBe(0);
  });
});
