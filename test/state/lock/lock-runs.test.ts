import { mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { http, HttpResponse, type RequestHandler } from 'msw';
import lockfile from 'proper-lockfile';
import { describe, expect, it } from 'vitest';
import { foldName } from '../../../src/domain/names.ts';
import { lockPath } from '../../../src/state/lock/lock.ts';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import {
  addHandlers,
  fakeProget,
  type FakeProget,
  type FakeGroup,
  listGroups,
  listUsers,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { bin, ended, startBin } from '../../helpers/spawn.ts';

const add = (url: string, member: string): string[] => [
  'security',
  'groups',
  'members',
  'add',
  '--name=developers',
  `--member=${member}`,
  `--source=${url}`,
];

/** Takes its time between the read and the write of whoever is at it. */
const slowUpdate = (state: FakeProget, ms = 40): RequestHandler =>
  http.post('*/groups/update', async ({ request }) => {
    const group = (await request.json()) as FakeGroup;
    await sleep(ms);
    state.groups[0] = group;
    return HttpResponse.json(group);
  });

describe('writers of one machine', () => {
  it('one after the other: runs of one program', async () => {
    const names = Array.from({ length: 8 }, (_, at) => `user-${at}`);
    const state = fakeProget([], names);
    const server = await serve(listUsers(state), listGroups(state), slowUpdate(state));
    const user = cli();
    const results = await Promise.all(names.map((name) => user.run(add(server.url, name))));
    expect(results.map(({ code }) => code)).toEqual(names.map(() => 0));
    expect(state.groups[0]?.users?.toSorted()).toEqual(names);
    // Each added one to what it found: nothing had to be written twice.
    expect(server.writes().map((body) => (body as FakeGroup).users?.length)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  });

  it('one after the other: processes', async () => {
    const names = Array.from({ length: 5 }, (_, at) => `user-${at}`);
    const state = fakeProget([], names);
    const server = await serve(listUsers(state), listGroups(state), slowUpdate(state));
    const env = { GROUPCTL_STATE_DIR: temporaryFolder() };
    // A run that waits for the lock for longer than a second would report it without --quiet.
    const runs = names.map((name) => bin([...add(server.url, name), '--quiet'], env));
    const results = await Promise.all(runs);
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      names.map(() => ({ code: 0, stderr: '' })),
    );
    expect(state.groups[0]?.users?.toSorted()).toEqual(names);
    expect(server.writes()).toHaveLength(5);
  });

  it('share one lock however they name the group and the server', async () => {
    const state = fakeProget([]);
    const user = cli();
    const seen: string[][] = [];
    const spy = (state: FakeProget): RequestHandler =>
      http.post('*/groups/update', async ({ request }) => {
        seen.push(readdirSync(join(user.state, 'locks')).filter((name) => name.endsWith('.lock')));
        state.groups[0] = (await request.json()) as FakeGroup;
        return new HttpResponse();
      });
    const one = await serve(listUsers(state), listGroups(state), spy(state));
    const other = fakeProget([]);
    const two = await serve(listUsers(other), listGroups(other), spy(other));
    await user.run(['sources', 'add', '--name=one', `--url=${one.url}`]);
    await user.run(add(one.url, 'jsmith'));
    await user.run([
      ...add('one', 'John Smith').filter((arg) => !arg.startsWith('--name=')),
      '--name=DEVELOPERS',
    ]);
    await user.run(add(two.url, 'jsmith'));
    expect(seen.map(({ length }) => length)).toEqual([1, 1, 1]);
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).not.toEqual(seen[0]);
    expect(readdirSync(join(user.state, 'locks'))).toEqual([]);
  });
});

describe('a lock that somebody else has', () => {
  it('ends the run after a minute with nothing written', async () => {
    const server = await serve(listUsers(fakeProget()));
    const user = cli();
    const path = lockPath(user.state, server.url, foldName('Developers'));
    mkdirSync(join(user.state, 'locks'), { recursive: true });
    const release = await lockfile.lock(path, { realpath: false });
    let now = Date.now();
    const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) };
    const { code, stdout, stderr } = await user.run(add(server.url, 'jsmith'), { clock });
    expect({ code, stdout }).toEqual({ code: 8, stdout: '' });
    // How often it says that it still waits depends on this machine's timers.
    expect(stderr.replace(/^Still working after \d+ s\.\n/gm, '')).toBe(
      'Waiting up to 60 s for another groupctl that is changing "developers".\n' +
        'groupctl: Another groupctl has been changing "developers" for a minute. Nothing was written.\n' +
        `Hint: Try again when it has finished. If no groupctl is running, remove ${path}.lock\n`,
    );
    await release();
  });

  it('does not concern a dry run or a read', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listUsers(state), listGroups(state));
    const user = cli();
    writeFileSync(user.state, 'not even a folder');
    expect((await user.run([...add(server.url, 'jsmith'), '--dry-run'])).stdout).toBe(
      'Would add jsmith to Developers.\n',
    );
    const list = [
      'security',
      'groups',
      'members',
      'list',
      '--name=Developers',
      `--source=${server.url}`,
    ];
    expect(await user.run(list)).toEqual({ code: 0, stdout: 'djones\n', stderr: '' });
  });

  it('is taken over from a process that was killed', async () => {
    const state = fakeProget(['djones']);
    let reached: () => void = () => undefined;
    const writing = new Promise<void>((resolve) => (reached = resolve));
    const server = await serve(
      listUsers(state),
      listGroups(state),
      http.post('*/groups/update', async ({ request }) => {
        const group = (await request.json()) as FakeGroup;
        if (group.users?.includes('jsmith')) {
          reached();
          await sleep(60_000, undefined, { ref: false });
        }
        state.groups[0] = group;
        return new HttpResponse();
      }),
    );
    const user = cli();
    const argv = [...add(server.url, 'jsmith'), '--timeout=100'];
    const killed = startBin(argv, { GROUPCTL_STATE_DIR: user.state });
    await writing;
    killed.kill('SIGKILL');
    await ended(killed);
    const lock = `${lockPath(user.state, server.url, foldName('Developers'))}.lock`;
    const then = Date.now() / 1000 - 11;
    utimesSync(lock, then, then);
    const from = Date.now();
    let skipped = 0;
    const clock = {
      now: () => Date.now() + skipped,
      sleep: async (ms: number) => void (skipped += await Promise.resolve(ms)),
    };
    const result = await user.run(add(server.url, 'John Smith'), { clock });
    expect({ ...result, stderr: '' }).toEqual({
      code: 0,
      stdout: 'Added John Smith to Developers.\n',
      stderr: '',
    });
    // Its write got no answer, and could still have taken effect.
    expect(result.stderr).toMatch(
      /^Waiting up to \d{2,3} s: run \w{26} sent a change of "developers" that may still take effect\.\n/,
    );
    expect(Date.now() + skipped - from).toBeGreaterThan(60_000);
    expect(state.groups[0]?.users).toEqual(['djones', 'John Smith']);
    expect(readdirSync(join(user.state, 'locks'))).toEqual([]);
  });

  it('because it took it over from us: no write without a fresh read', async () => {
    const state = fakeProget(['djones']);
    const user = cli();
    let path = '';
    let reads = 0;
    const server = await serve(
      listUsers(state),
      http.get('*/groups/list', () => {
        if (++reads > 1) return HttpResponse.json(state.groups);
        // After this answer the other one takes the lock over, writes, and is still at it.
        const answer = HttpResponse.json(state.groups);
        writeFileSync(join(`${path}.lock`, 'owner'), 'another');
        state.groups[0] = { name: 'Developers', users: ['djones', 'other'] };
        return answer;
      }),
      ...addHandlers(state).slice(2),
    );
    path = lockPath(user.state, server.url, foldName('Developers'));
    let waits = 0;
    const clock = {
      sleep: async () => {
        if (++waits === 3) rmSync(`${path}.lock`, { recursive: true });
        await Promise.resolve();
      },
    };
    const result = await user.run(add(server.url, 'jsmith'), { clock });
    expect(result).toMatchObject({ code: 0, stdout: 'Added jsmith to Developers.\n' });
    expect(waits).toBe(3);
    expect(server.calls()).toEqual([
      'GET /api/security/users/list',
      'GET /api/security/groups/list',
      'GET /api/security/groups/list',
      'POST /api/security/groups/update',
      'GET /api/security/groups/list',
    ]);
    expect(server.writes()).toEqual([{ name: 'Developers', users: ['djones', 'other', 'jsmith'] }]);
  });
});
