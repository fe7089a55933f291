import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import {
  ADD_GROUP,
  createGroup,
  deleteGroup,
  fakeProget,
  GROUPS,
  groupsOf,
  inTurn,
  listGroups,
  listPermissions,
  listUsers,
  status,
} from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { at, GROUP_COMMANDS, journals, jsonError } from './helpers.ts';

const list = [...GROUP_COMMANDS, 'list'];
const create = [...GROUP_COMMANDS, 'create'];
const remove = [...GROUP_COMMANDS, 'delete'];
const PERMISSIONS = 'GET /api/security/permissions/list';
const ODD = 'QA, "x" & y/z?#ü\\+';
const DELETE_ODD =
  'DELETE /api/security/groups/delete?group=QA%2C%20%22x%22%20%26%20y%2Fz%3F%23%C3%BC%5C%2B';

describe('groups list', () => {
  const state = fakeProget(['djones', 'ann']);
  state.groups.push({ name: ODD, users: [] }, { name: 'Old', users: null }, { name: 'Older' });

  it("prints pgutil's line off a terminal", async () => {
    const server = await serve(listGroups(state));
    expect(await cli().run([...list, ...at(server)])).toEqual({
      code: 0,
      stdout: `Developers (members: 2)\n${ODD} (members: 0)\nOld (members: )\nOlder (members: )\n`,
      stderr: '',
    });
    expect(server.calls()).toEqual([GROUPS]);
  });

  it('prints a table on a terminal, and anywhere with --output=table', async () => {
    const wide = { groups: [{ name: '開発者', users: ['a'] }, ...state.groups], users: [] };
    const server = await serve(listGroups(wide));
    const stdout = [
      'GROUP               MEMBERS',
      '開発者              1',
      'Developers          2',
      'QA, "x" & y/z?#ü\\+  0',
      'Old',
      'Older',
      '',
    ].join('\n');
    const argv = [...list, ...at(server), '--no-color'];
    expect(await cli().run(argv, { tty: true })).toEqual({ code: 0, stdout, stderr: '' });
    expect((await cli().run([...argv, '-o', 'table'])).stdout).toBe(stdout);
  });

  it('prints a bare array with --json, and a count where it is told', async () => {
    const server = await serve(listGroups(state));
    expect(await cli().json([...list, ...at(server)])).toEqual([
      { name: 'Developers', memberCount: 2 },
      { name: ODD, memberCount: 0 },
      { name: 'Old' },
      { name: 'Older' },
    ]);
  });

  it('prints [] and nothing for no groups', async () => {
    const server = await serve(listGroups({ groups: [], users: [] }));
    expect((await cli().run([...list, '--json', ...at(server)])).stdout).toBe('[]\n');
    expect((await cli().run([...list, ...at(server)])).stdout).toBe('');
  });

  it('prints CSV', async () => {
    const server = await serve(listGroups(state));
    const { stdout } = await cli().run([...list, '--output=csv', ...at(server)]);
    expect(stdout).toBe(
      'name,id,slug,memberCount\nDevelopers,,,2\n"QA, ""x"" & y/z?#ü\\+",,,0\nOld,,,\nOlder,,,\n',
    );
  });

  it('needs a server that lists them: 2', async () => {
    const server = await serve(inTurn('get', 'groups/list', status(404)));
    expect((await cli().run([...list, ...at(server)])).code).toBe(2);
  });
});

