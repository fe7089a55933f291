import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { ADD, at, journals, jsonError, LIST, REMOVE } from '../../commands/helpers.ts';
import { cli } from '../../helpers/cli.ts';
import {
  addHandlers,
  type FakeGroup,
  type FakeProget,
  type FakeUser,
  fakeProget,
  GROUPS,
  inTurn,
  listGroups,
  status,
  USERS,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

/** `users` missing or null means "not told", not "empty" (contract: "Objects"). */

const SHAPES: readonly { shape: string; group: FakeGroup }[] = [
  { shape: 'null', group: { name: 'Developers', users: null } },
  { shape: 'missing', group: { name: 'Developers' } },
];
const jsmith: FakeUser = { name: 'jsmith', groups: [] };

const TOLD: readonly { why: string; others: FakeGroup[]; users: FakeUser[] }[] = [
  {
    why: 'another group has an array',
    others: [{ name: 'QA', users: ['djones'] }],
    users: [jsmith],
  },
  {
    why: 'another group has an array, and users come without groups',
    others: [{ name: 'QA', users: ['djones'] }],
    users: [{ name: 'jsmith' }, { name: 'djones', groups: null }],
  },
  { why: 'another group has []', others: [{ name: 'QA', users: [] }], users: [jsmith] },
  {
    why: 'users/list shows nobody in it',
    others: [{ name: 'QA', users: null }],
    users: [jsmith, { name: 'djones', groups: ['QA'] }],
  },
];

const NOT_TOLD: readonly { why: string; users: FakeUser[] }[] = [
  {
    why: 'users/list shows somebody in it',
    users: [jsmith, { name: 'djones', groups: ['DEVELOPERS'] }],
  },
  {
    why: 'users/list does not tell groups',
    users: [{ name: 'jsmith' }, { name: 'djones', groups: null }],
  },
];

const combined = <T>(cases: readonly T[]): ((typeof SHAPES)[number] & T)[] =>
  SHAPES.flatMap((shape) => cases.map((more) => ({ ...shape, ...more })));

function stateOf(group: FakeGroup, others: FakeGroup[], users: FakeUser[]): FakeProget {
  return { groups: [structuredClone(group), ...others], users };
}

/** The groups as they are in the first read, and these in each later one. */
const listedOnceThen = (state: FakeProget, later: FakeGroup[]): ReturnType<typeof inTurn> =>
  inTurn(
    'get',
    'groups/list',
    () => HttpResponse.json(state.groups),
    () => HttpResponse.json(later),
  );

const ADD_ONE = [...ADD, '--member=jsmith', '--name=Developers'];
const NOT_TOLD_SAID = {
  code: 1,
  stdout: '',
  stderr:
    'groupctl: The server does not tell who is in "Developers".\nHint: Look at the group on the server. Nothing is written to it meanwhile: a write replaces the whole list, and could empty the group.\n',
};

describe('a group with users', () => {
  it.each(combined(TOLD))('$shape is empty where $why', async ({ group, others, users }) => {
    const server = await serve(...addHandlers(stateOf(group, others, users)));
    expect(await cli().run([...ADD_ONE, ...at(server)])).toEqual({
      code: 0,
      stdout: 'Added jsmith to Developers.\n',
      stderr: '',
    });
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['jsmith'] }]);
  });

  it.each(combined(NOT_TOLD))('$shape is refused where $why', async ({ group, users }) => {
    const user = cli();
    const state = stateOf(group, [{ name: 'QA', users: null }], users);
    const server = await serve(...addHandlers(state).slice(0, 2));
    expect(await user.run([...ADD_ONE, ...at(server)])).toEqual(NOT_TOLD_SAID);
    expect(server.writes()).toEqual([]);
    expect(journals(user)).toEqual([]);
    const dry = await user.run([...ADD_ONE, '--dry-run', '--json', ...at(server)]);
    expect(dry.code).toBe(1);
    expect(jsonError(dry.stderr)).toMatchObject({ code: 'members-not-told' });
  });

  it.each(SHAPES)(
    '$shape is refused where another group has an array, and the user check showed somebody in it',
    async ({ group }) => {
      const users = [jsmith, { name: 'djones', groups: ['developers'] }];
      const others = [{ name: 'QA', users: ['djones'] }];
      const user = cli();
      const server = await serve(...addHandlers(stateOf(group, others, users)).slice(0, 2));
      expect(await user.run([...ADD_ONE, ...at(server)])).toEqual(NOT_TOLD_SAID);
      expect(server.calls()).toEqual([USERS, GROUPS]);
      expect(journals(user)).toEqual([]);
    },
  );

  it.each(SHAPES)(
    '$shape is refused without a user check, too, where users/list shows somebody in it',
    async ({ group }) => {
      const users = [jsmith, { name: 'djones', groups: ['developers'] }];
      const state = stateOf(group, [{ name: 'QA', users: ['djones'] }], users);
      const server = await serve(...addHandlers(state).slice(0, 2));
      const add = [...ADD_ONE, '--no-user-check', ...at(server)];
      expect(await cli().run(add)).toEqual(NOT_TOLD_SAID);
      const remove = [...REMOVE, '--member=djones', '--name=Developers', ...at(server)];
      expect(await cli().run(remove)).toEqual(NOT_TOLD_SAID);
      expect(server.calls()).toEqual([GROUPS, USERS, GROUPS, USERS]);
    },
  );

  it.each(SHAPES)(
    '$shape is empty where another group has an array, and users/list is not there',
    async ({ group }) => {
      const state = stateOf(group, [{ name: 'QA', users: ['djones'] }], []);
      const handlers = [...addHandlers(state).slice(1), inTurn('get', 'users/list', status(404))];
      const server = await serve(...handlers);
      const result = await cli().run([...ADD_ONE, ...at(server)]);
      expect(result).toMatchObject({ code: 0, stdout: 'Added jsmith to Developers.\n' });
      expect(server.writes()).toEqual([{ name: 'Developers', users: ['jsmith'] }]);
    },
  );

  it.each(SHAPES)('$shape is refused where users/list is not there', async ({ group }) => {
    const state = stateOf(group, [], []);
    const server = await serve(listGroups(state), inTurn('get', 'users/list', status(404)));
    expect((await cli().run([...ADD_ONE, ...at(server)])).code).toBe(1);
    expect(server.writes()).toEqual([]);
  });

  it.each(SHAPES)(
    '$shape is not empty in a read after the write where the group had members: 8, one write',
    async ({ group }) => {
      const others = [{ name: 'QA', users: ['djones'] }];
      const state = stateOf({ name: 'Developers', users: ['djones'] }, others, [jsmith]);
      const lists = listedOnceThen(state, [group, ...others]);
      const [users, , update] = addHandlers(state);
      const server = await serve(users!, lists, update!);
      const result = await cli().run([...ADD_ONE, ...at(server)]);
      expect(result.code).toBe(8);
      expect(result.stderr).toContain('The server does not tell who is in "Developers".');
      expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'jsmith'] }]);
    },
  );

  it.each(SHAPES)(
    '$shape is not empty where the group was empty and the last read showed members: 8, one write',
    async ({ group }) => {
      const others = [{ name: 'QA', users: ['djones'] }];
      const state = stateOf({ name: 'Developers', users: [] }, others, [jsmith]);
      const joined = { name: 'Developers', users: ['djones'] };
      const lists = inTurn(
        'get',
        'groups/list',
        () => HttpResponse.json(state.groups),
        () => HttpResponse.json([joined, ...others]),
        () => HttpResponse.json([group, ...others]),
      );
      const [users, , update] = addHandlers(state);
      const server = await serve(users!, lists, update!);
      const result = await cli().run([...ADD_ONE, ...at(server)]);
      expect(result.code).toBe(8);
      expect(server.writes()).toEqual([{ name: 'Developers', users: ['jsmith'] }]);
    },
  );

  it.each(SHAPES)(
    '$shape is empty in a read after the removal of the last member',
    async ({ group }) => {
      const others = [{ name: 'QA', users: ['djones'] }];
      const state = stateOf({ name: 'Developers', users: ['jsmith'] }, others, [jsmith]);
      const lists = listedOnceThen(state, [group, ...others]);
      const [, , update] = addHandlers(state);
      const server = await serve(lists, update!);
      const argv = [...REMOVE, '--member=jsmith', '--name=Developers', ...at(server)];
      expect(await cli().run(argv)).toMatchObject({
        code: 0,
        stdout: 'Removed jsmith from Developers.\n',
      });
    },
  );

  it('[] is empty, and nobody needs to be asked', async () => {
    const state = stateOf({ name: 'Developers', users: [] }, [], [jsmith]);
    const server = await serve(...addHandlers(state).slice(1));
    const argv = [...ADD_ONE, '--no-user-check', ...at(server)];
    expect((await cli().run(argv)).code).toBe(0);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['jsmith'] }]);
  });

  it.each(SHAPES)('$shape is looked up in users/list even with --no-user-check', async (shape) => {
    const state = stateOf(shape.group, [], [jsmith]);
    const server = await serve(...addHandlers(state));
    const argv = [...ADD_ONE, '--no-user-check', ...at(server)];
    expect((await cli().run(argv)).code).toBe(0);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['jsmith'] }]);
  });

  it.each(SHAPES)('$shape in other groups does not matter', async ({ group }) => {
    const state = fakeProget();
    state.groups.push({ ...group, name: 'QA' });
    const server = await serve(...addHandlers(state));
    expect((await cli().run([...ADD_ONE, ...at(server)])).code).toBe(0);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'jsmith'] }]);
  });

  it.each(combined(NOT_TOLD))('$shape cannot be listed where $why', async ({ group, users }) => {
    const server = await serve(...addHandlers(stateOf(group, [], users)).slice(0, 2));
    const result = await cli().run([...LIST, '--name=Developers', ...at(server)]);
    expect([result.code, result.stdout]).toEqual([1, '']);
  });

  it.each(combined(TOLD))('$shape is listed as empty where $why', async (known) => {
    const state = stateOf(known.group, known.others, known.users);
    const usersToo = known.others.every(({ users }) => users === null);
    const server = await serve(...addHandlers(state).slice(usersToo ? 0 : 1, 2));
    expect(await cli().json([...LIST, '--name=Developers', ...at(server)])).toEqual([]);
  });

  it.each(SHAPES)('$shape can lose nobody: already absent', async ({ group }) => {
    const state = stateOf(group, [{ name: 'QA', users: [] }], [jsmith]);
    const server = await serve(...addHandlers(state).slice(0, 2));
    const argv = [...REMOVE, '--member=jsmith', '--name=Developers', ...at(server)];
    expect((await cli().run(argv)).stdout).toBe(
      'jsmith is not a member of Developers; nothing to do.\n',
    );
  });

  it('gone from the read-back is no proof: unknown, 8', async () => {
    const state = stateOf(
      { name: 'Developers', users: ['djones'] },
      [],
      [jsmith, { name: 'djones', groups: ['Developers'] }],
    );
    const lost = inTurn('post', 'groups/update', () => {
      state.groups = [{ name: 'Developers', users: null }];
      return new Response(null, { status: 200 });
    });
    const server = await serve(...addHandlers(state).slice(0, 2), lost);
    const result = await cli().run([...ADD_ONE, '--json', ...at(server)]);
    expect(result.code).toBe(8);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [{ outcome: 'unknown', verified: false, error: { code: 'outcome-unknown' } }],
    });
    expect(server.writes()).toHaveLength(1);
  });
});
