import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startPager } from '../../src/output/pager.ts';
import { cli, type CliOptions, temporaryFolder } from '../helpers/cli.ts';

const LIST = ['security', 'groups', 'list', '--source=sandbox', '--no-color'];

interface Paged {
  readonly command: readonly string[];
  readonly text: string;
}

async function list(options: CliOptions, argv: readonly string[] = LIST) {
  const pages: Paged[] = [];
  const onPage = (command: readonly string[], text: string): void =>
    void pages.push({ command, text });
  const result = await cli().run(argv, { tty: true, rows: 4, onPage, ...options });
  return { pages, ...result };
}

describe('a list that is longer than the screen', () => {
  it('is shown with PAGER, and nothing is printed besides', async () => {
    const { stdout: whole } = await cli().run(LIST, { tty: true });
    expect(whole.split('\n').length).toBeGreaterThan(5);
    const { pages, stdout, code } = await list({ env: { PAGER: 'less -S "a b"' } });
    expect({ pages, stdout, code }).toEqual({
      pages: [{ command: ['less', '-S', 'a b'], text: whole }],
      stdout: '',
      code: 0,
    });
  });

  it('is shown with GROUPCTL_PAGER rather than PAGER', async () => {
    const { pages } = await list({ env: { PAGER: 'less', GROUPCTL_PAGER: 'more' } });
    expect(pages.map(({ command }) => command)).toEqual([['more']]);
  });

  it.each<[string, CliOptions, string[]]>([
    ['without a pager', {}, []],
    ['with an empty one', { env: { PAGER: 'less', GROUPCTL_PAGER: '' } }, []],
    ['with cat', { env: { PAGER: 'cat' } }, []],
    ['with --no-pager', { env: { PAGER: 'less' } }, ['--no-pager']],
    ['off a terminal', { env: { PAGER: 'less' }, tty: false }, []],
    ['on a dumb terminal', { env: { PAGER: 'less', TERM: 'dumb' } }, []],
    ['where all fits', { env: { PAGER: 'less' }, rows: 100 }, []],
    ['as JSON', { env: { PAGER: 'less' } }, ['--json']],
  ])('is printed %s', async (_, options, more) => {
    const { pages, stdout } = await list(options, [...LIST, ...more]);
    expect(pages).toEqual([]);
    expect(stdout).toContain('Developers');
  });

  it('is printed where the pager cannot be started', async () => {
    const options = { tty: true, rows: 4, env: { PAGER: 'no-such-pager' } };
    expect((await cli().run(LIST, options)).stdout).toContain('Developers');
  });

  it('is a list: the result of a change is printed', async () => {
    const add = ['security', 'groups', 'members', 'add', '--name=QA', '--source=sandbox'];
    const members = ['jsmith', 'djones', 'mbrown', 'ajohnson', 'mlee'].map(
      (name) => `--member=${name}`,
    );
    const { pages } = await list({ env: { PAGER: 'less' } }, [
      ...add,
      ...members,
      '--skip-unknown',
    ]);
    expect(pages).toEqual([]);
  });
});

describe('a pager', () => {
  const script = (code: string) => {
    const path = join(temporaryFolder(), 'pager.js');
    writeFileSync(path, code);
    return [process.execPath, path];
  };

  it('gets the text, and LESS=FRX unless it is set', async () => {
    const out = join(temporaryFolder(), 'out');
    const words = script(
      `const { readFileSync, writeFileSync } = require('node:fs');
       writeFileSync(${JSON.stringify(out)}, process.env.LESS + readFileSync(0, 'utf8'));`,
    );
    for (const [env, less] of [
      [{}, 'FRX'],
      [{ LESS: 'S' }, 'S'],
    ] as const) {
      const pager = await startPager({ words, env });
      await pager.write('größe\n');
      await pager.write('名\n');
      await pager.end();
      expect(readFileSync(out, 'utf8')).toBe(`${less}größe\n名\n`);
    }
  });

  it('may be left before it has read all of it', async () => {
    const pager = await startPager({ words: script('process.exit(0)'), env: {} });
    for (let at = 0; at < 50; at++) await pager.write('x'.repeat(100_000));
    await pager.end();
  });

  it('that does not exist is an error', async () => {
    await expect(startPager({ words: ['no-such-pager-here'], env: {} })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