describe('groups create', () => {
  it('creates an empty group, reads it back and records it', async () => {
    const user = cli();
    const state = fakeProget();
    const server = await serve(listGroups(state), createGroup(state));
    const argv = [...create, `--name= ${ODD} `, ...at(server)];
    expect(await user.run(argv)).toEqual({
      code: 0,
      stdout: `Created the group ${ODD}.\n`,
      stderr: '',
    });
    expect(server.calls()).toEqual([GROUPS, ADD_GROUP, GROUPS]);
    expect(server.writes()).toEqual([{ name: ODD, users: [] }]);
    expect(journals(user)).toEqual([
      [
        expect.objectContaining({
          t: 'run',
          v: 2,
          command: 'security groups create',
          group: { name: ODD },
          rows: [],
        }),
        { t: 'intent', at: expect.any(String) as unknown, call: 'POST groups/add' },
        {
          t: 'answer',
          at: expect.any(String) as unknown,
          outcome: 'done',
          made: JSON.stringify({ name: ODD }),
        },
        { t: 'end', at: expect.any(String) as unknown, exit: 0 },
      ],
    ]);
  });

  it('prints one document with --json', async () => {
    const user = cli();
    const state = fakeProget();
    const server = await serve(listGroups(state), createGroup(state));
    expect(await user.json([...create, '--name=QA', ...at(server)])).toEqual({
      schema: 1,
      source: server.url,
      kind: 'proget',
      group: { name: 'QA', memberCount: 0 },
      dryRun: false,
      op: 'create',
      outcome: 'created',
      run: journals(user)[0]?.[0]?.['run'],
    });
  });

  it.each([{ more: [] }, { more: ['--dry-run'] }])(
    'refuses one that is there in any spelling: 5 $more',
    async ({ more }) => {
      const user = cli();
      const server = await serve(listGroups(fakeProget()));
      const argv = [...create, '--name=DEVELOPERS', ...more, ...at(server)];
      expect(await user.run(argv)).toEqual({
        code: 5,
        stdout: '',
        stderr: 'groupctl: There is a group named "Developers" already. Nothing was written.\n',
      });
      expect(server.calls()).toEqual([GROUPS]);
      expect(journals(user)).toEqual([]);
    },
  );

  it('of an empty one would restore the group, and nothing else', async () => {
    const server = await serve(listGroups(fakeProget([])), listPermissions());
    const argv = [...remove, '--name=developers', '--dry-run', ...at(server)];
    expect((await cli().run(argv)).stdout).toBe(
      'Would delete the group Developers.\nIt has no members.\nIt has no permissions.\nUndo would restore the group.\n',
    );
  });

  it('sends nothing with --dry-run', async () => {
    const user = cli();
    const server = await serve(listGroups(fakeProget()));
    const result = await user.run([...create, '--name=QA', '--dry-run', ...at(server)]);
    expect(result).toEqual({ code: 0, stdout: 'Would create the group QA.\n', stderr: '' });
    expect(server.calls()).toEqual([GROUPS]);
    expect(journals(user)).toEqual([]);
  });
});

