import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { cli, type CliResult, temporaryFolder } from '../../helpers/cli.ts';
import {
  addHandlers,
  fakeProget,
  groupsOf,
  inTurn,
  listUsers,
  status,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { at, jsonError, MEMBERS } from '../../commands/helpers.ts';

const TEAM = ['djones', 'akhan', 'mbrown', 'mlee', 'p1'];
const NAMED = ['--protect=akhann', '--protect=MLEE', '--protect=zoe', '--protect=akhann'];
const SAID =
  '--protect akhann has no effect: Developers has no such member. Did you mean akhan?\n' +
  '--protect zoe has no effect: Developers has no such member.\n';

function file(...names: string[]): string {
  const path = join(temporaryFolder(), 'team.txt');
  writeFileSync(path, names.map((name) => `${name}\n`).join(''));
  return `--file=${path}`;
}

describe('a name of --protect that no member has', () => {
  it.each([['--yes'], ['--dry-run']])('is said once by sync (%s)', async (how) => {
    const server = await serve(...addHandlers(fakeProget(TEAM)).slice(0, how === '--yes' ? 3 : 2));
    const argv = [...MEMBERS, 'sync', '--name=Developers', file(...TEAM.slice(1)), how];
    const result = await cli().run([...argv, ...NAMED, ...at(server), '--allow-self']);
    expect(result).toMatchObject({ code: 0, stderr: SAID });
  });

  it.each([
    ['--member', '--member=djones'],
    ['--file', ''],
  ])('is said by remove %s, once though the write is made again', async (_, who) => {
    const state = fakeProget(TEAM);
    const server = await serve(
      inTurn('get', 'groups/list', groupsOf(state)),
      inTurn('post', 'groups/update', status(429, null, { 'retry-after': '0' }), (request) => {
        state.groups = [];
        return status(404)(request);
      }),
    );
    const argv = [...MEMBERS, 'remove', '--name=Developers', who || file('djones')];
    const result = await cli().run([...argv, ...NAMED, ...at(server), '--allow-self']);
    expect(result.code).toBe(4);
    expect(result.stderr.slice(0, SAID.length)).toBe(SAID);
    expect(result.stderr.split('akhann')).toHaveLength(2);
  });

  it('is said before a guard stops the run, and not with --quiet or --json', async () => {
    const server = await serve(...addHandlers(fakeProget(TEAM)).slice(0, 2));
    const argv = [...MEMBERS, 'sync', '--name=Developers', file('p1'), '--yes', ...at(server)];
    const run = async (...more: string[]): Promise<CliResult> =>
      await cli().run([...argv, '--protect=zoe', '--allow-self', ...more]);
    const stopped = await run();
    expect(stopped.code).toBe(8);
    expect(stopped.stderr.split('\n')[0]).toBe(SAID.split('\n')[1]);
    for (const silent of ['--quiet', '--json'])
      expect((await run(silent)).stderr).not.toContain('zoe has no');
  });

  it('is said on Infisical where the whole list was read, and only there', async () => {
    const fake = new FakeInfisical();
    for (const username of TEAM) fake.addUsers(1, () => ({ username }));
    fake.addGroup('Developers', TEAM);
    const { url } = await serve(fake.handler());
    const source = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`];
    const remove = [...MEMBERS, 'remove', '--name=Developers', '--protect=akhann', ...source];
    const [said] = SAID.split('\n');
    const whole = await cli().run([...remove, file('djones'), '--allow-self', '--dry-run']);
    expect(whole).toMatchObject({ code: 0, stderr: `${said ?? ''}\n` });
    const typed = await cli().run([...remove, '--member=djones', '--dry-run']);
    expect(typed).toMatchObject({ code: 0, stderr: '' });
  });
});

it('a name of --protect that a member has is no news', async () => {
  const server = await serve(
    listUsers(fakeProget(TEAM)),
    inTurn('get', 'groups/list', groupsOf(fakeProget(TEAM))),
  );
  const argv = [...MEMBERS, 'sync', '--name=Developers', file(...TEAM.slice(1)), '--dry-run'];
  const result = await cli().run([...argv, '--protect=AKHAN', '--allow-self', ...at(server)]);
  expect(result).toMatchObject({ code: 0, stderr: '' });
});

describe('a group that lists one member several times (Infisical)', () => {
  it('is not emptied by a file of that one', async () => {
    const fake = new FakeInfisical().addUsers(1, () => ({ username: 'a1' }));
    fake.addGroup('Developers', ['a1', 'a1', 'a1', 'a1']);
    const { url } = await serve(fake.handler());
    const argv = [...MEMBERS, 'remove', '--name=Developers', file('a1'), '--allow-self'];
    const source = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`, '--json'];
    const result = await cli().run([...argv, ...source]);
    expect(result.code).toBe(8);
    expect(result.stderr).toContain('would-empty-group');
    expect(fake.membersOf('Developers')).toHaveLength(4);
  });
});

