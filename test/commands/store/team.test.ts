import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Cli, cli } from '../../helpers/cli.ts';
import { describeWithPostgres, Relay, testStore, type TestStore } from '../../helpers/postgres.ts';
import {
  addHandlers,
  applied,
  type FakeProget,
  fakeProget,
  inTurn,
  listGroups,
  listUsers,
  noAnswer,
  UPDATE,
} from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';
import { openStore } from '../../state/postgres/stage.ts';
import { ADD, at, jsonError, journals } from '../helpers.ts';

const MEMBER = ['--name=Developers', '--member=jsmith'];

interface Team {
  readonly store: TestStore;
  readonly state: FakeProget;
  readonly server: TestServer;
  readonly env: Readonly<Record<string, string>>;
}

describeWithPostgres('a team with a shared store', ({ port }) => {
  const team = async (via = port, more: Readonly<Record<string, string>> = {}): Promise<Team> => {
    const store = testStore(port, via);
    await openStore(store.url.replace(`:${via}/`, `:${port}/`)).admin.init();
    const state = fakeProget();
    const server = await serve(...addHandlers(state));
    return { store, state, server, env: { GROUPCTL_STORE: store.url, ...more } };
  };
  const added = async (user: Cli, { server, env }: Team): Promise<string> => {
    const result = await user.run([...ADD, ...MEMBER, ...at(server), '--json'], { env });
    expect(result.code).toBe(0);
    return (JSON.parse(result.stdout) as { run: string }).run;
  };

  it('records a run in the store, with who made it, and not in the state folder', async () => {
    const ci = {
      GITHUB_ACTIONS: 'true',
      GITHUB_ACTOR: 'mbrown',
      GITHUB_JOB: 'deploy',
      GITHUB_SERVER_URL: 'https://git.example',
      GITHUB_REPOSITORY: 'corp/infra',
      GITHUB_RUN_ID: '42',
    };
    const group = await team(port, ci);
    const user = cli();
    const run = await added(user, group);
    expect(journals(user)).toEqual([]);
    const other = cli();
    const [listed] = (await other.json(['history', '--json'], { env: group.env })) as Record<
      string,
      unknown
    >[];
    expect(listed).toMatchObject({ run, state: 'finished', exit: 0 });
    expect(listed?.['actor']).toMatch(
      /^mbrown@.+ \(deploy, https:\/\/git\.example\/corp\/infra\/actions\/runs\/42\)$/,
    );
    expect((await other.run(['history', '--output=csv'], { env: group.env })).stdout).toMatch(
      /,"mbrown@.+",\n$/,
    );
    expect((await other.run(['history', 'show', run], { env: group.env })).stdout).toMatch(
      /By: +mbrown@.*\(deploy,/,
    );
    for (const [args, count] of [
      [['--by=MBROWN'], 1],
      [['--by=deploy'], 1],
      [['--by=djones'], 0],
      [['--since=1h'], 1],
      [['--since=5m'], 1],
      [[`--source=${group.server.url}`, '--group=developers', '--member=jsmith'], 1],
      [['--member=djones'], 0],
    ] as const) {
      const runs = await other.json(['history', '--json', ...args], { env: group.env });
      expect(runs, args.join(' ')).toHaveLength(count);
    }
    const all = await other
      .json(['history', '--json', '--since=2030-01-01'], { env: group.env })
      .catch((error: unknown) => String(error));
    expect(String(all)).toContain('2');
  });

  it('undoes and resumes from another machine, by a source of any name for the same server', async () => {
    const group = await team();
    const run = await added(cli(), group);
    expect(group.state.groups[0]?.users).toContain('jsmith');
    const other = cli();
    const add = (name: string): Promise<unknown> =>
      other.run([
        'sources',
        'add',
        `--name=${name}`,
        `--url=${group.server.url}`,
        '--api-key=abc12345',
      ]);
    await add('here');
    const undone = await other.run(['undo', run, '--yes'], { env: group.env });
    expect([undone.code, undone.stdout]).toEqual([0, 'Removed jsmith from Developers.\n']);
    expect(undone.stderr).toContain(
      `Using the shared store postgres://postgres@127.0.0.1:${port}/groupctl?schema=`,
    );
    expect(group.state.groups[0]?.users).not.toContain('jsmith');
    await add('there');
    const several = await other.run(['undo', run, '--yes', '--json'], { env: group.env });
    expect(several.code).toBe(2);
    expect(jsonError(several.stderr)).toMatchObject({
      code: 'several-sources-for-run',
      message: `The run ${run} was on ${group.server.url} (proget), and several sources here are for that server: here, there.`,
      hint: 'Name the source to use with --source.',
    });
    expect(
      (await other.run(['undo', run, '--yes', '--source=there'], { env: group.env })).code,
    ).toBe(0);
  });

  it('needs a source on the other machine for a run on a named one', async () => {
    const group = await team();
    const first = cli();
    await first.run([
      'sources',
      'add',
      '--name=prod',
      `--url=${group.server.url}`,
      '--api-key=abc12345',
    ]);
    expect((await first.run([...ADD, ...MEMBER, '--source=prod'], { env: group.env })).code).toBe(
      0,
    );
    const none = await cli().run(['undo', 'latest', '--yes', '--json'], { env: group.env });
    expect(none.code).toBe(2);
    expect(jsonError(none.stderr)).toMatchObject({ code: 'no-source-for-run' });
  });

  it('needs a source or credentials for a run on a URL: 2, and nothing is sent', async () => {
    const group = await team();
    const on = [`--source=${group.server.url}`, '--api-key=abc12345'];
    expect((await cli().run([...ADD, ...MEMBER, ...on], { env: group.env })).code).toBe(0);
    const before = group.server.calls().length;
    const none = await cli().run(['undo', 'latest', '--yes', '--json'], { env: group.env });
    expect(none.code).toBe(2);
    const error = jsonError(none.stderr);
    expect(error).toMatchObject({ code: 'no-source-for-run', nothingWritten: true });
    expect(error).toMatchObject({ message: expect.stringContaining(group.server.url) as string });
    expect(group.server.calls()).toHaveLength(before);
    const given = ['undo', 'latest', '--yes', '--api-key=abc12345'];
    expect((await cli().run(given, { env: group.env })).code).toBe(0);
  });

  it('reads runs by the store of --source, and says where else they may be', async () => {
    const group = await team();
    const user = cli();
    await user.run([
      'sources',
      'add',
      '--name=prod',
      `--url=${group.server.url}`,
      '--api-key=abc12345',
      `--shared-store=${group.store.url}`,
    ]);
    expect((await user.run([...ADD, ...MEMBER, '--source=prod'])).code).toBe(0);
    expect((await user.run(['history'])).stderr).toContain('Sources with a shared store: prod');
    expect(await user.json(['history', '--source=prod', '--json'])).toHaveLength(1);
    expect((await user.run(['undo', 'latest', '--yes', '--source=prod'])).code).toBe(0);
    // A run of the state folder, and a source whose locks are elsewhere.
    const local = await user.run([...ADD, ...MEMBER, '--source=prod'], {
      env: { GROUPCTL_STORE: 'none' },
    });
    expect(local.code).toBe(0);
    const mixed = await user.run(['undo', 'latest', '--yes']);
    expect(mixed.code).toBe(2);
    expect(mixed.stderr).toMatch(
      /is in the state folder .*, and the source "prod" uses the shared store/,
    );
  });

  it('needs no writable state folder, and with --no-journal stores no line', async () => {
    const group = await team();
    const user = cli();
    const env = { ...group.env, GROUPCTL_STATE_DIR: '/proc/groupctl' };
    const result = await user.run([...ADD, ...MEMBER, ...at(group.server)], { env });
    expect(result).toEqual({ code: 0, stdout: 'Added jsmith to Developers.\n', stderr: '' });
    group.state.groups[0]!.users = [];
    const silent = await user.run([...ADD, ...MEMBER, ...at(group.server), '--no-journal'], {
      env,
    });
    expect(silent).toEqual({ code: 0, stdout: 'Added jsmith to Developers.\n', stderr: '' });
    const [counted] = await group.store.sql.unsafe(
      `select count(distinct run)::int as lines from ${group.store.schema}.line`,
    );
    expect(counted?.['lines']).toBe(1);
    const [lock] = await group.store.sql.unsafe(
      `select holder, in_flight_until from ${group.store.schema}.lock`,
    );
    expect(lock).toMatchObject({ holder: null, in_flight_until: null });
  });

  it('that loses the store after the write: exit 7, the rest in the state folder, and import completes it', async () => {
    const relay = await Relay.to(port);
    const store = testStore(port, relay.port);
    const direct = store.url.replace(`:${relay.port}/`, `:${port}/`);
    await openStore(direct).admin.init();
    const state = fakeProget();
    const update = inTurn('post', 'groups/update', async (request) => {
      relay.close();
      return await applied(state)(request);
    });
    const server = await serve(listUsers(state), listGroups(state), update);
    const user = cli();
    const lost = await user.run([...ADD, ...MEMBER, ...at(server)], {
      env: { GROUPCTL_STORE: store.url },
    });
    expect([lost.code, lost.stdout]).toEqual([7, 'Added jsmith to Developers.\n']);
    expect(lost.stderr).toContain('All of it is done, and the record of it is incomplete.');
    expect(lost.stderr).toContain(`The rest of the record is in ${join(user.state, 'runs')}`);
    const [kept] = journals(user);
    expect(kept?.map(({ t }) => t)).toEqual(['run', 'intent', 'answer', 'outcome', 'end']);
    const env = { GROUPCTL_STORE: direct };
    expect(await user.json(['history', '--json'], { env })).toMatchObject([
      { state: 'unfinished' },
    ]);
    const imported = await user.run(['store', 'import'], { env });
    expect(imported.stdout).toMatch(
      /^Added 0 runs to the shared store .*; 1 completed, 0 already there, 0 skipped\.\n$/,
    );
    expect(await user.json(['history', '--json'], { env })).toMatchObject([
      { state: 'finished', exit: 0 },
    ]);
    expect((await user.run(['store', 'import'], { env })).stdout).toContain(
      '0 completed, 1 already there',
    );
    // The write was marked, and nobody could clear that; its limit is 105 s.
    const waiting = await user.run(
      ['undo', 'latest', '--yes', `--source=${server.url}`, '--api-key=abc12345', '--deadline=20'],
      { env },
    );
    expect(waiting.code).toBe(0);
  }, 120_000);

  it('that loses the store while a write has no answer: exit 8', async () => {
    const relay = await Relay.to(port);
    const store = testStore(port, relay.port);
    await openStore(store.url.replace(`:${relay.port}/`, `:${port}/`)).admin.init();
    const state = fakeProget();
    const update = inTurn('post', 'groups/update', async (request) => {
      relay.close();
      return await noAnswer(request);
    });
    const server = await serve(listUsers(state), listGroups(state), update);
    const user = cli();
    const lost = await user.run([...ADD, ...MEMBER, ...at(server)], {
      env: { GROUPCTL_STORE: store.url },
    });
    expect(server.calls().filter((call) => call === UPDATE)).toHaveLength(1);
    expect(lost.code).toBe(8);
  }, 120_000);

  it('imports the runs of a state folder, and leaves out those of the sandbox', async () => {
    const group = await team();
    const user = cli();
    const run = await added(user, { ...group, env: {} });
    await user.run([...ADD, ...MEMBER, '--no-user-check', '--source=sandbox']);
    const dry = await user.json(['store', 'import', '--dry-run', '--json'], { env: group.env });
    expect(dry).toMatchObject({
      dryRun: true,
      runs: [{ run, outcome: 'imported', lines: 5 }, { outcome: 'skipped' }],
    });
    expect(await user.json(['history', '--json'], { env: group.env })).toEqual([]);
    expect((await user.run(['store', 'import'], { env: group.env })).code).toBe(0);
    rmSync(join(user.state, 'runs'), { recursive: true });
    const [shown] = (await user.json(['history', '--json'], { env: group.env })) as object[];
    expect(shown).toMatchObject({
      run,
      state: 'finished',
      actor: expect.stringMatching(/^unknown \(imported by /),
    });
    const undone = await user.run(['undo', run, '--yes', ...at(group.server)], { env: group.env });
    expect([undone.code, undone.stdout]).toEqual([0, 'Removed jsmith from Developers.\n']);
    expect(
      existsSync(join(user.state, 'runs')) ? readdirSync(join(user.state, 'runs')) : [],
    ).toEqual([]);
    chmodSync(user.state, 0o700);
  });
});