describe('groups delete', () => {
  it('deletes a group in the spelling of the server, its members in the journal', async () => {
    const user = cli();
    const state = fakeProget();
    state.groups.push({ name: ODD, users: ['djones', 'ann'] });
    const server = await serve(listGroups(state), listPermissions(), deleteGroup(state));
    const argv = [...remove, `--name=${ODD.toUpperCase()}`, ...at(server)];
    expect(await user.run(argv)).toEqual({
      code: 0,
      stdout: `Deleted the group ${ODD}.\n`,
      stderr: '',
    });
    expect(server.calls()).toEqual([GROUPS, PERMISSIONS, GROUPS, DELETE_ODD, GROUPS]);
    expect(server.received[3]).toMatchObject({ body: '' });
    expect(journals(user)[0]?.slice(1)).toEqual([
      {
        t: 'intent',
        at: expect.any(String) as unknown,
        call: 'DELETE groups/delete',
        before: ['djones', 'ann'],
        permissions: [],
      },
      { t: 'answer', at: expect.any(String) as unknown, outcome: 'done' },
      { t: 'end', at: expect.any(String) as unknown, exit: 0 },
    ]);
  });

  it.each([404, 405])('uses POST where DELETE answers %i', async (code) => {
    const state = fakeProget();
    const post = http.post('*/api/security/groups/delete', ({ request }) => {
      expect(new URL(request.url).search).toBe('?group=Developers');
      state.groups = [];
      return new HttpResponse(null);
    });
    const server = await serve(
      listGroups(state),
      listPermissions(),
      inTurn('delete', 'groups/delete', status(code)),
      post,
    );
    const result = await cli().run([...remove, '--name=Developers', ...at(server)]);
    expect(result).toEqual({ code: 0, stdout: 'Deleted the group Developers.\n', stderr: '' });
    expect(server.received.map(({ body }) => body)).toEqual(['', '', '', '', '', '']);
  });

  it('of one that is not there is no error, and says what may have been meant', async () => {
    const server = await serve(listGroups(fakeProget()));
    const argv = [...remove, '--name=Developer', ...at(server)];
    expect(await cli().run(argv)).toEqual({
      code: 0,
      stdout: 'There is no group named Developer; nothing to do. Did you mean Developers?\n',
      stderr: '',
    });
    expect(await cli().json(argv)).toMatchObject({
      op: 'delete',
      outcome: 'already-absent',
      near: ['Developers'],
    });
    expect(server.calls()).toEqual([GROUPS, GROUPS]);
  });

  it('sends nothing with --dry-run', async () => {
    const server = await serve(listGroups(fakeProget()), listPermissions());
    const argv = [...remove, '--name=developers', '--dry-run', ...at(server)];
    const csv = await cli().run([...argv, '--output=csv']);
    expect(csv.stdout).toBe('name,op,outcome\nDevelopers,delete,planned\n');
    expect((await cli().run(argv)).stdout).toBe(
      [
        'Would delete the group Developers.',
        'It has 1 member: djones.',
        'It has no permissions.',
        'Undo would restore the group with all of that.',
        '',
      ].join('\n'),
    );
    expect(await cli().json(argv)).toMatchObject({ members: ['djones'], permissions: [] });
    const reads = [GROUPS, PERMISSIONS];
    expect(server.calls()).toEqual([...reads, ...reads, ...reads]);
  });

  it.each([404, 405, 501])(
    'deletes nothing where the list is gone (%i) that was there a moment ago: 1',
    async (code) => {
      const user = cli();
      const server = await serve(
        inTurn('get', 'groups/list', groupsOf(fakeProget()), status(code)),
        listPermissions(),
      );
      expect(await user.run([...remove, '--name=Developers', ...at(server)])).toEqual({
        code: 1,
        stdout: '',
        stderr: `groupctl: ${server.url.slice(0, -1)} no longer lists its groups.\nHint: Look at the server before trying again.\n`,
      });
      expect(server.calls()).toEqual([GROUPS, PERMISSIONS, GROUPS]);
      expect(journals(user)).toEqual([]);
    },
  );

  it('says that the server did not name the members, so that undo cannot add them again', async () => {
    const state = fakeProget();
    state.groups.push({ name: 'QA', users: null });
    state.users = [{ name: 'djones' }];
    const permission = { id: 4, group: 'QA', task: 'View', deny: false };
    const handlers = [listGroups(state), listUsers(state), listPermissions([permission])];
    state.groups.shift();
    const server = await serve(...handlers, deleteGroup(state));
    const argv = [...remove, '--name=QA', ...at(server)];
    expect((await cli().run(argv)).stdout).toBe(
      'Deleted the group QA.\nIts permission: 4: allow View globally for group QA.\nThe server does not name its members, so the deletion cannot be undone.\n',
    );
  });

  it('asks who is in a group without a list, as another group that has one proves nothing', async () => {
    const state = fakeProget();
    state.groups.push({ name: 'QA', users: null });
    state.users = [{ name: 'djones', groups: ['QA'] }];
    const handlers = [listGroups(state), listUsers(state), listPermissions()];
    const argv = [...remove, '--name=QA', '--json'];
    const reading = await serve(...handlers);
    const planned = await cli().run([...remove, '--name=QA', '--dry-run', ...at(reading)]);
    expect(planned.stdout).toBe(
      'Would delete the group QA.\nThe server does not name its members, so the deletion could not be undone.\n',
    );
    const user = cli();
    const server = await serve(...handlers, deleteGroup(state));
    expect(await user.json([...argv, ...at(server)])).toMatchObject({ undoable: false });
    expect(journals(user)[0]?.find(({ t }) => t === 'intent')).not.toHaveProperty('before');
  });

  it('is in doubt where the list is gone after the deletion: 8', async () => {
    const groups = groupsOf(fakeProget());
    const server = await serve(
      inTurn('get', 'groups/list', groups, groups, status(404)),
      listPermissions(),
      inTurn('delete', 'groups/delete', status(200)),
    );
    const result = await cli().run([...remove, '--name=Developers', '--json', ...at(server)]);
    expect(result.code).toBe(8);
    expect(jsonError(result.stderr)).toMatchObject({ code: 'outcome-unknown' });
  });

  it('of a name that two groups have is 2', async () => {
    const state = fakeProget();
    state.groups.push({ name: 'DEVELOPERS' });
    const server = await serve(listGroups(state));
    const result = await cli().run([...remove, '--name=developers', '--json', ...at(server)]);
    expect([result.code, result.stdout]).toEqual([2, '']);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'ambiguous-group',
      details: { candidates: ['Developers', 'DEVELOPERS'] },
    });
  });
});
