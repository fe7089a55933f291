import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { at } from '../../commands/helpers.ts';
import { type Cli, cli } from '../../helpers/cli.ts';
import { ADD_GROUP, fakeProget, groupsOf, listGroups } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { FakeInfisical, TOKEN } from '../infisical/fake.ts';

const GROUPS = ['security', 'groups'];
const [ANN, BOB] = ['user00000@corp.com', 'user00001@corp.com'];

/** What something in between answers after the server has done it. */
const ANSWERS = [
  [408, 'text/plain', 'Request Timeout'],
  [403, 'text/html', '<html><title>Blocked</title></html>'],
  [404, 'text/html', '<!doctype html>'],
] as const;

/** An Infisical server with ANN in Developers, behind something that answers a write in its place. */
async function stage(status: number, type: string, body: string) {
  const fake = new FakeInfisical().addUsers(2);
  fake.addGroup('Zz');
  fake.addGroup('Developers', [ANN]);
  const state = { isOn: true };
  const server = await serve(
    http.all('*/api/*', async ({ request }) => {
      if (request.method === 'GET' || !state.isOn) return undefined;
      state.isOn = false;
      const { method, headers } = request;
      await fetch(request.url, { method, headers, body: (await request.text()) || null });
      return new HttpResponse(body, { status, headers: { 'content-type': type } });
    }),
    fake.handler(),
  );
  const options = [`--source=${server.url}`, '--kind=infisical', `--api-key=${TOKEN}`];
  const user = cli();
  const run = (...argv: string[]) => user.run([...argv, ...options]);
  const undo = () => user.run(['undo', 'latest', '--yes', `--api-key=${TOKEN}`]);
  return { fake, user, run, undo };
}

async function callsOf(user: Cli): Promise<object[]> {
  return ((await user.json(['history', 'show', 'latest'])) as { calls: object[] }).calls;
}

describe.each(ANSWERS)('a %d (%s) that comes after the effect', (status, type, body) => {
  it('leaves the addition and the removal this run’s, so that undo takes them back', async () => {
    const { fake, run, undo } = await stage(status, type, body);
    const added = await run(...GROUPS, 'members', 'add', '--name=Developers', `--member=${BOB}`);
    expect(added.code).not.toBe(0);
    expect(added.stdout + added.stderr).toContain('Yet "Developers" now shows the change.');
    expect(fake.membersOf('Developers')).toEqual([ANN, BOB]);
    expect(await undo()).toMatchObject({ code: 0 });
    expect(fake.membersOf('Developers')).toEqual([ANN]);
  });

  it('is read back after a deletion, and the deletion undone', async () => {
    const { fake, user, run, undo } = await stage(status, type, body);
    expect(await run(...GROUPS, 'delete', '--name=Developers')).toEqual({
      code: 0,
      stdout: 'Deleted the group Developers.\n',
      stderr: `The server answered ${status} to DELETE groups; a read shows that "Developers" was deleted.\n`,
    });
    expect(await callsOf(user)).toMatchObject([{ call: 'DELETE groups', outcome: 'done' }]);
    expect(await undo()).toMatchObject({ code: 0 });
    expect(fake.membersOf('Developers')).toEqual([ANN]);
  });

  it('is read back after a creation', async () => {
    const { fake, run } = await stage(status, type, body);
    expect(await run(...GROUPS, 'create', '--name=QA')).toMatchObject({ code: 0 });
    expect(fake.groups.map(({ name }) => name)).toContain('QA');
  });

  it('is read back after a creation on ProGet', async () => {
    const state = fakeProget();
    const server = await serve(
      listGroups(state),
      http.post('*/api/security/groups/add', () => {
        state.groups.push({ name: 'QA', users: [] });
        return new HttpResponse(body, { status, headers: { 'content-type': type } });
      }),
    );
    const create = [...GROUPS, 'create', '--name=QA', ...at(server)];
    expect(await cli().run(create)).toMatchObject({ code: 0 });
    expect(server.calls().filter((call) => call === ADD_GROUP)).toHaveLength(1);
    expect(groupsOf(state)).toBeDefined();
  });
});

describe('a login that fails in the middle of a run', () => {
  it('leaves rows that were not sent as not tried, and none in doubt', async () => {
    const fake = new FakeInfisical().addUsers(6);
    fake.addGroup('Developers');
    let writes = 0;
    let logins = 0;
    fake.intercept = (method, path) => {
      if (path.endsWith('/login')) {
        return ++logins === 1 ? { status: 200, body: { accessToken: TOKEN } } : { status: 503 };
      }
      if (method !== 'GET' && ++writes === 2) fake.tokens.clear();
      return undefined;
    };
    const server = await serve(fake.handler());
    const login = ['--client-id=cid', '--client-secret=s3cret-9'];
    const members = fake.users.map(({ username }) => `--member=${username}`);
    const user = cli();
    const add = [...GROUPS, 'members', 'add', '--name=Developers', '--concurrency=1', ...members];
    await user.run([...add, `--source=${server.url}`, '--kind=infisical', ...login]);
    expect(writes).toBe(2);
    const { states } = (await user.json(['history', 'show', 'latest'])) as { states: object };
    expect(states).toEqual({ done: 1, notDone: 5, inDoubt: 0, untouched: 0 });
    const { rows } = (await user.json(['history', 'show', 'latest'])) as {
      rows: { outcome: string }[];
    };
    expect(rows.map(({ outcome }) => outcome)).toEqual([
      'added',
      'failed',
      ...Array.from({ length: 4 }, () => 'not-tried'),
    ]);
  });
});
