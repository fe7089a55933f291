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
        'version',
      ]),
    );
  });

  it.each(commands.map(({ words }) => [words.join(' '), words] as const))(
    'is the same page four ways: groupctl %s',
    async (_, words) => {
      const page = await cli().run([...words, '--help']);
      expect({ code: page.code, stderr: page.stderr }).toEqual({ code: 0, stderr: '' });
      expect(page.stdout).toContain(['Usage: groupctl', ...words].join(' '));
      const lines = page.stdout.trimEnd().split('\n');
      expect(lines.length).toBeLessThanOrEqual(45);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
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
      expect(stdout).toMatch(/\nExit codes: 0.* \(groupctl help exit-codes\)\n/);
      const examples = /\nExamples:\n((?: {2}.*\n)+)/
        .exec(stdout)?.[1]
        ?.replaceAll(/ \\\n +/g, ' ');
      expect(examples?.trim()).toMatch(new RegExp(`^(groupctl ${line}.*\n? *)+$`));
      const all = (await cli().run([...words, '--help', '--all'])).stdout;
      expect(all).toMatch(/\nExit codes:\n {2}0 +\S.*\n/);
      expect(all).toContain('\nOutput:\n');
      expect(all).toContain('--json');
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
    expect(codes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '130']);
  });

  it.each([['--version'], ['-V']])('%s prints the version', async (option) => {
    expect(await cli().run([option])).toEqual({ code: 0, stdout: `${VERSION}\n`, stderr: '' });
  });

  it('takes no trouble over a home that cannot be used', async () => {
    const env = { GROUPCTL_CONFIG_DIR: '/dev/null/x', GROUPCTL_STATE_DIR: '/dev/null/x' };
    expect((await cli().run(['sources', 'list', '--help'], { env })).code).toBe(0);
  });

  it.each([
    [undefined, 80],
    [40, 60],
    [100, 100],
    [200, 200],
  ])('wraps at the width of a terminal of %j columns', async (columns, width) => {
    const tty = columns !== undefined;
    const options = tty ? { tty, columns } : {};
    const { stdout } = await cli().run(['security', 'groups', 'members', 'sync', '-h'], options);
    const lengths = stdout.split('\n').map((line) => line.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(width);
    expect(Math.max(...lengths)).toBeGreaterThan(Math.min(width, 100) - 25);
  });

  it('names the required options in the usage line', async () => {
    const { stdout } = await cli().run(['security', 'groups', 'members', 'add', '--help']);
    expect(stdout).toContain(
      'Usage: groupctl security groups members add --name=<group> (--member=<name> |\n' +
        '  --identity=<id> | --file=<path>) [options]\n',
    );
  });

  it.each([[], ['security'], ['security', 'groups', 'members'], ['sources']])(
    'is what a group of commands prints without a command: %j',
    async (...words) => {
      const page = await cli().run([...words, '--help']);
      expect(page.stdout).toContain('\nCommands:\n');
      expect(await cli().run(words)).toEqual(page);
    },
  );

  it.each(['server', 'output', 'environment', 'files', 'guards', 'exit-codes'])(
    'has a topic %s of at most 80 columns and 45 lines',
    async (topic) => {
      const { code, stdout, stderr } = await cli().run(['help', topic]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const lines = stdout.trimEnd().split('\n');
      expect(lines.length).toBeGreaterThan(5);
      expect(lines.length).toBeLessThanOrEqual(45);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    },
  );

  it('lists every common option in the topics server and output, and in no page of a verb', async () => {
    const namesIn = (text: string) => text.match(/^ {2}--[\w-]+/gm)?.map((name) => name.trim());
    const topics = await Promise.all(
      ['server', 'output'].map(async (topic) => (await cli().run(['help', topic])).stdout),
    );
    const common = topics.flatMap((text) => namesIn(text) ?? []);
    expect(common).toHaveLength(22);
    const own = namesIn((await cli().run(['security', 'groups', 'members', 'add', '-h'])).stdout);
    expect(own?.filter((name) => common.includes(name))).toEqual([]);
  });
});

describe('version', () => {
  it('prints the versions and folders, for people and as JSON', async () => {
    const user = cli();
    const { stdout } = await user.run(['version']);
    expect(stdout).toContain(`groupctl ${VERSION}\n`);
    expect(await user.json(['version', '--json'])).toEqual({
      groupctl: VERSION,
      node: '',
      configDir: user.config,
      stateDir: user.state,
    });
  });
});
