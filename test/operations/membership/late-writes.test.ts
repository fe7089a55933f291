import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Fault } from '../../../src/sandbox/faults.ts';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { type Cli, cli, type CliResult } from '../../helpers/cli.ts';

/** What a run does about a write of an earlier run that was not answered, on both kinds of server. */

const WAITING =
  /^Waiting up to \d{2,3} s: run \w{26} sent a change of \S+ that may still take effect\.$/m;

let user: Cli;
let server: RunningSandbox;
/** A part of the path of the write that adds jsmith. */
let writePath: string;

async function serveKind(kind: 'proget' | 'infisical'): Promise<void> {
  user = cli();
  server = await startSandbox({ kind });
  onTestFinished(() => server.close());
  const added = await user.run([
    'sources',
    'add',
    `--url=${server.url}`,
    `--kind=${kind}`,
    `--api-key=${server.apiKey}`,
  ]);
  expect(added.code).toBe(0);
}

const setFaults = async (faults: readonly Fault[]): Promise<void> => {
  const answer = await fetch(`${server.url}/_sandbox/faults`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(faults),
  });
  expect(answer.status).toBeLessThan(300);
};

const members = (verb: string, member: string, ...more: string[]): Promise<CliResult> =>
  user.run([
    'security',
    'groups',
    'members',
    verb,
    '--name=QA',
    `--member=${member}`,
    '--timeout=100',
    ...more,
  ]);

const marks = (): string[] =>
  readdirSync(join(user.state, 'locks')).filter((name) => name.includes('.in-flight.'));

/** A run whose write is answered like that, and takes no effect. */
async function failedAdd(fault: Partial<Fault>, argv: string[] = []): Promise<void> {
  await setFaults([{ path: writePath, times: 0, ...fault }]);
  const { code } = await members('add', 'jsmith', ...argv);
  expect(code).not.toBe(0);
  await setFaults([]);
}

