import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UndoResumeResult } from '../../../src/output/results/undo-resume.ts';
import { type Cli, cli, type CliOptions } from '../../helpers/cli.ts';

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
  it('creates it again with its members, and says what is not restored', async () => {
    const { user, list, before } = await deleted(source);
    const { code, stdout, stderr } = await undo(user);
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toBe('Created the group Developers.');
    expect(stdout).toContain(`Developers: ${before.length} added.`);
    expect(stderr).toContain(
      `Not restored: the permissions of the group "Developers". The record does not hold them.\n`,
    );
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
      /(Source "sandbox" \(\S+\)|Server sandbox:infisical), group "Developers"\n(\+ .*\n)+Undo run \w+: create Developers on sandbox\S* with \d members\? \(y\/N\) n\n/,
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
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Created the group Developers.\n' });
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
