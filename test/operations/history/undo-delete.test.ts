import { http, HttpResponse, type RequestHandler } from 'msw';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UndoResumeResult } from '../../../src/output/results/undo-resume.ts';
import { runPath } from '../../../src/state/journal/files.ts';
import { at, journals } from '../../commands/helpers.ts';
import { type Cli, cli, type CliOptions } from '../../helpers/cli.ts';
import {
  createGroup,
  deleteGroup,
  fakeProget,
  inTurn,
  listGroups,
  listPermissions,
  listUsers,
  status,
  updateGroup,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const GROUPS = ['security', 'groups'];

interface Row {
  readonly member: string;
  readonly type: string;
}

async function deleted(source: string, name = 'Developers') {
  const user = cli();
  const list = async (): Promise<Row[]> =>
    (await user.json([...GROUPS, 'members', 'list', `--name=${name}`, source])) as Row[];
  const before = await list();
  expect((await user.run([...GROUPS, 'delete', `--name=${name}`, source])).code).toBe(0);
  return { user, list, before };
}

async function undo(user: Cli, more: string[] = ['--yes'], options: CliOptions = {}) {
  const argv = ['undo', 'latest', '--no-color', ...more];
  return await user.run(argv, options);
}

const sorted = (rows: readonly Row[]): string[] =>
  rows.map(({ type, member }) => `${type} ${member}`).sort();

describe.each([
  ['ProGet', '--source=sandbox'],
  ['Infisical', '--source=sandbox:infisical'],
])('undo of a deleted group on %s', (_, source) => {
  it('creates it again with its members', async () => {
    const { user, list, before } = await deleted(source);
    const { code, stdout, stderr } = await undo(user);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe('Created the group Developers.');
    expect(stdout).toContain(`Developers: ${before.length} added.`);
    const notRestored =
      'Not restored: the permissions of the group "Developers". The record does not hold them.\n';
    // ProGet tells the permissions, and they are on record.
    expect(stderr.includes(notRestored)).toBe(source === '--source=sandbox:infisical');
    expect(sorted(await list())).toEqual(sorted(before));
    const runs = (await user.json(['history'])) as { command: string; undoes?: string }[];
    expect(runs.map(({ command }) => command)).toEqual(['undo', 'security groups delete']);
    expect(runs[0]?.undoes).toBeDefined();
  });

  it('plans it with --dry-run, and asks on a terminal', async () => {
    const { user, before } = await deleted(source);
    const plan = await undo(user, ['--dry-run', '--json']);
    expect(JSON.parse(plan.stdout) as UndoResumeResult).toMatchObject({
      created: true,
      dryRun: true,
      summary: { planned: before.length },
    });
    const no = await undo(user, [], { tty: true, answers: [false] });
    expect(no.code).toBe(8);
    expect(no.stderr).toMatch(
      /(Source "sandbox" \(\S+\)|Server sandbox:infisical), group "Developers"\n(\+ .*\n)+Undo run \w+: create Developers on sandbox\S* with \d members( and 1 permission)?\? \(y\/N\) n\n/,
    );
    expect(
      await user.run([...GROUPS, 'members', 'list', '--name=Developers', source]),
    ).toMatchObject({
      code: 4,
    });
    expect((await undo(user, [])).code).toBe(2);
  });

  it('stops before anything is created when a member is unknown: 4', async () => {
    if (source !== '--source=sandbox') return;
    const { user } = await deleted(source);
    const gone = ['users', 'delete', '--username=djones', '--no-journal', source];
    expect((await user.run(['security', ...gone])).code).toBe(0);
    const { code, stderr } = await user.run(['undo', 'latest', '--yes']);
    expect(code).toBe(4);
    expect(stderr).toContain('There is no user named "djones".');
    expect(stderr).toContain('--no-user-check');
    const groups = (await user.json([...GROUPS, 'list', source])) as { name: string }[];
    expect(groups.map(({ name }) => name)).not.toContain('Developers');
    const { stdout } = await user.run(['undo', 'latest', '--yes', '--skip-unknown']);
    expect(stdout).toContain('Developers: 2 added, 1 not found.');
  });

  it('refuses a group that exists: 5', async () => {
    const { user, list } = await deleted(source);
    await user.run([...GROUPS, 'create', '--name=Developers', source]);
    const run = ((await user.json(['history'])) as { run: string }[])[1]?.run ?? '';
    expect(await user.run(['undo', run, '--yes'])).toMatchObject({
      code: 5,
      stderr: expect.stringContaining(
        'The group "Developers" exists, so it cannot be created again.',
      ) as string,
    });
    expect(await list()).toEqual([]);
  });

  it('of an empty group creates an empty one, and can itself be undone as far as members go', async () => {
    const { user, list } = await deleted(source);
    await undo(user);
    const run = ((await user.json(['history'])) as { run: string }[])[0]?.run ?? '';
    expect((await user.run(['undo', run, '--yes'])).code).toBe(0);
    expect(await list()).toEqual([]);
    await user.run([...GROUPS, 'delete', '--name=Developers', source]);
    const { code, stdout } = await undo(user);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe('Created the group Developers.');
    expect(await list()).toEqual([]);
  });
});

describe('undo of an undo of a deletion', () => {
  it('removes the members again, and says that the group stays', async () => {
    const { user } = await deleted('--source=sandbox');
    await undo(user);
    const [last] = (await user.json(['history'])) as { run: string }[];
    expect(await user.run(['undo', last?.run ?? '', '--yes'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(
        'The group "Developers" stays. To delete it: groupctl security groups delete --name=Developers --source=sandbox\n',
      ) as string,
    });
  });
});

describe('the role of a deleted group on Infisical', () => {
  const INFISICAL = '--source=sandbox:infisical';
  const stateOf = (user: Cli) =>
    JSON.parse(readFileSync(join(user.state, 'sandbox.json'), 'utf8')) as {
      infisical: { groups: { name: string; role: string; roleId: string | null }[] };
    };
  const groupNamed = (user: Cli, name: string) =>
    stateOf(user).infisical.groups.find((group) => group.name === name);

  it.each(['admin', 'member', 'no-access', 'qa-lead'])('is restored: %s', async (role) => {
    const user = cli();
    await user.run([...GROUPS, 'create', '--name=Night', `--role=${role}`, INFISICAL]);
    const before = groupNamed(user, 'Night');
    expect(before).toBeDefined();
    await user.run([...GROUPS, 'delete', '--name=Night', INFISICAL]);
    expect(await undo(user)).toMatchObject({
      code: 0,
      stderr: expect.not.stringContaining('and the role') as string,
    });
    const { role: now, roleId } = groupNamed(user, 'Night') ?? {};
    expect({ now, roleId }).toEqual({ now: before?.role, roleId: before?.roleId });
  });

  it('is not, where it had several, and undo says so', async () => {
    const user = cli();
    await user.run([...GROUPS, 'delete', '--name=QA', INFISICAL]);
    const { code, stderr } = await undo(user);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Not restored: the permissions and the role of') as string,
    });
  });
});

