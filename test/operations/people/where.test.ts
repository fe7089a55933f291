import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { fakeWith, TOKEN, uuid } from '../../backends/infisical/fake.ts';
import { type Cli, cli } from '../../helpers/cli.ts';
import {
  fakeProget,
  type FakeProget,
  GROUPS,
  inTurn,
  listGroups,
  listUsers,
  status,
  USERS,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { at, jsonError, MEMBERS } from '../../commands/helpers.ts';

const WHERE = [...MEMBERS, 'where'];

function company(): FakeProget {
  const state = fakeProget(['djones']);
  state.groups.push({ name: 'QA', users: ['mbrown', 'DJones'] }, { name: 'Empty', users: [] });
  return state;
}

const server = async (state: FakeProget) => await serve(listUsers(state), listGroups(state));

async function addSource(user: Cli, name: string, url: string): Promise<void> {
  const added = await user.run([
    'sources',
    'add',
    `--name=${name}`,
    `--url=${url}`,
    '--api-key=abc12345',
  ]);
  expect(added.code).toBe(0);
}

describe('members where', () => {
  it('names every group, one a line, from one read of the groups', async () => {
    const asked = await server(company());
    const result = await cli().run([...WHERE, '--member=djones', ...at(asked)]);
    expect(result).toEqual({ code: 0, stdout: 'Developers\nQA\n', stderr: '' });
    expect(asked.calls()).toEqual([USERS, GROUPS]);
  });

  it('prints a bare array, with the spelling of each group', async () => {
    const { url } = await server(company());
    const result = await cli().run([...WHERE, '--member= DJONES ', '--json', ...at({ url })]);
    expect(JSON.parse(result.stdout)).toEqual([
      {
        source: url,
        kind: 'proget',
        group: { name: 'Developers', memberCount: 1 },
        member: 'djones',
      },
      { source: url, kind: 'proget', group: { name: 'QA', memberCount: 2 }, member: 'DJones' },
    ]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  it('prints CSV', async () => {
    const { url } = await server(company());
    const result = await cli().run([...WHERE, '--member=mbrown', '--output=csv', ...at({ url })]);
    expect(result.stdout).toBe(`source,kind,group,id,slug,member\n${url},proget,QA,,,mbrown\n`);
  });

  it('prints nothing for somebody in no group, and says so on standard error', async () => {
    const user = cli();
    const { url } = await server(company());
    await addSource(user, 'Default', url);
    const human = await user.run([...WHERE, '--member=JSmith']);
    expect(human).toEqual({ code: 0, stdout: '', stderr: 'JSmith is in no group on Default.\n' });
    const quiet = await user.run([...WHERE, '--member=JSmith', '--quiet']);
    expect(quiet).toEqual({ code: 0, stdout: '', stderr: '' });
    expect((await user.run([...WHERE, '--member=jsmith', '--json'])).stdout).toBe('[]\n');
  });

  it('names near ones for somebody who is not there', async () => {
    const { url } = await server(company());
    const result = await cli().run([...WHERE, '--member=djonse', '--json', ...at({ url })]);
    expect(result).toMatchObject({ code: 4, stdout: '' });
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'no-such-user',
      message: `There is no user named "djonse" on ${url}.`,
      hint: 'Did you mean djones or DJones?',
      exitCode: 4,
    });
  });

  it('refuses a name that can mean two', async () => {
    const state = company();
    state.users.push({ name: 'DJones' });
    const { url } = await server(state);
    const listing = await serve(listUsers(state), listGroups(state));
    const result = await cli().run([...WHERE, '--member=dJONES', ...at(listing)]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toBe(
      'groupctl: "dJONES" can mean djones or DJones. Nothing was written.\nHint: Type the name exactly as the server spells it.\n',
    );
    // As one of them is typed, it is that one: the server lists the other as another account.
    const exact = await cli().run([...WHERE, '--member=DJones', ...at({ url })]);
    expect(exact.stdout).toBe('QA\n');
  });

  it('does not take "not told" for "in no group"', async () => {
    const state = company();
    state.groups = [{ name: 'Developers', users: null }];
    state.users = [{ name: 'jsmith' }];
    const result = await cli().run([...WHERE, '--member=jsmith', ...at(await server(state))]);
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        'The server does not tell who is in "Developers".',
        'groupctl: It is not known whether jsmith is in Developers: the server does not tell who is there.',
        'Hint: Look at these groups on the server.',
        '',
      ].join('\n'),
    });
  });

  it('tells the other groups where the members of one are not told', async () => {
    const state = company();
    state.groups.splice(1, 0, { name: 'Hidden', users: null });
    state.users = [{ name: 'djones' }];
    const asked = at(await server(state));
    const result = await cli().run([...WHERE, '--member=djones', ...asked, '--json']);
    expect(result.code).toBe(1);
    expect(JSON.parse(result.stdout)).toMatchObject([
      { group: { name: 'Developers' } },
      { group: { name: 'QA' } },
    ]);
    const error = jsonError(result.stderr);
    expect(error).toMatchObject({ code: 'members-not-told', exitCode: 1 });
    expect(error['details']).toMatchObject({ groups: [{ group: 'Hidden' }] });
    const human = await cli().run([...WHERE, '--member=djones', ...asked]);
    expect(human.stdout).toBe('Developers\nQA\n');
    expect(human.stderr).toContain('The server does not tell who is in "Hidden".\n');
  });

  it('needs the list of groups', async () => {
    const old = await serve(
      inTurn('get', 'users/list', status(404)),
      inTurn('get', 'groups/list', status(404)),
    );
    const result = await cli().run([...WHERE, '--member=jsmith', ...at(old)]);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('cannot list members there');
  });

  it('shows what a name could do to a terminal as an escape', async () => {
    const state = company();
    state.groups.push({ name: 'Evil\u001b[2J', users: ['jsmith'] });
    const result = await cli().run([...WHERE, '--member=jsmith', ...at(await server(state))]);
    expect(result.stdout).toBe('Evil\\u{1B}[2J\n');
  });

  it.each([
    [[], 'Missing option --member or --identity for "security groups members where".'],
    [['--member=a', '--identity=b'], '--member and --identity are both given.'],
    [['--member=a', '--all-sources', '--source=x'], '--all-sources and --source are both given.'],
    [['--member=a', '--all-sources', '--api-key=k'], '--all-sources and --api-key are both given.'],
    [['--member=a', '--all-sources'], 'There are no sources yet.'],
    [['--identity=b', '--source=sandbox'], 'A ProGet server has no machine identities.'],
  ])('%j is a usage error', async (options, said) => {
    const result = await cli().run([...WHERE, ...options]);
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(result.stderr).toContain(said);
  });
});

