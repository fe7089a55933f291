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
import { at, journals, jsonError, REMOVE } from '../../commands/helpers.ts';

const FROM = '--name=Developers';
const NOBODY = 'Hint: This name is not in the group and not on the server.';

describe('members remove', () => {
  it('takes a member out, asks nobody who exists, and keeps the others in order', async () => {
    const user = cli();
    const state = fakeProget(['zed', 'DJones', 'CORP\\akhan', 'ann']);
    const server = await serve(listGroups(state), updateGroup(state));
    const argv = [...REMOVE, '--member=djones', '--member=corp\\AKHAN', FROM, ...at(server)];
    expect(await user.run(argv)).toEqual({
      code: 0,
      stdout:
        'Removed DJones from Developers.\nRemoved CORP\\akhan from Developers.\nDevelopers: 2 removed.\n',
      stderr: '',
    });
    expect(server.calls()).toEqual([GROUPS, UPDATE, GROUPS]);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['zed', 'ann'] }]);
    expect(journals(user)[0]?.map(({ t }) => t)).toEqual([
      'run',
      'intent',
      'answer',
      'outcome',
      'end',
    ]);
  });

  it('can empty a group by naming every member', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listGroups(state), updateGroup(state));
    const document = await cli().json([...REMOVE, '--member=DJONES', FROM, ...at(server)]);
    expect(server.writes()).toEqual([{ name: 'Developers', users: [] }]);
    expect(document).toMatchObject({
      group: { name: 'Developers', memberCount: 0 },
      outcomes: [
        { member: 'djones', requested: 'DJONES', op: 'remove', outcome: 'removed', verified: true },
      ],
      summary: { removed: 1 },
    });
  });

  it('takes out a name that was damaged or holds what is not seen', async () => {
    const state = fakeProget(['zed', 'u\ufffd1', 'a\u00a0b']);
    const server = await serve(listGroups(state), updateGroup(state));
    const argv = [...REMOVE, '--member=u\ufffd1', '--member=a\u00a0b', FROM, ...at(server)];
    expect(await cli().run(argv)).toMatchObject({ code: 0, stderr: '' });
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['zed'] }]);
  });

  it('of a user who is no member is no error', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listGroups(state), listUsers(state));
    const argv = [...REMOVE, '--member=JSmith', FROM, ...at(server)];
    expect(await cli().run(argv)).toEqual({
      code: 0,
      stdout: 'jsmith is not a member of Developers; nothing to do.\n',
      stderr: '',
    });
    expect(server.calls()).toEqual([GROUPS, USERS, GROUPS]);
    const csv = await cli().run([...argv, '--output=csv']);
    expect(csv.stdout).toBe(
      'member,requested,type,op,outcome,verified,error\njsmith,JSmith,user,remove,already-absent,true,\n',
    );
  });

  it('of a name that nobody has is 4, and nothing is written', async () => {
    const state = fakeProget(['djones', 'ann']);
    const server = await serve(listGroups(state), listUsers(state));
    const argv = [...REMOVE, '--member=djonse', '--member=ann', FROM, ...at(server)];
    expect(await cli().run(argv)).toEqual({
      code: 4,
      stdout: '',
      stderr: `groupctl: Nothing was written to Developers: There is no user named "djonse". Did you mean djones?\n${NOBODY} To leave unknown names out, use --skip-unknown.\n`,
    });
    expect(server.writes()).toEqual([]);
  });

  it('goes on without unknown names with --skip-unknown', async () => {
    const state = fakeProget(['djones', 'ann']);
    const server = await serve(...addHandlers(state));
    const argv = [...REMOVE, '--member=xyzzy', '--member=ann', FROM, '--skip-unknown'];
    expect(await cli().run([...argv, ...at(server)])).toEqual({
      code: 7,
      stdout:
        'There is no user named "xyzzy".\nRemoved ann from Developers.\nDevelopers: 1 removed, 1 not found.\n',
      stderr: `groupctl: There is no user named "xyzzy".\n${NOBODY}\n`,
    });
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones'] }]);
  });

  it('checks no names with --no-user-check', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listGroups(state));
    const argv = [...REMOVE, '--member=xyzzy', FROM, '--no-user-check', ...at(server)];
    expect(await cli().run(argv)).toEqual({
      code: 0,
      stdout: 'xyzzy is not a member of Developers; nothing to do.\n',
      stderr: '',
    });
  });

  it('takes a name as typed where users cannot be listed', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listGroups(state), inTurn('get', 'users/list', status(404)));
    expect(await cli().run([...REMOVE, '--member=xyzzy', FROM, ...at(server)])).toEqual({
      code: 0,
      stdout: 'xyzzy is not a member of Developers; nothing to do.\n',
      stderr: 'The server cannot say who exists; taken as typed: xyzzy.\n',
    });
  });

  describe('of twins that differ in case', () => {
    it('takes the one that is typed exactly and keeps the other', async () => {
      const state = fakeProget(['DJones', 'djones']);
      const server = await serve(listGroups(state), updateGroup(state));
      const argv = [...REMOVE, '--member=djones', FROM, ...at(server)];
      expect((await cli().run(argv)).stdout).toBe('Removed djones from Developers.\n');
      expect(server.writes()).toEqual([{ name: 'Developers', users: ['DJones'] }]);
    });

    it('takes both when both are typed', async () => {
      const state = fakeProget(['DJones', 'ann', 'djones']);
      const server = await serve(listGroups(state), updateGroup(state));
      const argv = [...REMOVE, '--member=djones', '--member=DJones', FROM, ...at(server)];
      expect((await cli().run(argv)).stdout).toBe(
        'Removed djones from Developers.\nRemoved DJones from Developers.\nDevelopers: 2 removed.\n',
      );
      expect(server.writes()).toEqual([{ name: 'Developers', users: ['ann'] }]);
    });

    it('refuses a third spelling and names both', async () => {
      const state = fakeProget(['DJones', 'djones']);
      const server = await serve(listGroups(state));
      const argv = [...REMOVE, '--member=DJONES', FROM, ...at(server)];
      expect(await cli().run(argv)).toEqual({
        code: 2,
        stdout: '',
        stderr:
          'groupctl: "DJONES" can mean "DJones" or "djones". Nothing was written.\nHint: Type the name exactly as the server spells it.\n',
      });
    });
  });

  it('takes two spellings of one member for one', async () => {
    const state = fakeProget(['djones', 'ann']);
    const server = await serve(listGroups(state), updateGroup(state));
    const argv = [...REMOVE, '--member=DJONES', '--member=djones', FROM, ...at(server)];
    expect((await cli().run(argv)).stdout).toBe('Removed djones from Developers.\n');
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['ann'] }]);
  });

  it('only says what it would do with --dry-run', async () => {
    const user = cli();
    const state = fakeProget(['djones']);
    const server = await serve(listGroups(state), listUsers(state));
    const argv = [...REMOVE, '--member=djones', '--member=jsmith', FROM, '--dry-run'];
    expect(await user.run([...argv, ...at(server)])).toEqual({
      code: 0,
      stdout:
        'Would remove djones from Developers.\njsmith is not a member of Developers; nothing to do.\nDevelopers: would remove 1, 1 already absent.\n',
      stderr: '',
    });
    expect(server.writes()).toEqual([]);
    expect(journals(user)).toEqual([]);
  });

  it('from a group that does not exist is 4, before any name is looked at', async () => {
    const state = fakeProget();
    const server = await serve(listGroups(state));
    const argv = [...REMOVE, '--member=djones', '--name=Developer', '--json', ...at(server)];
    const result = await cli().run(argv);
    expect([result.code, result.stdout]).toEqual([4, '']);
    expect(jsonError(result.stderr)).toMatchObject({ code: 'no-such-group', exitCode: 4 });
    expect(server.calls()).toEqual([GROUPS]);
  });
});
