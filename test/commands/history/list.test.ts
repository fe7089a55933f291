import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MemberChange } from '../../../src/domain/change.ts';
import { type Cli, cli } from '../../helpers/cli.ts';
import { widestOf } from '../../../src/output/text-width.ts';
import { usage } from '../../cli/usage.ts';
import {
  add,
  addRun,
  begin,
  HEADER,
  numbered,
  START,
  write,
} from '../../state/journal/run-files.ts';
import { summary } from '../../helpers/summary.ts';

const GRAY = (text: string): string => `\u001b[2m${text}\u001b[22m`;
const RED = (text: string): string => `\u001b[31m${text}\u001b[39m`;
const at = (ms: number): string => new Date(START + ms).toISOString();
const when = at(0).replace(/:\d\d\.\d{3}Z$/, 'Z');

/** One of each: finished, failed, about a group, of a long name, killed, half a first line, damaged. */
function fill(user: Cli): string[] {
  const { state } = user;
  const rows: MemberChange[] = [add('a')];
  const done = addRun(state, ['a', 'b']);
  const failed = begin(state, rows, { undoes: done, command: 'undo' }, START + 1);
  failed.end({ exit: 8, error: 'group-gone' }, START + 1);
  const created = begin(
    state,
    [],
    { command: 'security groups create', group: { name: 'Zoë\t\u001b[31m team' } },
    START + 2,
  );
  created.end({ exit: 0 }, START + 2);
  const long = { group: { name: 'g'.repeat(50) }, resumes: done, command: 'resume' };
  const killed = begin(state, rows, long, START + 3);
  const half = write(state, '{"t":"run"', START + 4);
  const damaged = write(state, '?\n', START + 5);
  return [done, failed.run, created.run, killed.run, half, damaged];
}

