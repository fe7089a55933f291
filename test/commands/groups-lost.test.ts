import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import {
  ADD_GROUP,
  cut,
  type FakeProget,
  fakeProget,
  GROUPS,
  groupsOf,
  inTurn,
  listGroups,
  listPermissions,
  noAnswer,
  page,
  status,
  type Turn,
} from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { at, GROUP_COMMANDS, journals, jsonError, standingClock } from './helpers.ts';

const CREATE = [...GROUP_COMMANDS, 'create', '--name=QA'];
const DELETE = [...GROUP_COMMANDS, 'delete', '--name=Developers'];
const DELETE_CALL = 'DELETE /api/security/groups/delete?group=Developers';

/** The group is made, in a spelling of the server's own, and then something else comes back. */
const createdBut =
  (state: FakeProget, turn: Turn): Turn =>
  async (request) => {
    state.groups.push({ name: 'qa', users: [] });
    return await turn(request);
  };

describe('groups create and delete when the answer is lost', () => {
  it.each([
    { what: 'no answer', turn: noAnswer },
    { what: 'a cut answer', turn: cut },
    { what: 'an HTML page', turn: page() },
  ])('$what, and it was done: done', async ({ turn }) => {
    const state = fakeProget();
    const server = await serve(
      listGroups(state),
      inTurn('post', 'groups/add', createdBut(state, turn)),
    );
    expect(await cli().run([...CREATE, ...at(server)])).toEqual({
      code: 0,
      stdout: 'Created the group QA.\n',
      stderr: '',
    });
    expect(server.calls()).toEqual([GROUPS, ADD_GROUP, GROUPS]);
  });

  it('not done: sent again, each time with an intent in the journal', async () => {
    const user = cli();
    const state = fakeProget();
    const create = inTurn('post', 'groups/add', noAnswer, noAnswer, createdBut(state, status(200)));
    const server = await serve(listGroups(state), create);
    expect((await user.run([...CREATE, ...at(server)])).code).toBe(0);
    expect(server.calls()).toEqual([GROUPS, ...[1, 2, 3].flatMap(() => [ADD_GROUP, GROUPS])]);
    expect(journals(user)[0]?.map(({ t }) => t)).toEqual([
      'run',
      'intent',
      'intent',
      'intent',
      'answer',
      'end',
    ]);
  });

  it('never done: given up after three', async () => {
    const state = fakeProget();
    const server = await serve(
      listGroups(state),
      listPermissions(),
      inTurn('delete', 'groups/delete', noAnswer),
    );
    const result = await cli().run([...DELETE, ...at(server)]);
    expect(result).toEqual({
      code: 6,
      stdout: '',
      stderr: `A change of "Developers" was sent, and it is not known what became of it: it may still take effect within 105 s. The next run waits for it.\ngroupctl: The connection to ${server.url.slice(0, -1)} was cut before the answer was complete.\nHint: Try again; if it keeps happening, look at the server and at any proxy in between. Or the server requires https: try ${server.url.replace('http:', 'https:').slice(0, -1)}\n`,
    });
    expect(server.calls().filter((call) => call === DELETE_CALL)).toHaveLength(3);
  });

  it('not readable: 8, and it says so', async () => {
    const user = cli();
    const state = fakeProget();
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(state), status(500, 'Out of memory\n at X')),
      inTurn('post', 'groups/add', noAnswer),
    );
    const result = await user.run([...CREATE, '--json', ...at(server)]);
    expect([result.code, result.stdout]).toEqual([8, '']);
    expect(jsonError(result.stderr)).toMatchObject({ code: 'outcome-unknown', exitCode: 8 });
    expect(String(jsonError(result.stderr)['message'])).toMatch(
      /^It is not known whether "QA" was created\. The connection to .* was cut/,
    );
    expect(journals(user)[0]?.at(-1)).toMatchObject({ exit: 8, error: 'outcome-unknown' });
  });

  it.each([
    { argv: CREATE, method: 'post', call: 'groups/add', what: '"QA" was created' },
    { argv: DELETE, method: 'delete', call: 'groups/delete', what: '"Developers" was deleted' },
  ] as const)('$call accepted and not to be seen: 8', async ({ argv, method, call, what }) => {
    const permissions = method === 'delete' ? [listPermissions()] : [];
    const server = await serve(
      ...[listGroups(fakeProget()), inTurn(method, call, status(200)), ...permissions],
    );
    expect(await cli().run([...argv, ...at(server)])).toEqual({
      code: 8,
      stdout: '',
      stderr: `groupctl: The server accepted it, and its list does not show whether ${what}.\nHint: Look at the server before trying again.\n`,
    });
  });

  it('429 is waited out and fails nothing', async () => {
    const clock = standingClock();
    const state = fakeProget();
    const wait = status(429, null, { 'retry-after': '7' });
    const create = inTurn('post', 'groups/add', wait, wait, createdBut(state, status(200)));
    const server = await serve(listGroups(state), create);
    expect(await cli().run([...CREATE, ...at(server)], { clock })).toEqual({
      code: 0,
      stdout: 'Created the group QA.\n',
      stderr: 'Waiting 7 s: the server limits the rate of requests.\n'.repeat(2),
    });
    expect(clock.waits).toEqual([7000, 7000]);
  });

  it.each([
    { answer: status(400, 'The name is too long'), code: 5 },
    { answer: status(403), code: 3 },
    { answer: status(500, 'Boom'), code: 1, read: [GROUPS] },
    { answer: status(404), code: 1 },
  ])(
    'answered with an error: that is the result, exit $code',
    async ({ answer, code, read = [] }) => {
      const state = fakeProget();
      const server = await serve(listGroups(state), inTurn('post', 'groups/add', answer));
      expect((await cli().run([...CREATE, ...at(server)])).code).toBe(code);
      // After a failure of the server the list says what became of the group.
      expect(server.calls()).toEqual([GROUPS, ADD_GROUP, ...read]);
    },
  );

  it('interrupted while under way: finished, recorded, 130', async () => {
    const user = cli();
    const interrupt = new AbortController();
    const state = fakeProget();
    const server = await serve(
      listGroups(state),
      inTurn('post', 'groups/add', async (request) => {
        interrupt.abort();
        return await createdBut(state, status(200))(request);
      }),
    );
    const result = await user.run([...CREATE, ...at(server)], { signal: interrupt.signal });
    expect(result).toEqual({
      code: 130,
      stdout: 'Created the group QA.\n',
      stderr: 'groupctl: Interrupted.\n',
    });
    expect(journals(user)[0]?.at(-1)).toMatchObject({ t: 'end', exit: 130 });
  });

  it('interrupted before anything was sent: nothing is', async () => {
    const user = cli();
    const interrupt = new AbortController();
    const state = fakeProget();
    const list = inTurn('get', 'groups/list', groupsOf(state), (request) => {
      interrupt.abort();
      return groupsOf(state)(request);
    });
    const server = await serve(list, listPermissions());
    const result = await user.run([...DELETE, ...at(server)], { signal: interrupt.signal });
    expect(result).toEqual({ code: 130, stdout: '', stderr: 'groupctl: Interrupted.\n' });
    const permissions = 'GET /api/security/permissions/list';
    expect(server.calls()).toEqual([GROUPS, permissions, GROUPS]);
    expect(journals(user)).toEqual([]);
  });
});
