import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import {
  addHandlers,
  fakeProget,
  GROUPS,
  inTurn,
  listGroups,
  listUsers,
  status,
  UPDATE,
  updateGroup,
  USERS,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, journals, jsonError } from '../../commands/helpers.ts';

const DIRECTORY =
  'Hint: A directory account (AD, LDAP) is not in the list of users: add it with --no-user-check.';
const HINT = `${DIRECTORY} To leave unknown names out, use --skip-unknown.\n`;
const TO = '--name=Developers';

describe('unknown names', () => {
  it('are refused with the nearest spelling, and nothing is written', async () => {
    const state = fakeProget();
    const server = await serve(listUsers(state), listGroups(state));
    expect(await cli().run([...ADD, '--member=jsmiht', TO, ...at(server)])).toEqual({
      code: 4,
      stdout: '',
      stderr: `groupctl: There is no user named "jsmiht". Did you mean jsmith?\n${DIRECTORY}\n`,
    });
    expect(server.calls()).toEqual([USERS, GROUPS]);
  });

  it('are each told, the known ones not written either', async () => {
    const user = cli();
    const state = fakeProget(['djones', 'CORP\\akhan']);
    const server = await serve(listUsers(state), listGroups(state));
    const members = ['jsmiht', 'jsmith', 'corp\\akham', 'xyz'].map((name) => `--member=${name}`);
    const result = await user.run([...ADD, ...members, TO, ...at(server)]);
    expect(result).toEqual({
      code: 4,
      stdout: [
        'There is no user named "jsmiht". Did you mean jsmith?',
        'There is no user named "corp\\akham". Did you mean CORP\\akhan?',
        'There is no user named "xyz".',
        'Developers: 3 not found.',
        '',
      ].join('\n'),
      stderr: `groupctl: Nothing was written to Developers: 3 of 4 names are unknown: jsmiht, corp\\akham, xyz.\n${HINT}`,
    });
    expect(journals(user)).toEqual([]);
    const json = await user.run([...ADD, ...members, TO, '--json', ...at(server)]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      outcomes: [
        {
          member: 'jsmiht',
          outcome: 'no-such-user',
          verified: false,
          error: {
            code: 'no-such-user',
            message: 'There is no user named "jsmiht". Did you mean jsmith?',
            details: { near: ['jsmith'] },
          },
        },
        { member: 'corp\\akham', outcome: 'no-such-user' },
        { member: 'xyz', outcome: 'no-such-user' },
      ],
      summary: { noSuchUser: 3, added: 0 },
    });
    expect(jsonError(json.stderr)).toMatchObject({ code: 'no-such-user', exitCode: 4 });
    expect(server.writes()).toEqual([]);
  });

  it('are told with the nearest spelling when only one of several is unknown', async () => {
    const state = fakeProget();
    const server = await serve(listUsers(state), listGroups(state));
    const members = ['--member=jsmith', '--member=Jon Smith'];
    expect(await cli().run([...ADD, ...members, TO, ...at(server)])).toEqual({
      code: 4,
      stdout: '',
      stderr: `groupctl: Nothing was written to Developers: There is no user named "Jon Smith". Did you mean John Smith or jsmith?\n${HINT}`,
    });
  });

  it('more than five are all on stdout, and the sentence stays short', async () => {
    const state = fakeProget();
    const server = await serve(listUsers(state), listGroups(state));
    const names = Array.from({ length: 7 }, (_, n) => `nobody-${n}-at-all`);
    const members = names.map((name) => `--member=${name}`);
    const result = await cli().run([...ADD, ...members, TO, ...at(server)]);
    expect(result.stdout).toBe(
      `${names.map((name) => `There is no user named "${name}".\n`).join('')}Developers: 7 not found.\n`,
    );
    expect(result.stderr).toBe(
      `groupctl: Nothing was written to Developers: 7 of 7 names are unknown: ${names.slice(0, 5).join(', ')}, ….\n${HINT}`,
    );
  });

  it('are left out with --skip-unknown: the rest is done, exit 7', async () => {
    const user = cli();
    const server = await serve(...addHandlers(fakeProget()));
    const argv = [...ADD, '--member=nobody', '--member=jsmith', TO, '--skip-unknown'];
    expect(await user.run([...argv, ...at(server)])).toEqual({
      code: 7,
      stdout:
        'There is no user named "nobody".\nAdded jsmith to Developers.\nDevelopers: 1 added, 1 not found.\n',
      stderr: `groupctl: There is no user named "nobody".\n${DIRECTORY}\n`,
    });
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'jsmith'] }]);
    expect(journals(user)[0]?.at(-1)).toMatchObject({
      t: 'end',
      exit: 7,
      summary: { added: 1, noSuchUser: 1 },
    });
  });

  it('with --skip-unknown and a member who is there: nothing to write, still 7', async () => {
    const state = fakeProget();
    const server = await serve(listUsers(state), listGroups(state));
    const argv = [...ADD, '--member=nobody', '--member=djones', TO, '--skip-unknown'];
    expect((await cli().run([...argv, ...at(server)])).code).toBe(7);
    expect(server.writes()).toEqual([]);
  });

  it('are 4 with --skip-unknown when none is left', async () => {
    const state = fakeProget();
    const server = await serve(listUsers(state), listGroups(state));
    const argv = [...ADD, '--member=nobody', '--member=noone', TO, '--skip-unknown'];
    const result = await cli().run([...argv, ...at(server)]);
    expect(result.code).toBe(4);
    expect(server.writes()).toEqual([]);
  });

  it('are written as typed with --no-user-check, and nobody is asked', async () => {
    const server = await serve(...addHandlers(fakeProget()).slice(1));
    const argv = [...ADD, '--member=CORP\\new', '--member=corp\\NEW', TO, '--no-user-check'];
    expect(await cli().run([...argv, ...at(server)])).toEqual({
      code: 0,
      stdout: 'Added CORP\\new to Developers.\n',
      stderr: '',
    });
    expect(server.calls()).toEqual([GROUPS, UPDATE, GROUPS]);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'CORP\\new'] }]);
  });

  it('are written as typed where the source says so', async () => {
    const server = await serve(...addHandlers(fakeProget()).slice(1));
    const user = cli();
    const source = ['sources', 'add', `--url=${server.url}`, '--api-key=abc12345'];
    expect((await user.run([...source, '--no-user-check'])).code).toBe(0);
    expect((await user.run([...ADD, '--member=CORP\\new', TO])).code).toBe(0);
    expect(server.calls()).toEqual([GROUPS, UPDATE, GROUPS]);
  });

  it('a directory account that any group holds is known, in the spelling of that group', async () => {
    const state = fakeProget();
    state.groups.push({ name: 'QA', users: ['CORP\\AKhan'] });
    const server = await serve(...addHandlers(state));
    const argv = [...ADD, '--member=corp\\akhan', TO, ...at(server)];
    expect(await cli().run(argv)).toEqual({
      code: 0,
      stdout: 'Added CORP\\AKhan to Developers.\n',
      stderr: '',
    });
    expect(server.calls()).toEqual([USERS, GROUPS, GROUPS, UPDATE, GROUPS]);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'CORP\\AKhan'] }]);
  });

  it.each([404, 405, 501])(
    'cannot be told without users/list (%i): sent as typed',
    async (code) => {
      const state = fakeProget();
      state.groups.push({ name: 'QA', users: ['MLee'] });
      const noUsers = inTurn('get', 'users/list', status(code));
      const server = await serve(noUsers, listGroups(state), updateGroup(state));
      const argv = [...ADD, '--member=Nobody', '--member=mlee', TO, ...at(server)];
      expect(await cli().run(argv)).toEqual({
        code: 0,
        stdout: 'Added Nobody to Developers.\nAdded MLee to Developers.\nDevelopers: 2 added.\n',
        stderr: 'The server cannot say who exists; sent as typed: Nobody.\n',
      });
      expect(server.writes()).toEqual([
        { name: 'Developers', users: ['djones', 'Nobody', 'MLee'] },
      ]);
      const quiet = await cli().run([...ADD, '--member=Other', TO, '--quiet', ...at(server)]);
      expect(quiet).toEqual({ code: 0, stdout: 'Added Other to Developers.\n', stderr: '' });
      const json = await cli().run([...ADD, '--member=Third', TO, '--json', ...at(server)]);
      expect(json.stderr).toBe('');
    },
  );
});