describe('history', () => {
  it('prints one line a run, newest first, with tabs for whatever reads it', async () => {
    const user = cli();
    const [done, failed, created, killed, half, damaged] = fill(user);
    const row = (...cells: (string | undefined)[]): string => `${cells.join('\t')}\n`;
    expect(await user.run(['history'])).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        row(damaged, at(5), '', '', '', 'damaged'),
        row(half, at(4), '', '', '', 'damaged'),
        row(
          killed,
          at(3),
          'resume',
          'Default',
          'g'.repeat(50),
          `unfinished (resumes ${done ?? ''})`,
        ),
        row(
          created,
          at(2),
          'security groups create',
          'Default',
          'Zoë\\u{9}\\u{1B}[31m team',
          'done',
        ),
        row(
          failed,
          at(1),
          'undo',
          'Default',
          HEADER.group.name,
          `group-gone (exit 8) (undoes ${done ?? ''})`,
        ),
        row(done, at(0), HEADER.command, 'Default', HEADER.group.name, '2 added'),
      ].join(''),
    });
  });

  it('is a table on a terminal', async () => {
    const user = cli();
    const [done = '', failed, created, killed, half, damaged] = fill(user);
    const line = (run = '', command = '', source = '', group = ''): string =>
      [run, when, command.padEnd(13), source.padEnd(7), group.padEnd(40), ''].join('  ');
    const head = `${'RUN'.padEnd(26)}  ${'WHEN'.padEnd(17)}  COMMAND        SOURCE   ${'ABOUT'.padEnd(40)}  RESULT`;
    const name = `${'g'.repeat(39)}…`;
    expect(await user.run(['history'], { tty: true })).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        GRAY(head),
        line(damaged) + RED('damaged'),
        line(half) + RED('damaged'),
        line(killed, 'resume', 'Default', name) + RED(`unfinished (resumes ${done})`),
        `${line(created, 'groups create', 'Default', 'Zoë\\u{9}\\u{1B}[31m team')}done`,
        line(failed, 'undo', 'Default', 'Developers') + RED(`group-gone (exit 8) (undoes ${done})`),
        `${line(done, 'members add', 'Default', 'Developers')}2 added`,
        '',
      ].join('\n'),
    });
  });

  it.each([
    [80, 2],
    [60, 2],
    [150, 1],
  ])('has no line that is too long on %i columns: %i lines a run', async (columns, lines) => {
    const user = cli();
    begin(user.state, [], { command: 'security users create', about: '王'.repeat(60) }, START);
    begin(user.state, [], { reason: 'r'.repeat(60) }, START);
    const { stdout } = await user.run(['history', '--no-color'], { tty: true, columns });
    const shown = stdout.trimEnd().split('\n');
    expect(shown).toHaveLength(3 * lines);
    for (const each of shown) expect(widestOf([each])).toBeLessThanOrEqual(columns);
    expect(shown[lines]).toMatch(/^[0-9A-Z]{26} {2}\d{4}-\d\d-\d\dT\d\d:\d\dZ/);
  });

  it.each([
    ['--since=2025-12-31', 2],
    ['--since=2025-12-31 --until=2025-12-31', 1],
    ['--since=2025-12-31T12:00Z', 2],
    ['--until=2025-12-31T11:59Z', 0],
    ['--until=1h', 2],
  ])('with %s has the runs of that time, in UTC: %i', async (options, count) => {
    const user = cli();
    const noon = Date.UTC(2025, 11, 31, 12);
    addRun(user.state, ['a'], noon);
    addRun(user.state, ['b'], noon + 43_200_000);
    const argv = ['history', ...options.split(' ')];
    expect(await user.json(argv, { clock: { now: () => noon + 86_400_000 } })).toHaveLength(count);
  });

  it('says of a run without an end which run resumed it', async () => {
    const user = cli();
    const rows = numbered([add('a')]);
    const killed = begin(user.state, rows, {}, START);
    const later = begin(user.state, rows, { resumes: killed.run, command: 'resume' }, START + 1);
    later.end({ exit: 0 }, START + 1);
    const { stdout } = await user.run(['history']);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => line.split('\t').at(-1)),
    ).toEqual([`done (resumes ${killed.run})`, `unfinished, resumed by ${later.run}`]);
  });

  it('is an array of objects in JSON', async () => {
    const user = cli();
    const [done, failed, , , half, damaged] = fill(user);
    const list = (await user.json(['history'])) as Record<string, unknown>[];
    expect(list.length).toBe(6);
    const facts = { source: 'Default', kind: 'proget', url: HEADER.url, by: '1.2.3' };
    expect(list.at(-1)).toEqual({
      run: done,
      at: at(0),
      state: 'finished',
      command: HEADER.command,
      group: HEADER.group,
      ...facts,
      endedAt: at(2),
      exit: 0,
      summary: summary({ added: 2 }),
    });
    expect(list.at(-2)).toEqual({
      run: failed,
      at: at(1),
      state: 'finished',
      command: 'undo',
      group: HEADER.group,
      ...facts,
      undoes: done,
      endedAt: at(1),
      exit: 8,
      error: 'group-gone',
    });
    expect(list[1]).toMatchObject({ run: half, at: at(4), state: 'damaged' });
    expect(list[0]).toEqual({
      run: damaged,
      at: at(5),
      state: 'damaged',
      problem: `Line 1 of the journal of run ${damaged ?? ''} is damaged.`,
    });
    expect(await cli().json(['history'])).toEqual([]);
  });

  it('is CSV with a header', async () => {
    const user = cli();
    const [done = '', failed] = fill(user);
    const { stdout } = await user.run(['history', '--output=csv']);
    const lines = stdout.split('\n');
    expect(lines[0]).toBe(
      'run,at,state,command,source,kind,group,exit,result,reason,undoes,resumes,actor,about',
    );
    expect(lines.slice(-3)).toEqual([
      `${failed ?? ''},${at(1)},finished,undo,Default,proget,Developers,8,group-gone (exit 8) (undoes ${done}),,${done},,,`,
      `${done},${at(0)},finished,security groups members add,Default,proget,Developers,0,2 added,,,,,`,
      '',
    ]);
  });

  it('shows why a run was made, where somebody said so', async () => {
    const user = cli();
    const add = ['security', 'groups', 'members', 'add', '--name=QA', '--source=sandbox'];
    await user.run([...add, '--member=djones', '--reason=TICKET-123']);
    await user.run([...add, '--member=mbrown']);
    const { stdout } = await user.run(['history']);
    expect(stdout.split('\n').map((line) => line.split('\t').slice(4))).toEqual([
      ['QA', '1 added'],
      ['QA', '1 added', 'TICKET-123'],
      [],
    ]);
    const shown = await user.run(['history', '--no-color'], { tty: true });
    expect(shown.stdout).toMatch(/^RUN +WHEN +COMMAND +SOURCE +ABOUT +REASON +RESULT\n/);
    expect(shown.stdout).toMatch(/TICKET-123 +1 added\n$/);
    // A run that failed is red, whatever else is in the table.
    await user.run([...add, '--member=jsmith', '--member=nosuch', '--skip-unknown']);
    const red = await user.run(['history'], { tty: true });
    const [, row = ''] = red.stdout.split('\n');
    expect(row).toContain('\u001b[31m1 added, 1 not found (exit 7)');
  });

  it('says on standard error that there is none, and nothing under --json or --quiet', async () => {
    const stderr = 'No runs yet. Every command that changes a server is recorded here.\n';
    const none = { code: 0, stdout: '', stderr };
    expect(await cli().run(['history'], { tty: true })).toEqual(none);
    expect(await cli().run(['history'])).toEqual(none);
    expect(await cli().run(['history', '--quiet'])).toEqual({ ...none, stderr: '' });
    expect(await cli().run(['history', '--json'])).toEqual({ ...none, stdout: '[]\n', stderr: '' });
  });

  it('is the same as history list', async () => {
    const user = cli();
    for (let n = 0; n < 3; n++) addRun(user.state, ['a'], START + n);
    for (const argv of [[], ['--json'], ['--output=csv'], ['--limit=2'], ['--all']]) {
      const result = await user.run(['history', 'list', ...argv]);
      expect(result).toEqual(await user.run(['history', ...argv]));
      expect(result.code).toBe(0);
    }
    expect(await user.run(['history', '--limit=2', 'list'])).toEqual(
      await user.run(['history', 'list', '--limit=2']),
    );
  });

  it('shows 20 on a terminal, and all to whatever reads it, unless told', async () => {
    const user = cli();
    for (let n = 0; n < 25; n++) addRun(user.state, ['a'], START + n);
    const count = async (argv: string[], tty = false): Promise<unknown> => {
      const { stdout } = await user.run(['history', '--no-color', ...argv], { tty });
      const lines = stdout.trimEnd().split('\n');
      const notes = lines.filter((line) => !line.startsWith('01') && !line.startsWith('RUN'));
      return [lines.filter((line) => line.startsWith('01')).length, notes];
    };
    expect(await count([])).toEqual([25, []]);
    expect(await count(['--limit=3'])).toEqual([3, []]);
    expect(await count([], true)).toEqual([20, ['20 of 25 runs; --all lists them all']]);
    expect(await count(['--all'], true)).toEqual([25, []]);
    expect(await count(['--limit', '24'], true)).toEqual([
      24,
      ['24 of 25 runs; --all lists them all'],
    ]);
    const list = async (...argv: string[]): Promise<unknown[]> =>
      (await user.json(['history', ...argv], { tty: true })) as unknown[];
    expect((await list()).length).toBe(25);
    expect((await list('--limit=1')).length).toBe(1);
  });

  it('refuses options at odds', async () => {
    expect(await usage('history', '--all', '--limit=1')).toBe(
      '--all and --limit are both given. Use one or the other.',
    );
    expect(await usage('history', '--limit=0')).toBe(
      'Invalid value "0" for --limit. Use a whole number from 1 to 1000000.',
    );
  });

  it('fails where the folder cannot be read', async () => {
    const user = cli();
    mkdirSync(user.state, { recursive: true });
    writeFileSync(join(user.state, 'runs'), '');
    const path = join(user.state, 'runs');
    expect(await user.run(['history'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: The journal cannot be read: ${path} (ENOTDIR).\n`,
    });
  });

  it('has what a command wrote', async () => {
    const user = cli();
    const made = (await user.json([
      ...['security', 'groups', 'members', 'add', '--name=Developers', '--member=jsmith'],
      '--source=sandbox',
    ])) as { run: string };
    expect(await user.json(['history', '--limit', '1'])).toMatchObject([
      { run: made.run, command: 'security groups members add', source: 'sandbox', exit: 0 },
    ]);
  });
});
