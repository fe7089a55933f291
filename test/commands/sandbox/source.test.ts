import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import { bin } from '../../helpers/spawn.ts';

const MEMBERS = ['security', 'groups', 'members'];
const LIST = [...MEMBERS, 'list', '--name=Developers', '--source=sandbox'];
const ADD = [...MEMBERS, 'add', '--member=John Smith', '--name=Developers', '--source=sandbox'];

describe('--source=sandbox', () => {
  it('works on a fresh machine, and keeps what it is told', async () => {
    const user = cli();
    expect(await user.run(LIST)).toEqual({
      code: 0,
      stdout: 'djones\nmbrown\nCORP\\akhan\n',
      stderr: '',
    });
    expect(existsSync(user.config)).toBe(false);
    expect(await user.run(ADD)).toEqual({
      code: 0,
      stdout: 'Added John Smith to Developers.\n',
      stderr: '',
    });
    expect((await user.run(LIST)).stdout).toBe('djones\nmbrown\nCORP\\akhan\nJohn Smith\n');
    expect((await user.run(ADD)).stdout).toBe(
      'John Smith is already a member of Developers; nothing to do.\n',
    );
    expect(
      (
        await user.run([
          ...MEMBERS,
          'remove',
          '--member=john smith',
          '--name=developers',
          '--source=SANDBOX',
        ])
      ).stdout,
    ).toBe('Removed John Smith from Developers.\n');
    expect((await user.run(LIST)).stdout).toBe('djones\nmbrown\nCORP\\akhan\n');
  });

  it('is a server like any other', async () => {
    const user = cli();
    const at = '--source=sandbox';
    expect((await user.run(['health', at])).stdout).toMatch(/^ProGet \S+: healthy\n/);
    expect((await user.run(['security', 'groups', 'list', at])).stdout).toBe(
      'Administrators (members: 2)\nDevelopers (members: 3)\nQA (members: 2)\nEngineers (members: 0)\n',
    );
    expect((await user.run([...LIST, '--api-key=wrong-key'])).code).toBe(3);
    expect(
      (await user.run([...LIST, '--username=Admin', '--password=sandbox-password'])).code,
    ).toBe(0);
    expect(
      (await user.run([...MEMBERS, 'add', '--member=jsmiht', '--name=QA', at])).stderr,
    ).toContain('Did you mean jsmith');
  });

  it('ignores the environment of other servers', async () => {
    const env = {
      GROUPCTL_URL: 'http://127.0.0.1:9/',
      GROUPCTL_API_KEY: 'wrong',
      GROUPCTL_KIND: 'infisical',
    };
    expect((await cli().run(LIST, { env })).code).toBe(0);
  });

  it('is shared by processes at the same time', async () => {
    const env = { GROUPCTL_STATE_DIR: temporaryFolder() };
    const names = ['John Smith', 'jsmith', 'ajohnson', 'lchen', 'ci-build'];
    const add = (name: string): string[] => [
      ...MEMBERS,
      'add',
      `--member=${name}`,
      '--name=Engineers',
      '--source=sandbox',
      // A run that waits for the lock for longer than a second would report it.
      '--quiet',
    ];
    const results = await Promise.all(names.map((name) => bin(add(name), env)));
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      names.map(() => ({ code: 0, stderr: '' })),
    );
    const { stdout } = await bin([...MEMBERS, 'list', '--name=Engineers', '--source=sandbox'], env);
    expect(stdout.trim().split('\n').sort()).toEqual(names.toSorted());
  });
});

describe('a damaged state of the sandbox', () => {
  it.each([
    ['empty', '', 'it is not JSON'],
    ['cut short', '{"version":1,"proget":{"apiKey":"x"', 'it is not JSON'],
    ['null', 'null', 'it is not an object'],
    ['a list', '[]', 'it is not an object'],
    ['of another version', '{"version":99}', 'its version is not 1'],
    ['without its lists', '{"version":1,"proget":{"apiKey":"x"}}', 'proget.groups is not an array'],
  ])('%s: is named, kept as it is, with the way out', async (_, content, problem) => {
    const user = cli();
    mkdirSync(user.state);
    const file = join(user.state, 'sandbox.json');
    writeFileSync(file, content);
    const serve = ['sandbox', 'serve', '--port=0'];
    for (const argv of [
      LIST,
      ADD,
      ['health', '--source=sandbox'],
      serve,
      ['sources', 'test', '--name=sandbox'],
    ]) {
      const { code, stderr } = await user.run(argv);
      expect({ argv, code, stderr }).toEqual({
        argv,
        code: 2,
        stderr: `groupctl: The sandbox's state file ${file} cannot be used: ${problem}.\nHint: Start over with: groupctl sandbox reset\n`,
      });
      expect(readFileSync(file, 'utf8')).toBe(content);
    }
    const { stderr } = await user.run([...LIST, '--json']);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'sandbox-damaged', exitCode: 2, details: { path: file } },
    });
    expect((await user.run(['sandbox', 'reset'])).code).toBe(0);
    expect((await user.run(LIST)).code).toBe(0);
  });

  it('a state folder that cannot be written is named', async () => {
    const user = cli();
    writeFileSync(user.state, 'a file where the folder should be');
    for (const argv of [LIST, ['sandbox', 'reset'], ['sandbox', 'serve', '--port=0']]) {
      const { code, stderr } = await user.run(argv);
      expect({ argv, code }).toEqual({ argv, code: 2 });
      expect(stderr).toContain('The state folder cannot be written');
    }
  });
});

describe('sandbox reset', () => {
  it('puts the company back', async () => {
    const user = cli();
    await user.run(ADD);
    expect(await user.run(['sandbox', 'reset'])).toEqual({
      code: 0,
      stdout: 'Sandbox reset.\n',
      stderr: '',
    });
    expect((await user.run(LIST)).stdout).toBe('djones\nmbrown\nCORP\\akhan\n');
    expect(await user.json(['sandbox', 'reset'])).toEqual({
      path: join(user.state, 'sandbox.json'),
    });
    expect((await user.run(['sandbox', 'reset', '--output=csv'])).stdout).toBe(
      `path\n${join(user.state, 'sandbox.json')}\n`,
    );
  });
});