describe('the permissions of a deleted group (ProGet)', () => {
  const LINE = 'allow View & Download Packages globally for group Developers';

  async function permissions(user: Cli): Promise<string[]> {
    const argv = ['security', 'permissions', 'list', '--group=Developers', '--source=sandbox'];
    return (await user.run(argv)).stdout.split('\n').filter((line) => line !== '');
  }

  it('are named, recorded and added again', async () => {
    const user = cli();
    const [before = ''] = await permissions(user);
    expect(before).toContain(LINE);
    const argv = [...GROUPS, 'delete', '--name=Developers', '--source=sandbox'];
    const dry = await user.run([...argv, '--dry-run']);
    expect(dry.stdout).toContain(
      `Its permission: ${before}.\nUndo would restore the group with all of that.\n`,
    );
    const gone = await user.run(argv);
    expect(gone.stdout).toBe(
      `Deleted the group Developers.\nIts permission: ${before}. Undo restores them.\n`,
    );
    expect(await permissions(user)).toEqual([]);
    const shown = await user.run(['history', 'show', 'latest']);
    expect(shown.stdout).toContain(
      'Permissions before it (1):\n  id: 2; group: Developers; task: View & Download Packages; deny: no\n',
    );
    const plan = await undo(user, ['--dry-run']);
    expect(plan.stdout).toContain(`Would add again: ${LINE}\n`);
    const undone = await undo(user);
    expect(undone.code).toBe(0);
    expect(undone.stdout).toContain(`Added again: ${LINE}\n`);
    expect((await permissions(user)).map((line) => line.replace(/^\d+: /, ''))).toEqual([LINE]);
    const calls = await user.run(['history', 'show', 'latest']);
    expect(calls.stdout).toContain('Ended:');
  });

  /** A server whose permissions are not those of its groups. */
  async function stage(permissions: RequestHandler[], update?: RequestHandler) {
    const state = fakeProget(['djones']);
    const server = await serve(
      ...[listUsers(state), listGroups(state), createGroup(state), deleteGroup(state)],
      ...[update ?? updateGroup(state), ...permissions],
    );
    const user = cli();
    const argv = [...GROUPS, 'delete', '--name=Developers', ...at(server)];
    return { state, server, argv, user };
  }

  it('are left alone where they are there still', async () => {
    const kept = { id: 7, group: 'Developers', task: 'View', deny: false };
    const { state, server, argv, user } = await stage([listPermissions([kept])]);
    await user.run(argv);
    const undone = await user.run(['undo', 'latest', '--yes', '--api-key=abc12345']);
    expect(undone).toMatchObject({
      code: 0,
      stdout: 'Created the group Developers.\nAdded djones to Developers.\n',
    });
    expect(undone.stderr).not.toContain('Not restored');
    expect(state.groups[0]?.users).toEqual(['djones']);
    expect(server.calls().filter((call) => call.includes('permissions/add'))).toEqual([]);
  });

  it.each([403, 404, 500])('are not restored where they could not be read (%i)', async (code) => {
    const { argv, user } = await stage([inTurn('get', 'permissions/list', status(code))]);
    expect(await user.run(argv)).toEqual({
      code: 0,
      stdout: 'Deleted the group Developers.\n',
      stderr: '',
    });
    const undone = await user.run(['undo', 'latest', '--yes', '--api-key=abc12345']);
    expect(undone.stderr).toContain('Not restored: the permissions of the group "Developers".');
  });

  it('that fail are named, and the record says so (7)', async () => {
    const lost = { id: 7, group: 'Developers', task: 'View', deny: true };
    let reads = 0;
    const { argv, user } = await stage([
      http.get('*/api/security/permissions/list', () =>
        HttpResponse.json(reads++ === 0 ? [lost] : []),
      ),
      inTurn('post', 'permissions/add', status(400, 'No such task')),
    ]);
    await user.run(argv);
    const deletion = ((await user.json(['history'])) as { run: string }[])[0]?.run ?? '';
    const undone = await user.run(['undo', 'latest', '--yes', '--api-key=abc12345']);
    expect(undone.code).toBe(7);
    expect(undone.stderr).toContain(
      '0 of 1 of its permissions are there again (deny View globally for group Developers); the group was created.',
    );
    expect(journals(user)[1]?.at(-1)).toMatchObject({ t: 'end', exit: 7 });
    const id = ((await user.json(['history'])) as { run: string }[])[0]?.run ?? '';
    const resumed = await user.run(['resume', id, '--api-key=abc12345']);
    const missing =
      'The permissions of the group "Developers" are not all there again: deny View globally for group Developers.';
    expect(resumed).toMatchObject({ code: 7, stdout: '' });
    expect(resumed.stderr).toContain(missing);
    const again = await user.run(['undo', deletion, '--yes', '--api-key=abc12345']);
    expect(again.code).toBe(5);
    expect(again.stderr).not.toContain('already undid it');
    expect(again.stderr).toContain(`groupctl history show ${deletion}`);
    // Killed before that call.
    const path = runPath(user.state, id);
    const [kept = ''] = readFileSync(path, 'utf8').split('{"t":"intent",').slice(-1);
    writeFileSync(path, readFileSync(path, 'utf8').replace(`{"t":"intent",${kept}`, ''));
    const killed = await user.run(['resume', id, '--api-key=abc12345']);
    expect(killed).toMatchObject({ code: 7, stdout: '' });
    expect(killed.stderr).toContain(missing);
    expect((await user.run(['undo', deletion, '--yes', '--api-key=abc12345'])).code).toBe(5);
  });

  it('and a member that fail are both in the failure under --json (7)', async () => {
    const lost = { id: 7, group: 'Developers', task: 'View', deny: true };
    let reads = 0;
    const { argv, user } = await stage(
      [
        http.get('*/api/security/permissions/list', () =>
          HttpResponse.json(reads++ === 0 ? [lost] : []),
        ),
        inTurn('post', 'permissions/add', status(400, 'No such task')),
      ],
      inTurn('post', 'groups/update', status(400, 'No such user')),
    );
    await user.run(argv);
    const undone = await user.run(['undo', 'latest', '--yes', '--json', '--api-key=abc12345']);
    expect(undone.code).not.toBe(0);
    const said = undone.stdout + undone.stderr;
    expect(said).toContain('No such user');
    expect(said).toContain('0 of 1 of its permissions are there again');
  });
});

it('undo of a deleted group without members is recorded as done', async () => {
  const user = cli();
  const source = '--source=sandbox';
  await user.run([...GROUPS, 'create', '--name=Tmp', source]);
  await user.run([...GROUPS, 'delete', '--name=Tmp', source]);
  expect((await undo(user)).stdout).toBe('Created the group Tmp.\n');
  const [last] = (await user.run(['history', '--limit=1'])).stdout.split('\n');
  expect(last?.split('\t').at(5)).toMatch(/^done \(undoes /);
  const shown = (await user.run(['history', 'show', 'latest'])).stdout;
  expect(shown).toContain(': done');
  expect(shown).toContain('POST groups/add: done');
});
