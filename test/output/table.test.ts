import { describe, expect, it } from 'vitest';
import { PLAIN, styleFor } from '../../src/output/style.ts';
import { tableLines } from '../../src/output/table.ts';
import { widestOf } from '../../src/output/text-width.ts';
import { cli } from '../helpers/cli.ts';

describe('a table', () => {
  it('has its columns in line with wide characters and marks', () => {
    const rows = [
      ['開発者', 1],
      ['e\u0301quipe', 22],
      ['👩', 3],
    ].map((cells) => ({ cells }));
    expect([...tableLines({ head: ['GROUP', 'MEMBERS'], rows }, PLAIN)]).toEqual([
      'GROUP   MEMBERS',
      '開発者  1',
      'e\u0301quipe  22',
      '👩      3',
    ]);
  });

  it('leaves columns out that are empty, and is nothing without rows', () => {
    const rows = [{ cells: ['a', undefined, 'c'] }, { cells: ['b', '', false] }];
    const head = ['A', 'B', 'C'];
    expect([...tableLines({ head, rows }, PLAIN)]).toEqual(['A  C', 'a  c', 'b  false']);
    expect([...tableLines({ head, rows: [] }, PLAIN)]).toEqual([]);
  });

  it('shows control characters, and the last cell of a bad row in red', () => {
    const style = styleFor({ isTTY: true, write: () => undefined }, true);
    const rows = [{ cells: ['a\u001b[2J', 'failed'], isBad: true }];
    expect([...tableLines({ head: ['A', 'B'], rows }, style)][1]).toBe(
      'a\\u{1B}[2J  \u001b[31mfailed\u001b[39m',
    );
  });
});

describe('a table that is wider than the terminal', () => {
  const head = ['USER', 'NAME', 'EMAIL', 'GROUP ID'];
  const id = '0b5f3f6c-0000-4000-8000-123456789abc';
  const rows = [{ cells: ['jsmith', '王'.repeat(60), 'jsmith@corp.local', id] }];
  const texts = ['NAME'];

  it.each([
    [100, `jsmith  ${'王'.repeat(17)}…  jsmith@corp.local  ${id}`],
    [80, `jsmith  王王王王王王王…   jsmith@corp.loc…  ${id}`],
    [60, `jsmith  王王王王…   jsmith@co…  ${id}`],
    [Infinity, `jsmith  ${'王'.repeat(60)}  jsmith@corp.local  ${id}`],
  ])('has its texts shortened to %d columns, and no ID', (room, line) => {
    expect([...tableLines({ head, rows, texts }, PLAIN, room)][1]).toBe(line);
  });

  it('has names shortened where that is not enough, but none to less than ten columns', () => {
    const long = [{ cells: ['n'.repeat(30), '', 'e'.repeat(30), id] }];
    expect([...tableLines({ head, rows: long }, PLAIN, 70)][1]).toBe(
      `${'n'.repeat(19)}…  ${'e'.repeat(9)}…  ${id}`,
    );
    expect([...tableLines({ head, rows: long }, PLAIN, 20)][1]).toBe(
      `${'n'.repeat(9)}…  ${'e'.repeat(9)}…  ${id}`,
    );
  });

  it('has two lines a row where the table says which columns are below', () => {
    const table = { head, rows, texts, below: 'EMAIL' };
    expect([...tableLines(table, PLAIN, 60)]).toEqual([
      `USER    NAME`,
      '  EMAIL              GROUP ID',
      `jsmith  ${'王'.repeat(25)}…`,
      `  jsmith@corp.local  ${id}`,
    ]);
    expect([...tableLines(table, PLAIN)]).toHaveLength(2);
  });

  it('is whole off a terminal, and shortened on one', async () => {
    const user = cli();
    const argv = ['security', 'tasks', 'list', '--source=sandbox', '--output=table', '--no-color'];
    const widths = (text: string): number => widestOf(text.split('\n'));
    expect(widths((await user.run(argv, { columns: 60 })).stdout)).toBeGreaterThan(150);
    expect(widths((await user.run(argv, { tty: true })).stdout)).toBeGreaterThan(150);
    expect(widths((await user.run(argv, { tty: true, columns: 60 })).stdout)).toBeLessThan(61);
  });
});

describe('--output=table', () => {
  const MEMBERS = ['security', 'groups', 'members', 'list', '--source=sandbox'];

  it('is the columns of the CSV where a result has no table of its own', async () => {
    const add = ['security', 'groups', 'members', 'add', '--member=jsmith', '--name=QA'];
    const { stdout } = await cli().run([...add, '--source=sandbox', '--dry-run', '-o', 'table']);
    expect(stdout).toBe(
      'MEMBER  REQUESTED  TYPE  OP   OUTCOME  VERIFIED\njsmith  jsmith     user  add  planned  false\n',
    );
  });

  it('of members --long has their names and addresses', async () => {
    const argv = [...MEMBERS, '--name=Developers', '--long'];
    const { stdout } = await cli().run([...argv, '--output=table']);
    expect(stdout.split('\n')[0]).toMatch(/^MEMBER +TYPE +NAME +EMAIL$/);
    const piped = (await cli().run(argv)).stdout.split('\n')[0]?.split('\t');
    expect(piped).toHaveLength(4);
    expect(piped?.[3]).toMatch(/@/);
    const shown = (await cli().run([...argv, '--no-color'], { tty: true })).stdout;
    expect(shown).toBe(
      `${stdout}${(stdout.match(/\n/g)?.length ?? 0) - 1} members in Developers\n`,
    );
  });

  it('marks the default source, and says what is special about each', async () => {
    const user = cli();
    for (const name of ['Default', 'prod']) {
      await user.run([
        'sources',
        'add',
        `--name=${name}`,
        '--url=https://a.example/',
        '--settle=5',
      ]);
    }
    await user.run(['sources', 'default', 'prod']);
    expect((await user.run(['sources', 'list', '--no-color'], { tty: true })).stdout).toBe(
      [
        'SOURCE   DEFAULT  KIND    URL                 CREDENTIALS     SETTINGS',
        'Default           proget  https://a.example/  no credentials  settle 5 ms',
        'prod     yes      proget  https://a.example/  no credentials  settle 5 ms',
        '',
      ].join('\n'),
    );
  });

  it('cannot be queried: 2', async () => {
    const argv = [...MEMBERS, '--name=QA', '--query=[0]', '--output=table'];
    expect((await cli().run(argv)).code).toBe(2);
  });
});