describe('a name of --protect that is near to a member who would go, and no member has', () => {
  const STOPPED =
    'groupctl: Stopped: this would remove djones from Developers, and no member there has the name "djone" of --protect. Nothing was written.\n' +
    'Hint: Did you mean --protect=djones? If you really want this, run it again with --allow-protected.\n';
  const ASKED = ['--protect=djone', '--allow-self'];

  it.each([
    ['sync', () => [file(...TEAM.slice(1)), '--yes']],
    ['sync', () => [file(...TEAM.slice(1)), '--dry-run']],
    ['remove', () => [file('djones')]],
    ['remove', () => ['--member=djones']],
    ['remove', () => ['--member=djones', '--dry-run']],
  ])('stops %s (%#)', async (verb, how) => {
    const server = await serve(...addHandlers(fakeProget(TEAM)).slice(0, 2));
    const argv = [...MEMBERS, verb, '--name=Developers', ...how(), ...ASKED, ...at(server)];
    const result = await cli().run(argv);
    expect(result.code).toBe(8);
    // No warning stands above it.
    expect(result.stderr.split('\n').filter((line) => line.includes('--protect'))).toEqual(
      STOPPED.trimEnd().split('\n'),
    );
  });

  it('names both in JSON, and stops nothing with --allow-protected', async () => {
    const state = fakeProget(TEAM);
    const server = await serve(...addHandlers(state));
    const argv = [...MEMBERS, 'remove', '--name=Developers', '--member=djones', '--json'];
    const user = cli();
    const stopped = await user.run([...argv, '--protect=djone', ...at(server)]);
    expect(jsonError(stopped.stderr)).toMatchObject({
      code: 'protect-misspelled',
      exitCode: 8,
      details: { guards: [{ names: ['djone'], members: ['djones'] }] },
    });
    const allowed = ['--protect=djone', '--allow-protected', ...at(server)];
    expect(await user.run([...argv, ...allowed])).toMatchObject({ code: 0 });
    expect(state.groups[0]?.users).toEqual(TEAM.slice(1));
  });

  it.each([
    ['is an account', 'svc-02', 'svc-01'],
    ['is alike by the company only', 'eve@company.test', 'admin@company.test'],
  ])('stops nothing where it %s', async (_, member, protect) => {
    const state = fakeProget(['ann', member], ['svc-01']);
    // Who has an account is asked only where the name is near.
    const server = await serve(...addHandlers(state).slice(protect === 'svc-01' ? 0 : 1));
    const argv = [...MEMBERS, 'remove', '--name=Developers', `--member=${member}`];
    const result = await cli().run([...argv, `--protect=${protect}`, ...at(server)]);
    expect(result).toMatchObject({ code: 0 });
    expect(state.groups[0]?.users).toEqual(['ann']);
  });

  it('stops a remove --member on Infisical, and no other that only looks like it', async () => {
    const fake = new FakeInfisical();
    for (const username of ['djones', 'djone5']) fake.addUsers(1, () => ({ username }));
    fake.addGroup('Developers', ['djones', 'djone5']);
    const { url } = await serve(fake.handler());
    const source = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`];
    const remove = [...MEMBERS, 'remove', '--name=Developers', '--member=djones', ...source];
    const stopped = await cli().run([...remove, '--protect=djone']);
    expect(stopped).toMatchObject({ code: 8, stderr: STOPPED });
    expect(fake.membersOf('Developers')).toHaveLength(2);
    expect(await cli().run([...remove, '--protect=djone5'])).toMatchObject({ code: 0 });
  });
});