describe('members where --all-sources', () => {
  const ALL = [...WHERE, '--member=djones', '--all-sources'];

  it('asks every source, each with its own key, whatever the environment names', async () => {
    const user = cli();
    const one = await server(company());
    const two = await server(fakeProget(['djones']));
    await addSource(user, 'one', one.url);
    await addSource(user, 'two', two.url);
    const env = { GROUPCTL_SOURCE: 'one', GROUPCTL_API_KEY: 'other-key' };
    const result = await user.run(ALL, { env });
    expect(result).toEqual({
      code: 0,
      stdout: '[one] Developers\n[one] QA\n[two] Developers\n',
      stderr: '',
    });
    expect(two.received.map(({ headers }) => headers['x-apikey'])).toEqual([
      'abc12345',
      'abc12345',
    ]);
  });

  it('goes on after a source that cannot be reached: 7, and it is named', async () => {
    const user = cli();
    await addSource(user, 'lost', 'http://127.0.0.1:9/');
    await addSource(user, 'there', (await server(company())).url);
    const result = await user.run([...ALL, '--json']);
    expect(result.code).toBe(7);
    expect(JSON.parse(result.stdout)).toMatchObject([
      { source: 'there', group: { name: 'Developers' } },
      { source: 'there', group: { name: 'QA' } },
    ]);
    const error = jsonError(result.stderr);
    expect(error).toMatchObject({ code: 'partial', exitCode: 7 });
    expect(error['message']).toMatch(/^1 of 2 sources could not be asked\. lost: /);
    expect(error['details']).toMatchObject({ sources: [{ source: 'lost' }] });
  });

  it('says that nobody it reached is called so, with near names, and what it did not reach', async () => {
    const user = cli();
    const there = await server(company());
    await addSource(user, 'there', there.url);
    await addSource(user, 'lost', 'http://127.0.0.1:9/');
    const typo = ['--member=djoness', '--all-sources'];
    const offboard = [...MEMBERS, 'offboard', ...typo, '--yes'];
    for (const [argv, stdout] of [
      [[...WHERE, ...typo], ''],
      [offboard, ''],
      [[...WHERE, ...typo, '--json'], '[]\n'],
    ] as const) {
      const result = await user.run(argv);
      expect(result).toMatchObject({ code: 7, stdout });
      expect(result.stderr).toMatch(
        /There is no user named \\?"djoness\\?" on there\. 1 of 2 sources could not be asked\. lost: .*Did you mean djones or DJones\? Check/s,
      );
    }
    expect(there.writes()).toEqual([]);
  });

  it('ends with what all failed with, of several kinds the gravest', async () => {
    const user = cli();
    const shut = await serve(http.all('*', () => new HttpResponse(null, { status: 403 })));
    await addSource(user, 'lost', 'http://127.0.0.1:9/');
    const alone = await user.run([...ALL, '--json']);
    expect(alone).toMatchObject({ code: 6, stdout: '[]\n' });
    expect(jsonError(alone.stderr)).toMatchObject({ source: 'lost' });
    await addSource(user, 'shut', shut.url);
    const both = await user.run(ALL);
    expect(both).toMatchObject({ code: 3, stdout: '' });
    expect(both.stderr).toContain('2 of 2 sources could not be asked.');
  });

  it('is 4 only if nobody anywhere is called so', async () => {
    const user = cli();
    const [one, two] = [fakeProget(['djones']), fakeProget(['jdoe'])];
    await addSource(user, 'one', (await server(one)).url);
    await addSource(user, 'two', (await server(two)).url);
    const found = await user.run([...WHERE, '--member=jdoe', '--all-sources']);
    expect(found).toEqual({
      code: 0,
      stdout: '[two] Developers\n',
      stderr: 'There is no user named "jdoe" on one.\n',
    });
    const nobody = await user.run([...WHERE, '--member=jdo', '--all-sources', '--json']);
    expect(nobody).toMatchObject({ code: 4, stdout: '' });
    expect(jsonError(nobody.stderr)).toMatchObject({
      message: 'There is no user named "jdo" on one, two.',
      hint: 'Did you mean jdoe?',
    });
  });

  it('is 2 where the name can mean two, on all or on some: that is told of each', async () => {
    const user = cli();
    const twins = company();
    twins.users.push({ name: 'DJones' });
    for (const name of ['one', 'two']) {
      await addSource(user, name, (await serve(listUsers(twins), listGroups(twins))).url);
    }
    const typed = [...WHERE, '--member=dJONES', '--all-sources'];
    const can = '"dJONES" can mean djones or DJones.';
    const hint = 'Hint: Type the name exactly as the server spells it.\n';
    expect(await user.run(typed)).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: one: ${can} two: ${can}\n${hint}`,
    });
    await user.run(['sources', 'remove', '--name=two']);
    await addSource(user, 'there', (await server(company())).url);
    expect(await user.run(typed)).toEqual({
      code: 2,
      stdout: '[there] Developers\n[there] QA\n',
      stderr: `groupctl: one: ${can}\n${hint}`,
    });
    await addSource(user, 'lost', 'http://127.0.0.1:9/');
    const some = await user.run([...typed, '--json']);
    expect(some.code).toBe(2);
    expect(jsonError(some.stderr)).toMatchObject({
      code: 'ambiguous-member',
      source: 'one',
      message: expect.stringMatching(
        /^one: "dJONES" can mean djones or DJones\. 1 of 3 sources could not be asked\. lost: /,
      ),
      details: { sources: [{ source: 'one', candidates: ['djones', 'DJones'] }] },
    });
  });

  it('says where nobody can tell a typing error, and names no source that knows nobody', async () => {
    const user = cli();
    const state = company();
    const old = await serve(inTurn('get', 'users/list', status(404)), listGroups(state));
    const fresh = await server(company());
    await addSource(user, 'fresh', fresh.url);
    await addSource(user, 'oldpg', old.url);
    const unchecked = 'oldpg cannot say who exists; djoness is taken as typed.\n';
    const typo = [...MEMBERS, 'where', '--member=djoness'];
    expect(await user.run([...typo, '--all-sources'])).toEqual({
      code: 0,
      stdout: '',
      stderr: `${unchecked}djoness is in no group on oldpg.\nThere is no user named "djoness" on fresh.\n`,
    });
    expect((await user.run([...typo, '--source=oldpg'])).stderr).toBe(
      `${unchecked}djoness is in no group on oldpg.\n`,
    );
    // Whoever is in a group exists.
    expect((await user.run([...WHERE, '--member=djones', '--source=oldpg'])).stderr).toBe('');
  });

  it('is cut short by an interrupt', async () => {
    const user = cli();
    await addSource(user, 'one', 'http://127.0.0.1:9/');
    const result = await user.run(ALL, { signal: AbortSignal.abort() });
    expect(result).toEqual({ code: 130, stdout: '', stderr: 'groupctl: Interrupted.\n' });
  });
});

describe('members where on infisical', () => {
  it('looks into each group, and finds machine identities by id', async () => {
    const user = cli();
    const person = await user.run([...WHERE, '--member=djones', '--source=sandbox:infisical']);
    const groups = person.stdout.trimEnd().split('\n');
    expect(groups).toContain('Developers');
    for (const group of groups) {
      const name = /\[(.*)\]$/.exec(group)?.[1] ?? group;
      const list = [...MEMBERS, 'list', `--name=${name}`, '--source=sandbox:infisical'];
      expect((await user.run(list)).stdout.split('\n')).toContain('djones');
    }
    const list = [...MEMBERS, 'list', '--name=Developers', '--source=sandbox:infisical'];
    const members = (await user.json(list)) as { member: string; type: string }[];
    const bot = members.find(({ type }) => type === 'identity')?.member ?? '';
    const found = await user.json([...WHERE, `--identity=${bot}`, '--source=sandbox:infisical']);
    expect(found).toContainEqual({
      source: 'sandbox:infisical',
      kind: 'infisical',
      group: expect.objectContaining({ name: 'Developers', slug: expect.any(String) }),
      member: bot,
    });
  });

  it('has nobody of that type on an older server, which is an answer among several', async () => {
    const user = cli();
    const old = fakeWith(2);
    old.generation = 'old';
    const fresh = fakeWith(2);
    fresh.identities.push({ id: uuid(77), name: 'bot' });
    fresh.groups[0]!.identities.push(uuid(77));
    for (const [name, fake] of [
      ['old', old],
      ['new', fresh],
    ] as const) {
      const { url } = await serve(fake.handler());
      const login = ['--kind=infisical', `--api-key=${TOKEN}`];
      await user.run(['sources', 'add', `--name=${name}`, `--url=${url}`, ...login]);
    }
    const who = `--identity=${uuid(77)}`;
    expect(await user.run([...WHERE, who, '--all-sources'])).toEqual({
      code: 0,
      stdout: '[new] Developers\n',
      stderr: `There is no machine identity with the id "${uuid(77)}" on old.\n`,
    });
    const left = await user.run([...MEMBERS, 'offboard', who, '--all-sources', '--yes', '--quiet']);
    expect(left.code).toBe(0);
    expect(left.stdout).toContain('  [old] everything: no account with that name\n');
    expect(fresh.groups[0]?.identities).toEqual([]);
    // Of the one server that is asked it is a mistake.
    const alone = await user.run([...WHERE, who, '--source=old']);
    expect(alone).toMatchObject({ code: 2, stdout: '' });
    expect(alone.stderr).toContain('has no machine identities in groups.');
  });
});
