import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { ADD, at, journals, jsonError, REMOVE } from '../../commands/helpers.ts';
import { type Cli, cli } from '../../helpers/cli.ts';
import {
  ADD_GROUP,
  addHandlers,
  addToGroup,
  type FakeGroup,
  fakeProget,
  GROUPS,
  inTurn,
  listGroups,
  listUsers,
  status,
  UPDATE,
  USERS,
} from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';

const ONE = ['--member=jsmith', '--name=Developers'];
const NONE = [404, 405, 501];

/** A user whose default source is this server with a dialect. */
async function userOf(server: TestServer, dialect: string): Promise<Cli> {
  const user = cli();
  const argv = ['sources', 'add', `--url=${server.url}`, '--api-key=abc12345'];
  expect((await user.run([...argv, `--dialect=${dialect}`])).code).toBe(0);
  return user;
}

describe('dialect auto', () => {
  it('is update where the groups can be listed, and never anything else', async () => {
    const state = fakeProget();
    const server = await serve(
      ...addHandlers(state).slice(0, 2),
      inTurn('post', 'groups/update', status(404)),
    );
    const user = await userOf(server, 'auto');
    const result = await user.run([...ADD, ...ONE]);
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: `groupctl: ${server.url.slice(0, -1)} answered 404 on POST groups/update.\nHint: This may not be a ProGet server: check the URL and the kind of the source.\n`,
    });
    expect(server.calls()).toEqual([USERS, GROUPS, UPDATE, GROUPS]);
  });

  it.each(NONE)('is add where the list answers %i, said under --verbose', async (code) => {
    const user = cli();
    const server = await serve(
      inTurn('get', 'users/list', status(code)),
      inTurn('get', 'groups/list', status(code)),
      inTurn('post', 'groups/add', () =>
        HttpResponse.json({ name: 'Developers', users: ['djones', 'JSmith'] }),
      ),
    );
    const result = await user.run([...ADD, ...ONE, '--verbose', ...at(server)]);
    expect([result.code, result.stdout]).toEqual([0, 'Added jsmith to Developers.\n']);
    expect(result.stderr).toContain(
      'This server does not list its groups: using its older add call.\n',
    );
    expect(result.stderr).toContain('The server cannot say who exists; sent as typed: jsmith.\n');
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['jsmith'] }]);
    expect(journals(user)[0]?.[1]).toMatchObject({
      t: 'intent',
      call: 'POST groups/add',
      rows: [[0, 0]],
    });
  });

  it.each([500, 403, 400])('is nothing where the list answers %i', async (code) => {
    const server = await serve(inTurn('get', 'groups/list', status(code)));
    const argv = [...ADD, ...ONE, '--no-user-check', ...at(server)];
    expect((await cli().run(argv)).code).toBe({ 500: 1, 403: 3, 400: 5 }[code]);
    expect(server.calls()).toEqual([GROUPS]);
  });
});

describe('dialect update', () => {
  it.each(NONE)('needs the list (%i): 2', async (code) => {
    const server = await serve(inTurn('get', 'groups/list', status(code)));
    const user = await userOf(server, 'update');
    const result = await user.run([...ADD, ...ONE, '--no-user-check']);
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: ${server.url.slice(0, -1)} does not list its groups, so groupctl cannot work with the dialect "update" there. Servers of the older kind can only add members. If this is a newer one, check the URL of the source.\n`,
    });
    expect(server.calls()).toEqual([GROUPS]);
  });
});

describe('dialect add', () => {
  it('sends the members to add alone, and reads back', async () => {
    const state = fakeProget(['djones', 'ann'], ['mlee']);
    const server = await serve(listUsers(state), listGroups(state), addToGroup(state));
    const user = await userOf(server, 'add');
    const argv = [
      ...ADD,
      '--member=mlee',
      '--member=DJONES',
      '--member=jsmith',
      '--name=developers',
    ];
    expect(await user.run(argv)).toEqual({
      code: 0,
      stdout:
        'Added mlee to Developers.\ndjones is already a member of Developers; nothing to do.\nAdded jsmith to Developers.\nDevelopers: 2 added, 1 already a member.\n',
      stderr: '',
    });
    expect(server.calls()).toEqual([USERS, GROUPS, ADD_GROUP, GROUPS]);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['mlee', 'jsmith'] }]);
  });

  it('sends nothing for a group that is not there: it would be created', async () => {
    const state = fakeProget();
    const server = await serve(listUsers(state), listGroups(state));
    const user = await userOf(server, 'add');
    const result = await user.run([...ADD, '--member=jsmith', '--name=QA']);
    expect([result.code, server.writes()]).toEqual([4, []]);
  });

  it('says who was lost, and who was there, where the call replaced the list: 8', async () => {
    const state = fakeProget(['djones', 'Ann "A"']);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/add', async (request) => {
        state.groups = [(await request.json()) as FakeGroup];
        return new HttpResponse(null);
      }),
    );
    const user = await userOf(server, 'add');
    const result = await user.run([...ADD, ...ONE]);
    expect(result).toEqual({
      code: 8,
      stdout: '',
      stderr:
        'groupctl: After the write "Developers" no longer holds "djones", "Ann "A""; before it held: "djones", "Ann "A"".\nHint: This server may replace the list where it should add to it: put the earlier members back, and set --dialect=update in the source.\n',
    });
    expect(journals(user)[0]?.[1]).toMatchObject({ before: ['djones', 'Ann "A"'] });
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['jsmith'] }]);
  });

  it('tells both lists to a script', async () => {
    const state = fakeProget(['djones', 'ann']);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/add', () => {
        state.groups = [{ name: 'Developers', users: ['ann', 'jsmith'] }];
        return new HttpResponse(null);
      }),
    );
    const user = await userOf(server, 'add');
    const result = await user.run([...ADD, ...ONE, '--json']);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'members-lost',
      hint: 'This server may replace the list where it should add to it: put the earlier members back, and set --dialect=update in the source.',
      details: { lost: ['djones'], before: ['djones', 'ann'] },
      exitCode: 8,
    });
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [{ outcome: 'unknown', error: { code: 'members-lost' } }],
    });
  });

  it('removes by way of update, as it has the list', async () => {
    const state = fakeProget(['djones', 'ann']);
    const server = await serve(...addHandlers(state).slice(1));
    const user = await userOf(server, 'add');
    expect((await user.run([...REMOVE, '--member=ann', '--name=Developers'])).code).toBe(0);
    expect(server.calls()).toEqual([GROUPS, UPDATE, GROUPS]);
  });
});