describe('a run on ProGet after a write without an answer', () => {
  beforeEach(async () => {
    await serveKind('proget');
    writePath = '/groups/update';
  });

  it.each<Partial<Fault>>([
    { reset: 'before' },
    ...[408, 502, 503, 504, 520, 524].map((status) => ({ status })),
  ])('waits until it can no longer take effect: %o', async (fault) => {
    await failedAdd(fault);
    expect(marks()).toHaveLength(1);
    const { code, stderr } = await members('add', 'djones');
    expect(code).toBe(0);
    expect(stderr).toMatch(WAITING);
    expect(marks()).toEqual([]);
  });

  it.each([400, 403, 409, 429, 500])('does not wait after an answer: %i', async (status) => {
    await failedAdd({ status }, ['--deadline=20']);
    expect(marks()).toEqual([]);
    const { code, stderr } = await members('add', 'djones');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('does not wait where the read-back showed the very list that was sent', async () => {
    await setFaults([{ path: '/groups/update', reset: 'after' }]);
    expect((await members('add', 'jsmith')).code).toBe(0);
    expect(marks()).toEqual([]);
    const { code, stderr } = await members('add', 'djones');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });

  it('reports the wait under --json, before the error of --deadline', async () => {
    await failedAdd({ status: 504 });
    const { code, stdout, stderr } = await members('add', 'djones', '--json', '--deadline=20');
    expect({ code, stdout }).toEqual({ code: 8, stdout: '' });
    const [first, ...rest] = stderr.trimEnd().split('\n');
    expect(first).toMatch(WAITING);
    expect(rest).toHaveLength(1);
    expect(JSON.parse(rest[0] ?? '')).toMatchObject({
      error: {
        code: 'write-in-flight',
        exitCode: 8,
        nothingWritten: true,
        hint: 'Run the same command again after that time, or with a longer --deadline.',
      },
    });
  });

  it('reports the wait under --quiet', async () => {
    await failedAdd({ status: 504 });
    const { code, stderr } = await members('add', 'djones', '--quiet');
    expect(code).toBe(0);
    expect(stderr).toMatch(WAITING);
  });

  it('waits without a journal, too', async () => {
    await failedAdd({ status: 504 }, ['--no-journal']);
    const { code, stderr } = await members('add', 'djones', '--no-journal');
    expect(code).toBe(0);
    expect(stderr).toContain(': an earlier run sent a change of "QA" ');
  });

  it('waits before it deletes the group', async () => {
    await failedAdd({ status: 504 });
    const { code, stderr } = await user.run(['security', 'groups', 'delete', '--name=QA']);
    expect(code).toBe(0);
    expect(stderr).toMatch(WAITING);
  });

  it('waits after a deletion without an answer', async () => {
    await setFaults([{ path: '/groups/delete', status: 504, times: 0 }]);
    const argv = ['security', 'groups', 'delete', '--name=QA', '--timeout=100'];
    expect((await user.run(argv)).code).not.toBe(0);
    await setFaults([]);
    const { code, stderr } = await members('add', 'djones');
    expect(code).toBe(0);
    expect(stderr).toMatch(WAITING);
  });

  it('waits after a deletion without an answer for the name with spaces, too', async () => {
    await setFaults([{ path: '/groups/delete', status: 504, times: 0 }]);
    const argv = ['security', 'groups', 'delete', '--name=QA', '--timeout=100'];
    expect((await user.run(argv)).code).not.toBe(0);
    await setFaults([]);
    const add = ['security', 'groups', 'members', 'add', '--name= QA ', '--member=djones'];
    expect((await user.run(add)).stderr).toMatch(WAITING);
  });

  it('waits before it offboards somebody whom the write may add, and takes them out', async () => {
    // The write takes effect in the end, while the next run waits.
    await failedAdd({ status: 504 });
    const offboard = ['security', 'groups', 'members', 'offboard', '--member=jsmith'];
    const dryRun = await user.run([...offboard, '--dry-run']);
    expect(dryRun.stderr).not.toContain('Waiting');
    const { stderr } = await user.run([...offboard, '--yes']);
    expect(stderr).toMatch(WAITING);
    expect(marks()).toEqual([]);
  });

  it('says at its end that a write may still take effect', async () => {
    await setFaults([{ path: writePath, times: 0, status: 504 }]);
    const { stderr } = await members('add', 'jsmith');
    expect(stderr).toMatch(
      /^A change of "QA" was sent, and it is not known what became of it: it may still take effect within 105 s\. The next run waits for it\.$/m,
    );
  });

  it('creates a group once, though three runs do it at the same time', async () => {
    const create = ['security', 'groups', 'create', '--name=Release', '--quiet'];
    const codes = await Promise.all([1, 2, 3].map(async () => (await user.run(create)).code));
    expect(codes.sort()).toEqual([0, 5, 5]);
  });

  it('does not wait for a dry run or a list', async () => {
    await failedAdd({ status: 504 });
    expect(await members('add', 'djones', '--dry-run')).toMatchObject({ code: 0, stderr: '' });
    const list = ['security', 'groups', 'members', 'list', '--name=QA'];
    expect(await user.run(list)).toMatchObject({ code: 0, stderr: '' });
    expect(marks()).toHaveLength(1);
  });

  it('does not wait for a write to another group', async () => {
    await failedAdd({ status: 504 });
    const other = ['security', 'groups', 'members', 'add', '--name=Engineers', '--member=jsmith'];
    const { code, stderr } = await user.run(other);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('a run on Infisical after a call without an answer', () => {
  beforeEach(async () => {
    await serveKind('infisical');
    writePath = '/users/jsmith';
  });

  it('waits if it makes the opposite change of that member', async () => {
    await failedAdd({ method: 'POST', status: 504 });
    expect(marks()).toHaveLength(1);
    const { code, stderr } = await members('remove', 'jsmith');
    expect(code).toBe(0);
    expect(stderr).toMatch(WAITING);
    expect(marks()).toEqual([]);
  });

  it('does not wait if it changes another member, or makes the same change', async () => {
    await failedAdd({ method: 'POST', status: 504 });
    expect(await members('remove', 'djones')).toMatchObject({ code: 0, stderr: '' });
    expect(await members('add', 'jsmith')).toMatchObject({ code: 0, stderr: '' });
    expect(marks()).toHaveLength(1);
  });

  it('waits in full, though the same change was made meanwhile', async () => {
    await failedAdd({ method: 'POST', status: 504 });
    // That jsmith is a member by now is the doing of this run.
    expect((await members('add', 'jsmith')).code).toBe(0);
    const { code, stderr } = await members('remove', 'jsmith');
    expect(code).toBe(0);
    expect(stderr).toMatch(WAITING);
    expect(marks()).toEqual([]);
  });

  it('waits before it offboards somebody whom the call may add', async () => {
    await failedAdd({ method: 'POST', status: 504 });
    const offboard = ['security', 'groups', 'members', 'offboard', '--yes'];
    expect((await user.run([...offboard, '--member=djones'])).stderr).not.toMatch(WAITING);
    expect((await user.run([...offboard, '--member=jsmith'])).stderr).toMatch(WAITING);
  });

  it('does not wait to resume', async () => {
    await failedAdd({ method: 'POST', reset: 'before' });
    const { code, stderr } = await user.run(['resume', 'latest']);
    expect(code).toBe(0);
    expect(stderr).not.toContain('Waiting');
  });

  it('does not wait where the read-back showed the change', async () => {
    await setFaults([{ method: 'POST', path: '/users/jsmith', reset: 'after' }]);
    expect((await members('add', 'jsmith')).code).toBe(0);
    expect(marks()).toEqual([]);
  });

  it('waits before it deletes the group', async () => {
    await failedAdd({ method: 'POST', status: 504 });
    const { code, stderr } = await user.run(['security', 'groups', 'delete', '--name=QA']);
    expect(code).toBe(0);
    expect(stderr).toMatch(WAITING);
  });
});

describe('the sandbox in the same process', () => {
  it.each(['sandbox', 'sandbox:infisical'])('needs no mark: %s', async (source) => {
    user = cli();
    const { code } = await members('add', 'jsmith', `--source=${source}`);
    expect(code).toBe(0);
    expect(readdirSync(join(user.state, 'locks'))).toEqual([]);
  });
});
