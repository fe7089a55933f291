import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli, type Cli, temporaryFolder } from '../../helpers/cli.ts';
import { type FakeInfisical, fakeWith, TOKEN, uuid } from '../../backends/infisical/fake.ts';
import {
  addHandlers,
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
import { jsonError, journals, MEMBERS } from '../../commands/helpers.ts';

const COPY = [...MEMBERS, 'copy'];
const BOTH = ['--from=old', '--to=new', '--name=Developers'];

async function known(user: Cli, sources: Readonly<Record<string, TestServer>>): Promise<void> {
  for (const [name, { url }] of Object.entries(sources)) {
    const key = `--api-key=key-of-${name}`;
    const added = await user.run(['sources', 'add', `--name=${name}`, `--url=${url}`, key]);
    expect(added.code).toBe(0);
  }
}

function csv(text: string): string {
  const path = join(temporaryFolder(), 'people.csv');
  writeFileSync(path, text);
  return path;
}

describe('members copy', () => {
  it('adds the members of one server to a group of another, each with its own key', async () => {
    const old = await serve(listGroups(fakeProget(['DJones', 'mlee'])));
    const state = fakeProget(['djones'], ['MLee']);
    const fresh = await serve(...addHandlers(state));
    const user = cli();
    await known(user, { old, new: fresh });
    const result = await user.run([...COPY, ...BOTH]);
    expect(result).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'djones is already a member of Developers; nothing to do.',
        'Added MLee to Developers.',
        'Developers: 1 added, 1 already a member.',
        '',
      ].join('\n'),
    });
    expect(state.groups[0]?.users).toEqual(['djones', 'MLee']);
    expect(old.received.map(({ headers }) => headers['x-apikey'])).toEqual(['key-of-old']);
    expect(new Set(fresh.received.map(({ headers }) => headers['x-apikey']))).toEqual(
      new Set(['key-of-new']),
    );
    expect(journals(user)[0]?.[0]).toMatchObject({
      command: 'security groups members copy',
      source: 'new',
    });
  });

  it('lists who has no counterpart, and guesses nobody', async () => {
    const old = await serve(listGroups(fakeProget(['jsmiht', 'jsmith'])));
    const fresh = await serve(listGroups(fakeProget(['djones'])), listUsers(fakeProget()));
    const user = cli();
    await known(user, { old, new: fresh });
    const failures = join(temporaryFolder(), 'left.txt');
    const result = await user.run([...COPY, ...BOTH, '--json', `--failures=${failures}`]);
    expect(result.code).toBe(4);
    expect(JSON.parse(result.stdout)).toMatchObject({
      from: { source: 'old', kind: 'proget', group: { name: 'Developers' } },
      source: 'new',
      outcomes: [{ member: 'jsmiht', outcome: 'no-such-user' }],
    });
    expect(fresh.writes()).toEqual([]);
    expect(readFileSync(failures, 'utf8')).toMatch(/jsmiht\n[^]*jsmith\n/);
  });

  it('says which members are not in --failures, as they have no name on the other server', async () => {
    const old = await serve(listGroups(fakeProget(['jane', 'djones', 'mlee', 'pat'])));
    const fresh = await serve(...addHandlers(fakeProget([], ['mlee'])));
    const user = cli();
    await known(user, { old, new: fresh });
    const failures = join(temporaryFolder(), 'left.txt');
    const run = async (people: string, ...more: string[]) =>
      await user.run([...COPY, ...BOTH, `--map=${csv(people)}`, `--failures=${failures}`, ...more]);
    const some = await run('New,Old\njsmith,jane\nptt,pat\n', '--skip-unknown');
    expect(some.code).toBe(7);
    expect(some.stderr).toContain(
      `Hint: The rows that are not done are in ${failures}, but for the 2 members without a name on the other server. `,
    );
    expect(readFileSync(failures, 'utf8')).toMatch(/\nptt\n$/);
    const none = await run('New,Old\njsmith,jane\nmlee,mlee\n', '--skip-unknown');
    expect(none.stderr).toContain(
      `Hint: There is no ${failures}: the 2 members without a name on the other server cannot be in it. `,
    );
    expect(existsSync(failures)).toBe(false);
    const dry = await run('New,Old\njsmith,jane\n', '--skip-unknown', '--dry-run');
    expect(dry.stderr).not.toContain(failures);
  });

  it('leaves the rows of a copy that ended before them', async () => {
    const old = await serve(listGroups(fakeProget(['jane'])));
    const fresh = await serve(listGroups(fakeProget()), listUsers(fakeProget([], ['jane'])));
    const user = cli();
    await known(user, { old, new: fresh });
    const failures = join(temporaryFolder(), 'left.txt');
    const argv = [...COPY, ...BOTH, '--to-name=Nope', `--failures=${failures}`];
    expect(await user.run(argv)).toMatchObject({ code: 4 });
    expect(readFileSync(failures, 'utf8')).toMatch(/\n# not-tried: .*Nope.*\njane\n$/);
  });

  it('goes by the map, and by nothing else where there is one', async () => {
    const old = await serve(listGroups(fakeProget(['jane', 'djones', 'mlee'])));
    const state = fakeProget([], ['mlee']);
    const fresh = await serve(...addHandlers(state));
    const user = cli();
    await known(user, { old, new: fresh });
    const map = csv('Team;NEW;Old\nA;jsmith;JANE\nB;;djones\n');
    const stopped = await user.run([...COPY, ...BOTH, `--map=${map}`]);
    expect(stopped.code).toBe(4);
    expect(stopped.stdout).toContain(`djones has no name on new in ${map}.`);
    expect(stopped.stdout).toContain(`mlee has no name on new in ${map}.`);
    const result = await user.run([...COPY, ...BOTH, `--map=${map}`, '--skip-unknown', '--json']);
    expect(result.code).toBe(7);
    expect(JSON.parse(result.stdout)).toMatchObject({
      outcomes: [
        { member: 'djones', outcome: 'no-such-user', error: { code: 'no-counterpart' } },
        { member: 'mlee', outcome: 'no-such-user' },
        { member: 'jsmith', outcome: 'added', row: { file: map, line: 2 } },
      ],
    });
    expect(state.groups[0]?.users).toEqual(['jsmith']);
  });

  it('says on which of the two servers a group is missing, and where to look', async () => {
    const old = await serve(listGroups(fakeProget()));
    const fresh = await serve(listGroups(fakeProget()), listUsers(fakeProget()));
    const user = cli();
    await known(user, { old, new: fresh });
    const from = await user.run([...COPY, '--from=old', '--to=new', '--name=Nowhere']);
    expect(from).toEqual({
      code: 4,
      stdout: '',
      stderr:
        'groupctl: old: There is no group named "Nowhere".\nHint: See: groupctl security groups list --source=old\n',
    });
    const to = await user.run([...COPY, ...BOTH, '--to-name=Nowhere']);
    expect(to).toMatchObject({ code: 4, stdout: '' });
    expect(to.stderr).toContain('groupctl: new: There is no group named "Nowhere".\n');
    expect(to.stderr).toContain(' --source=new\n');
  });

  it('asks who is in a group without a list, as a change of it does', async () => {
    const state = fakeProget(['djones']);
    state.groups[0]!.users = null;
    state.groups.push({ name: 'QA', users: ['djones'] });
    state.users = [{ name: 'djones', groups: ['Developers', 'QA'] }];
    const old = await serve(listGroups(state), listUsers(state));
    const user = cli();
    await known(user, { old, new: old });
    const result = await user.run([...COPY, ...BOTH, '--to-name=QA']);
    expect(result).toMatchObject({ code: 1, stdout: '' });
    expect(result.stderr).toContain('old: The server does not tell who is in "Developers".');
  });

  it('does not advise what was done already', async () => {
    const old = await serve(listGroups(fakeProget(['djones', 'jsmith'])));
    const state = fakeProget([]);
    const fresh = await serve(...addHandlers(state));
    const user = cli();
    await known(user, { old, new: fresh });
    const map = csv('old,new\njsmith,jsmith\ndjones,\n');
    const result = await user.run([...COPY, ...BOTH, `--map=${map}`, '--skip-unknown']);
    expect(result.code).toBe(7);
    expect(result.stderr).toContain(`Hint: Give the member a name in ${map}.\n`);
    expect(result.stderr).not.toMatch(/--skip-unknown|--map/);
  });

  it('says what is wrong with a map', async () => {
    const old = await serve(listGroups(fakeProget(['jane'])));
    const fresh = await serve();
    const user = cli();
    await known(user, { old, new: fresh });
    for (const [text, said] of [
      ['a,b\nx,y\n', 'has no column "old" or "from"; it has "a", "b".'],
      ['from,to\nJane,x\njane,y\n', 'line 3: jane has a row already (line 2)'],
      ['', 'is empty'],
      ['from,to\n"x\n', 'line 2'],
    ] as const) {
      const result = await user.run([...COPY, ...BOTH, `--map=${csv(text)}`]);
      expect(result.code).toBe(2);
      expect(result.stderr).toContain(said);
    }
    const missing = await user.run([...COPY, ...BOTH, '--map=/no/such/file.csv']);
    expect(missing.code).toBe(2);
  });

  it('copies across kinds, and leaves out what the other kind does not have', async () => {
    const user = cli();
    const argv = ['--from=sandbox:infisical', '--to=sandbox', '--name=Developers', '--to-name=QA'];
    const result = await user.run([...COPY, ...argv, '--skip-unknown', '--json', '--dry-run']);
    expect(result.code).toBe(7);
    const { outcomes } = JSON.parse(result.stdout) as {
      outcomes: { member: string; type: string; outcome: string; error?: { code: string } }[];
    };
    const identity = outcomes.find(({ type }) => type === 'identity');
    expect(identity).toMatchObject({ outcome: 'no-such-user', error: { code: 'no-counterpart' } });
    expect(outcomes.some(({ outcome }) => outcome === 'planned')).toBe(true);
  });

  it('takes sources, no URLs, and does not copy a group into itself', async () => {
    const user = cli();
    const url = await user.run([...COPY, '--from=https://x.corp/', '--to=b', '--name=A', '--json']);
    expect(url.code).toBe(2);
    expect(jsonError(url.stderr)['message']).toContain('--from takes the name of a source');
    // Both would take the same credentials from the environment.
    const cloud = await user.run([...COPY, '--from=us', '--to=eu', '--name=A', '--json']);
    expect(cloud.code).toBe(2);
    expect(jsonError(cloud.stderr)['message']).toContain('--from takes the name of a source');
    const self = await user.run([...COPY, '--from=sandbox', '--to=Sandbox', '--name=QA']);
    expect(self.code).toBe(2);
    expect(self.stderr).toContain('Source and target are the same group');
  });

  it('leaves out machine identities where the server is too old to have them', async () => {
    const user = cli();
    const [old, fresh] = [fakeWith(3, []), fakeWith(3)];
    old.generation = 'old';
    fresh.identities.push({ id: uuid(77), name: 'bot' });
    fresh.groups[0]!.identities.push(uuid(77));
    const sources: [string, FakeInfisical][] = [
      ['new', old],
      ['old', fresh],
    ];
    for (const [name, fake] of sources) {
      const { url } = await serve(fake.handler());
      const login = ['--kind=infisical', `--api-key=${TOKEN}`];
      await user.run(['sources', 'add', `--name=${name}`, `--url=${url}`, ...login]);
    }
    const stopped = await user.run([...COPY, ...BOTH, '--json']);
    expect(stopped.code).toBe(4);
    expect(JSON.parse(stopped.stdout)).toMatchObject({
      outcomes: [
        {
          member: uuid(77),
          outcome: 'no-such-user',
          error: {
            code: 'no-counterpart',
            message: `${uuid(77)} is a machine identity, and new has none.`,
          },
        },
      ],
    });
    expect(old.membersOf('Developers')).toEqual([]);
    expect((await user.run([...COPY, ...BOTH, '--skip-unknown'])).code).toBe(7);
    expect(old.membersOf('Developers')).toEqual(['user00000@corp.com']);
  });

  it('takes one connection, and so one login, within a source', async () => {
    const user = cli();
    const fake = fakeWith(3);
    fake.addGroup('QA');
    let logins = 0;
    fake.intercept = (_, path) => {
      if (!path.endsWith('/universal-auth/login')) return undefined;
      logins++;
      const body = { accessToken: TOKEN, expiresIn: 7200, accessTokenMaxTTL: 7200 };
      return { status: 200, body: { ...body, tokenType: 'Bearer' } };
    };
    const { url } = await serve(fake.handler());
    const login = ['--kind=infisical', '--client-id=id-1', '--client-secret=secret-1'];
    await user.run(['sources', 'add', '--name=inf', `--url=${url}`, ...login]);
    const argv = ['--from=inf', '--to=INF', '--name=Developers', '--to-name=QA'];
    const copied = await user.run([...COPY, ...argv, '--quiet']);
    expect(copied).toEqual({ code: 0, stdout: 'Added user00000@corp.com to QA.\n', stderr: '' });
    expect(logins).toBe(1);
    // What was read for the one group is not what the other is written from.
    const state = fakeProget(['djones']);
    state.groups.push({ name: 'QA', users: ['jsmith'] });
    const server = await serve(...addHandlers(state));
    await known(user, { pg: server });
    const within = ['--from=pg', '--to=pg', '--name=Developers', '--to-name=QA'];
    expect((await user.run([...COPY, ...within])).code).toBe(0);
    expect(server.calls()).toEqual([GROUPS, USERS, GROUPS, UPDATE, GROUPS]);
    expect(state.groups[1]?.users).toEqual(['jsmith', 'djones']);
  });

  it('says of which of the two servers it speaks', async () => {
    const user = cli();
    const shut = await serve(inTurn('get', 'groups/list', status(403)));
    const whole = await serve(listGroups(fakeProget()));
    await known(user, { shut, whole });
    for (const argv of [
      ['--from=shut', '--to=whole'],
      ['--from=whole', '--to=shut'],
    ]) {
      const result = await user.run([...COPY, ...argv, '--name=Developers', '--no-user-check']);
      expect(result).toMatchObject({ code: 3, stdout: '' });
      expect(result.stderr).toMatch(/^groupctl: shut: Access denied by http:.* \(403/);
    }
  });
});
