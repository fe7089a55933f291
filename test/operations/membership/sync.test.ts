import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import type { ChangeResult } from '../../../src/domain/outcome.ts';
import { cli, type Cli, type CliResult, temporaryFolder } from '../../helpers/cli.ts';
import {
  addHandlers,
  cut,
  fakeProget,
  GROUPS,
  groupsOf,
  inTurn,
  listGroups,
  listUsers,
  status,
  UPDATE,
  updateGroup,
  USERS,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { at, journals, jsonError, MEMBERS } from '../../commands/helpers.ts';

const SYNC = [...MEMBERS, 'sync', '--name=Developers'];
const SELF = '--username=admin';
const LOGIN = [SELF, '--password=secret-1'];

/** A file of names, one a line. */
function file(...names: string[]): string {
  const path = join(temporaryFolder(), 'team.txt');
  writeFileSync(path, names.map((name) => `${name}\n`).join(''));
  return path;
}

/** Eight members, of whom two may go. */
const TEAM = ['djones', 'akhan', 'mbrown', 'mlee', 'p1', 'p2', 'p3', 'p4'];

async function sync(
  user: Cli,
  url: string,
  argv: string[],
  options: Parameters<Cli['run']>[1] = {},
): Promise<CliResult> {
  return await user.run([...SYNC, `--source=${url}`, ...LOGIN, ...argv], options);
}

describe('members sync', () => {
  it('makes the group the file: one read, one write, one read-back', async () => {
    const state = fakeProget(TEAM);
    const server = await serve(...addHandlers(state));
    const user = cli();
    const wanted = ['JSMITH', 'DJones', ...TEAM.slice(3)];
    const result = await sync(user, server.url, [`--file=${file(...wanted)}`, '--yes']);
    expect(result).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        '+ jsmith',
        '- akhan',
        '- mbrown',
        '= 6 unchanged',
        'Developers: 1 added, 2 removed, 6 unchanged.',
        '',
      ].join('\n'),
    });
    expect(server.calls()).toEqual([USERS, GROUPS, UPDATE, GROUPS]);
    expect(server.writes()).toEqual([
      { name: 'Developers', users: ['djones', 'mlee', 'p1', 'p2', 'p3', 'p4', 'jsmith'] },
    ]);
    const [header] = journals(user)[0] ?? [];
    expect(header).toMatchObject({
      command: 'security groups members sync',
      guards: { maxRemovalPercent: 25, maxRemovals: 50, allowEmpty: false, protect: [] },
    });
    const rows = header?.['rows'] as { op: string; members: string[] }[];
    expect(rows.map(({ op, members }) => [op, members.length])).toEqual([
      ['add', 6],
      ['add', 1],
      ['remove', 2],
    ]);
  });

  it('writes nothing where nothing differs', async () => {
    const server = await serve(...addHandlers(fakeProget(TEAM)).slice(0, 2));
    const result = await sync(cli(), server.url, [`--file=${file(...TEAM)}`, '--yes']);
    expect(result).toMatchObject({
      code: 0,
      stdout: '= 8 unchanged\nDevelopers: 0 added, 0 removed, 8 unchanged.\n',
    });
    expect(server.writes()).toEqual([]);
  });

  it('wants --yes where nobody can be asked, before it writes', async () => {
    const server = await serve(...addHandlers(fakeProget(TEAM)).slice(0, 2));
    const result = await sync(cli(), server.url, [`--file=${file(...TEAM, 'jsmith')}`]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('--yes');
    expect(result.stdout).toBe('');
    expect(server.writes()).toEqual([]);
  });

  it('shows the difference and asks on a terminal, then says only what came of it', async () => {
    const state = fakeProget(TEAM);
    const server = await serve(...addHandlers(state));
    const result = await sync(
      cli(),
      server.url,
      [`--file=${file(...TEAM.slice(1), 'jsmith')}`, '--no-color'],
      { tty: true, answers: [true] },
    );
    expect(result.stdout).toBe('Developers: 1 added, 1 removed, 7 unchanged.\n');
    expect(result.stderr).toContain('+ jsmith\n- djones\n= 7 unchanged\n');
    expect(result.code).toBe(0);
    expect(state.groups[0]?.users).toEqual([...TEAM.slice(1), 'jsmith']);
  });

  it('does not count somebody as unchanged who was removed by others meanwhile', async () => {
    const [gone, ...rest] = TEAM;
    const groups = inTurn(
      'get',
      'groups/list',
      groupsOf(fakeProget(TEAM)),
      groupsOf(fakeProget(rest)),
    );
    const server = await serve(groups);
    const argv = [`--file=${file(...rest)}`];
    const result = await sync(cli(), server.url, argv, { tty: true, answers: [true] });
    expect(result.stdout).toBe('Developers: 0 added, 0 removed, 7 unchanged, 1 already gone.\n');
    expect(result.stderr).toContain(`- ${gone ?? ''}\u001b[39m\n= 7 unchanged\n`);
    expect(result.code).toBe(0);
    expect(server.writes()).toEqual([]);
  });

  it('does nothing on a no', async () => {
    const server = await serve(...addHandlers(fakeProget(TEAM)).slice(0, 2));
    const result = await sync(cli(), server.url, [`--file=${file(...TEAM, 'jsmith')}`], {
      tty: true,
      answers: [false],
    });
    expect(result.code).toBe(8);
    expect(result.stderr).toContain('Cancelled. Nothing was written.');
    expect(server.writes()).toEqual([]);
  });

  it.each([
    ['a 429 turned the write away', status(429, null, { 'retry-after': '0' }), '', true],
    ['it got no answer', cut, ' Nothing more was written.', false],
  ])(
    'stops when somebody joined before the write is made again: %s',
    async (_, turn, said, nothingWritten) => {
      const state = fakeProget([...TEAM]);
      const server = await serve(
        listUsers(state),
        listGroups(state),
        inTurn('post', 'groups/update', (request) => {
          state.groups[0]?.users?.push('newcomer');
          return turn(request);
        }),
      );
      const argv = [`--file=${file(...TEAM, 'jsmith')}`, '--yes', '--json'];
      const result = await sync(cli(), server.url, argv);
      expect(result.code).toBe(8);
      const { outcomes } = JSON.parse(result.stdout) as ChangeResult;
      expect(outcomes.at(-1)).toMatchObject({
        member: 'jsmith',
        outcome: 'failed',
        error: { code: 'group-changed' },
      });
      const error = jsonError(result.stderr);
      expect(error['message']).toContain(`newcomer joined it.${said}`);
      expect(error['nothingWritten'] === true).toBe(nothingWritten);
      expect(server.writes()).toHaveLength(1);
    },
  );

  it('stops as well when the write was taken and overwritten, and counts who is there', async () => {
    const state = fakeProget(TEAM);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', () => {
        state.groups[0] = { name: 'Developers', users: [...TEAM, 'newcomer'] };
        return new HttpResponse();
      }),
    );
    const result = await sync(cli(), server.url, [
      `--file=${file(...TEAM, 'jsmith')}`,
      '--yes',
      '--json',
    ]);
    expect(result.code).toBe(8);
    expect(JSON.parse(result.stdout)).toMatchObject({
      group: { memberCount: TEAM.length + 1 },
      summary: { failed: 1 },
    });
    expect(jsonError(result.stderr)).toMatchObject({ code: 'group-changed' });
    expect(server.writes()).toHaveLength(1);
  });

  it('a guard that objects to a second write does not say that nothing was written', async () => {
    const state = fakeProget(TEAM);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', (request) => {
        state.groups[0] = { name: 'Developers', users: TEAM.slice(0, 4) };
        return cut(request);
      }),
    );
    const argv = [`--file=${file(...TEAM.slice(2))}`, '--yes', '--json', '--max-removals=2'];
    const result = await sync(cli(), server.url, argv);
    expect(result.code).toBe(8);
    const { summary } = JSON.parse(result.stdout) as ChangeResult;
    expect(summary).toMatchObject({ failed: 2, unknown: 0 });
    expect(jsonError(result.stderr)['hint']).toBe(
      'If you really want this, run it again with --max-removal-percent=50.',
    );
  });

  it.each([['--yes'], ['--dry-run']])(
    'says under --json who is not removed because of a guard (%s)',
    async (how) => {
      const server = await serve(...addHandlers(fakeProget([...TEAM])).slice(0, 2));
      const user = cli();
      const argv = [`--file=${file(...TEAM.slice(3), 'jsmith')}`, how];
      const result = await sync(user, server.url, [...argv, '--json']);
      expect(result.code).toBe(8);
      const { outcomes, summary } = JSON.parse(result.stdout) as ChangeResult;
      expect(summary).toMatchObject({ alreadyMember: 5, notTried: 4, planned: 0 });
      expect(outcomes.slice(5)).toMatchObject([
        { member: 'jsmith', op: 'add', outcome: 'not-tried', error: { code: 'too-many-removals' } },
        ...TEAM.slice(0, 3).map((member) => ({ member, op: 'remove', outcome: 'not-tried' })),
      ]);
      expect(jsonError(result.stderr)).toMatchObject({ code: 'too-many-removals', exitCode: 8 });
      // A person is shown the difference, and why it is not made.
      const shown = await sync(user, server.url, argv);
      expect(shown.stdout).toBe('');
      expect(shown.stderr).toContain('+ jsmith\n- djones\n- akhan\n- mbrown\n= 5 unchanged\n');
      expect(journals(user)).toEqual([]);
    },
  );

  it('leaves the rows that a guard kept from being added, in the place of older ones', async () => {
    const server = await serve(...addHandlers(fakeProget([...TEAM])).slice(0, 2));
    const failures = join(temporaryFolder(), 'failed.txt');
    writeFileSync(failures, '');
    const names = file(...TEAM.slice(3), 'jsmith');
    const argv = [`--file=${names}`, '--yes', `--failures=${failures}`];
    expect((await sync(cli(), server.url, argv)).code).toBe(8);
    expect(readFileSync(failures, 'utf8')).toMatch(
      /\n# not-tried: [^\n]*the limit is 25 %[^\n]*\njsmith\n$/,
    );
  });

  it('is 4 when the group is deleted meanwhile, whoever was a member before', async () => {
    const state = fakeProget(TEAM);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', () => {
        state.groups = [];
        return new HttpResponse('no such group', { status: 404 });
      }),
    );
    const result = await sync(cli(), server.url, [`--file=${file(...TEAM, 'jsmith')}`, '--yes']);
    expect(result.code).toBe(4);
    expect(result.stderr).toContain('"Developers" was deleted meanwhile');
    expect(server.writes()).toHaveLength(1);
  });

  it('stops when somebody joined between the question and the answer', async () => {
    const state = fakeProget(TEAM);
    const joined = fakeProget([...TEAM, 'newcomer']);
    const server = await serve(
      listUsers(state),
      inTurn('get', 'groups/list', groupsOf(state), groupsOf(joined)),
    );
    const stopped = await sync(cli(), server.url, [`--file=${file(...TEAM, 'jsmith')}`], {
      tty: true,
      answers: [true],
    });
    expect(stopped.code).toBe(8);
    expect(stopped.stderr).toContain('newcomer joined it. Nothing was written.');
    expect(server.writes()).toEqual([]);
  });

  it('stops at each guard with the option that lifts it, and goes on with that', async () => {
    const cases: [string[], string, string][] = [
      [TEAM.slice(0, 5), 'too-many-removals', '--max-removal-percent=38'],
      [['jsmith'], 'too-many-removals', '--max-removal-percent=100'],
      [[...TEAM.slice(1)], 'removes-self', '--allow-self'],
      [[...TEAM.slice(0, 7)], 'protected-member', '--allow-protected'],
    ];
    for (const [names, code, option] of cases) {
      const state = fakeProget(TEAM);
      const server = await serve(...addHandlers(state));
      const user = cli();
      const argv = [`--file=${file(...names)}`, '--yes', '--protect=P4'];
      const more = code === 'removes-self' ? [`--username=${TEAM[0] ?? ''}`] : [SELF];
      const source = [`--source=${server.url}`, ...more, '--password=secret-1'];
      const stopped = await user.run([...SYNC, ...source, ...argv, '--json']);
      expect(stopped.code).toBe(8);
      expect(jsonError(stopped.stderr)).toMatchObject({ exitCode: 8 });
      expect(String(jsonError(stopped.stderr)['hint'])).toContain(option);
      expect(server.writes()).toEqual([]);
      expect(journals(user)).toEqual([]);
      const lifts = [option, ...(code === 'too-many-removals' ? ['--allow-protected'] : [])];
      const done = await user.run([...SYNC, ...source, ...argv, ...lifts]);
      expect(done).toMatchObject({ code: 0 });
      expect(state.groups[0]?.users).toEqual(
        [...TEAM, 'jsmith'].filter((name) => names.includes(name)),
      );
    }
  });

  it('never empties a group, and an empty file not even with the guards lifted', async () => {
    const state = fakeProget(['djones'], []);
    const server = await serve(listUsers(state), listGroups(state));
    const skip = [`--file=${file('nobody')}`, '--yes', '--skip-unknown', '--allow-empty'];
    expect(await sync(cli(), server.url, skip)).toMatchObject({ code: 4 });
    expect(server.writes()).toEqual([]);
    const empty = [`--file=${file()}`, '--yes', '--allow-empty'];
    expect(await sync(cli(), 'http://127.0.0.1:9', empty)).toMatchObject({ code: 2 });
  });

  it('checks the guards on the read that the write is merged into', async () => {
    // Between the comparison and the write others left: what was a quarter is a half now.
    const state = fakeProget(TEAM);
    const shrunk = fakeProget(TEAM.slice(0, 3));
    const server = await serve(inTurn('get', 'groups/list', groupsOf(state), groupsOf(shrunk)));
    const result = await sync(cli(), server.url, [`--file=${file(...TEAM.slice(2))}`], {
      tty: true,
      answers: [true],
    });
    expect(result.code).toBe(8);
    expect(result.stderr).toContain('this would remove 2 of 3 members of Developers');
    expect(server.writes()).toEqual([]);
  });

  it('adds only, or removes only', async () => {
    for (const [option, users] of [
      ['--add-only', [...TEAM, 'jsmith']],
      ['--remove-only', TEAM.slice(1)],
    ] as const) {
      const state = fakeProget(TEAM);
      const server = await serve(...addHandlers(state));
      const names = [...TEAM.slice(1), 'jsmith'];
      const result = await sync(cli(), server.url, [`--file=${file(...names)}`, '--yes', option]);
      expect(result.code).toBe(0);
      expect(state.groups[0]?.users).toEqual(users);
    }
    const both = await sync(cli(), 'http://127.0.0.1:9', [
      '--file=x',
      '--add-only',
      '--remove-only',
    ]);
    expect(both).toMatchObject({
      code: 2,
      stderr: 'groupctl: --add-only and --remove-only are both given. Use one or the other.\n',
    });
  });

  it('plans without a write or a question, and exits as the real run would', async () => {
    const state = fakeProget(TEAM);
    const server = await serve(listUsers(state), listGroups(state));
    const user = cli();
    const names = file(...TEAM.slice(1), 'jsmith');
    const plan = await sync(user, server.url, [`--file=${names}`, '--dry-run'], { tty: true });
    expect(plan).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('would add 1, remove 1, 7 unchanged') as string,
    });
    const stopped = await sync(user, server.url, [`--file=${file('djones')}`, '--dry-run']);
    expect(stopped.code).toBe(8);
    const unknown = await sync(user, server.url, [`--file=${file(...TEAM, 'x')}`, '--dry-run']);
    expect(unknown.code).toBe(4);
    expect(server.writes()).toEqual([]);
    expect(journals(user)).toEqual([]);
  });

  it('names the line of every unknown name, and writes nothing', async () => {
    const server = await serve(...addHandlers(fakeProget(TEAM)).slice(0, 2));
    const names = file(...TEAM, 'jsmiht', 'nobody-at-all');
    const result = await sync(cli(), server.url, [`--file=${names}`, '--yes']);
    expect(result.code).toBe(4);
    expect(result.stdout).toContain(
      `${names}, line 9: There is no user named "jsmiht". Did you mean jsmith?`,
    );
    expect(result.stdout).toContain(`${names}, line 10: There is no user named "nobody-at-all".`);
    // No counts of a comparison that was not made.
    expect(result.stdout.split('\n').slice(2)).toEqual([
      `Developers: not compared with the file, because 2 of ${TEAM.length + 2} names are unknown. Correct the file, or leave unknown names out with --skip-unknown.`,
      '',
    ]);
    expect(server.writes()).toEqual([]);
  });

  it('says that it does not know who it is, where it removes somebody by a key', async () => {
    const state = fakeProget(TEAM);
    const server = await serve(listUsers(state), listGroups(state), updateGroup(state));
    const argv = [...SYNC, ...at(server), `--file=${file(...TEAM.slice(1))}`, '--yes'];
    const result = await cli().run(argv);
    expect(result.code).toBe(0);
    const where = server.url;
    expect(result.stderr).toBe(
      `Warning: groupctl does not know its own account on ${where}, so it cannot protect it from removal. Set it with: groupctl sources add --self=NAME\n`,
    );
  });

  it('says nothing of its own account where nobody is removed: an error, or additions', async () => {
    const state = fakeProget(TEAM);
    const server = await serve(listUsers(state), listGroups(state), updateGroup(state));
    const sync = [...SYNC, ...at(server), '--yes'];
    const stopped = await cli().run([...sync, `--file=${file('djones')}`]);
    expect([stopped.code, stopped.stderr]).toEqual([
      8,
      expect.stringContaining('this would remove'),
    ]);
    expect(stopped.stderr).not.toContain('own account');
    const added = await cli().run([...sync, `--file=${file(...TEAM, 'jsmith')}`]);
    expect([added.code, added.stderr]).toEqual([0, '']);
  });
});
