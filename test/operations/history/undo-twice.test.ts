import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { cli, type Cli } from '../../helpers/cli.ts';
import {
  applied,
  appliedBut,
  type FakeProget,
  fakeProget,
  groupsOf,
  inTurn,
  listGroups,
  listPermissions,
  listUsers,
  status,
  updateGroup,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, journals, jsonError, REMOVE, runIds } from '../../commands/helpers.ts';

/** Runs that were taken up before, or are at the same time. */

const NAME = '--name=Developers';
const KEY = '--api-key=abc12345';
describe('what the server did although it answered with an error', () => {
  it('is taken back by undo (proget)', async () => {
    const state = fakeProget(['djones', 'mlee', 'p1', 'p2']);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', appliedBut(state, status(500, 'Boom')), (request) =>
        appliedBut(state, () => new HttpResponse())(request),
      ),
    );
    const user = cli();
    const failed = await user.run([...REMOVE, NAME, '--member=mlee', ...at(server)]);
    expect(failed.code).toBe(1);
    expect(state.groups[0]?.users).not.toContain('mlee');
    const undone = await user.run(['undo', 'latest', '--yes', KEY]);
    expect(undone).toMatchObject({ code: 0, stdout: 'Added mlee to Developers.\n' });
    expect(state.groups[0]?.users).toContain('mlee');
  });

  it('is not done again by a resume when it was taken back, and not taken back twice', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', appliedBut(state, status(500, 'Boom')), applied(state)),
    );
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    const [first = ''] = runIds(user);
    // A resume that finished it has it as its own change.
    const resumed = await user.run(['resume', first, KEY]);
    expect(resumed).toMatchObject({ code: 0, stdout: 'Added jsmith to Developers.\n' });
    expect(server.writes()).toHaveLength(1);
    const second = runIds(user)[1] ?? '';
    expect((await user.run(['undo', second, '--yes', KEY])).code).toBe(0);
    expect(state.groups[0]?.users).toEqual(['djones']);
    state.groups[0]!.users = ['djones', 'jsmith'];
    const third = runIds(user)[2] ?? '';
    const left = await user.run(['undo', first, '--yes', KEY]);
    expect(left.code).toBe(0);
    expect(left.stderr).toContain(`Left alone: 1 row that ${third} already undid`);
    expect(state.groups[0]?.users).toEqual(['djones', 'jsmith']);
  });

  it('stays as somebody has left it since', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', appliedBut(state, status(500, 'Boom'))),
    );
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    state.groups[0]!.users = ['djones'];
    const resumed = await user.run(['resume', 'latest', KEY, '--json']);
    expect(resumed.code).toBe(8);
    expect(JSON.parse(resumed.stdout)).toMatchObject({
      outcomes: [{ member: 'jsmith', outcome: 'refused', error: { code: 'no-longer-in-effect' } }],
    });
    expect(server.writes()).toHaveLength(1);
  });

  it('counts as the doing of a resume, which can be taken back (infisical)', async () => {
    const fake = new FakeInfisical();
    fake.addUsers(3);
    const [a, b] = fake.users.map(({ username }) => username) as [string, string];
    const group = fake.addGroup('QA', [a, b]);
    fake.intercept = (method) => {
      if (method !== 'DELETE') return undefined;
      group.members = group.members.filter((id) => id !== fake.user(a)?.id);
      return { status: 500, body: { statusCode: 500, error: 'Internal', message: 'Boom' } };
    };
    const { url } = await serve(fake.handler());
    const source = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`];
    const user = cli();
    expect((await user.run([...REMOVE, '--name=QA', `--member=${a}`, ...source])).code).toBe(1);
    fake.intercept = undefined;
    // The URL is that of the run, and so is the kind.
    const own = [`--source=${url.replace(/\/$/, '')}`, `--api-key=${TOKEN}`];
    expect(await user.json(['resume', 'latest', ...own])).toMatchObject({
      outcomes: [{ member: a, outcome: 'removed', verified: true }],
    });
    expect(await user.json(['undo', 'latest', '--yes', ...own])).toMatchObject({
      outcomes: [{ member: a, outcome: 'added', verified: true }],
    });
    expect(fake.membersOf('QA').sort()).toEqual([a, b].sort());
  });
});

describe('a run of names that were typed', () => {
  it('heeds the guards that are given when it is gone on with, and leaves no record of the stop', async () => {
    const state = fakeProget(['u1', 'u2', 'u3']);
    const server = await serve(
      listGroups(state),
      inTurn('post', 'groups/update', status(500, 'Boom'), applied(state)),
    );
    const user = cli();
    await user.run([...REMOVE, NAME, '--member=u1', '--member=u2', ...at(server)]);
    for (const guard of ['--protect=u1', '--max-removals=1']) {
      const stopped = await user.run(['resume', 'latest', KEY, guard]);
      expect(stopped.code).toBe(8);
      expect(stopped.stderr).toContain('Nothing was written.');
    }
    expect(journals(user)).toHaveLength(1);
    expect((await user.run(['resume', 'latest', KEY])).code).toBe(0);
    expect(state.groups[0]?.users).toEqual(['u3']);
  });
});

describe('a run that was taken back', () => {
  it('is not taken back again: what came later was meant', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listUsers(state), listGroups(state), updateGroup(state));
    const user = cli();
    const add = [...ADD, NAME, '--member=jsmith', ...at(server)];
    await user.run(add);
    const [first = ''] = runIds(user);
    await user.run(['undo', first, '--yes', KEY]);
    await user.run(add);
    const again = await user.run(['undo', first, '--yes', KEY]);
    const second = runIds(user)[1] ?? '';
    expect(again.code).toBe(0);
    expect(again.stdout).toBe(`The run ${first} is undone already. Nothing to undo.\n`);
    expect(again.stderr).toContain(
      `Left alone: 1 row that ${second} already undid, or found as they were before the run.\n`,
    );
    expect(state.groups[0]?.users).toEqual(['djones', 'jsmith']);
    const shown = await user.run(['history', 'show', first], { tty: true });
    expect(shown.stdout).toContain(`Undone by ${second}`);
    expect(shown.stdout).not.toContain(`groupctl undo ${first}`);
  });

  it('is not said to have changed nothing where the group did not show it (proget)', async () => {
    const state = fakeProget(['djones']);
    const before = structuredClone(state);
    const server = await serve(
      listUsers(state),
      listGroups(before),
      inTurn('post', 'groups/update', status(200)),
    );
    const user = cli();
    const added = await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    expect(added.code).toBe(5);
    const [first = ''] = runIds(user);
    const undone = await user.run(['undo', first, '--yes', KEY]);
    expect(undone.code).toBe(0);
    expect(undone.stdout).toBe(
      `groupctl has nothing to undo of the run ${first}: the group did not show its change. Look at the group, it may show it by now.\n`,
    );
  });

  it('can be, when that was taken back itself', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listUsers(state), listGroups(state), updateGroup(state));
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    const [first = ''] = runIds(user);
    await user.run(['undo', first, '--yes', KEY]);
    const [undo] = (await user.json(['history', '--limit=1'])) as { run: string }[];
    await user.run(['undo', undo!.run, '--yes', KEY]);
    expect(state.groups[0]?.users).toEqual(['djones', 'jsmith']);
    const again = await user.run(['undo', first, '--yes', KEY]);
    expect(again.stdout).toBe('Removed jsmith from Developers.\n');
    expect(state.groups[0]?.users).toEqual(['djones']);
  });
});

describe('a run that goes on while it is taken up', () => {
  /** A run whose outcome is not recorded yet, and what its process records later. */
  async function underWay(user: Cli, url: string): Promise<() => void> {
    await user.run([...ADD, NAME, '--member=jsmith', ...at({ url })]);
    const path = join(user.state, 'runs', `${runIds(user)[0] ?? ''}.jsonl`);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    writeFileSync(path, `${lines.slice(0, 2).join('\n')}\n`);
    return () => appendFileSync(path, `${lines.slice(2).join('\n')}\n`);
  }

  it.each([
    [
      'resume',
      [],
      (run: string) => `Run ${run} is complete. Nothing to resume.\n`,
      ['djones', 'jsmith'],
    ],
    ['undo', ['--yes'], () => 'Removed jsmith from Developers.\n', ['djones']],
  ] as const)('is looked at again under the lock (%s)', async (verb, options, said, left) => {
    const state = fakeProget(['djones']);
    let finish = (): void => undefined;
    const server = await serve(
      listUsers(state),
      inTurn('get', 'groups/list', (request) => {
        finish();
        finish = () => undefined;
        return groupsOf(state)(request);
      }),
      updateGroup(state),
    );
    const user = cli();
    finish = await underWay(user, server.url);
    const [run = ''] = runIds(user);
    const result = await user.run([verb, run, ...options, KEY]);
    expect(result).toMatchObject({ code: 0, stdout: said(run) });
    expect(state.groups[0]?.users).toEqual(left);
    expect(journals(user)).toHaveLength(verb === 'undo' ? 2 : 1);
  });
});

describe('runs that are taken back at the same time', () => {
  it('do not stop each other when they are different runs', async () => {
    const state = fakeProget(['djones'], ['p1', 'p2', 'p3']);
    const names = ['Developers', 'G1', 'G2', 'G3'];
    state.groups = names.map((name) => ({ name, users: ['djones'] }));
    const user = cli();
    let others: string[] = [];
    let isFirst = true;
    const server = await serve(
      listUsers(state),
      // Each time that the first undo looks at its group, another one is done meanwhile.
      http.get('*/groups/list', async () => {
        const other = isFirst ? others.shift() : undefined;
        if (other !== undefined) {
          isFirst = false;
          expect(await user.run(['undo', other, '--yes', KEY])).toMatchObject({ code: 0 });
          isFirst = true;
        }
        return HttpResponse.json(state.groups);
      }),
      updateGroup(state),
    );
    for (const name of names) {
      await user.run([...ADD, `--name=${name}`, '--member=jsmith', ...at(server)]);
    }
    const [first = '', ...rest] = runIds(user);
    others = rest;
    const undone = await user.run(['undo', first, '--yes', KEY]);
    expect(undone).toMatchObject({ code: 0, stdout: 'Removed jsmith from Developers.\n' });
    expect(state.groups[0]).toEqual({ name: 'Developers', users: ['djones'] });
  });
});

describe('a source that is not there any more', () => {
  it('is named by its URL', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(listUsers(state), listGroups(state), updateGroup(state));
    const user = cli();
    await user.run(['sources', 'add', '--name=old', `--url=${server.url}`, KEY]);
    await user.run([...ADD, NAME, '--member=jsmith', '--source=old']);
    await user.run(['sources', 'remove', '--name=old']);
    const result = await user.run(['undo', 'latest', '--yes', '--json']);
    expect(result.code).toBe(4);
    expect(jsonError(result.stderr)['hint']).toBe(
      `The run was on ${server.url}: name that server with --source=<name or URL>.`,
    );
    const undone = await user.run(['undo', 'latest', '--yes', `--source=${server.url}`, KEY]);
    expect(undone.stdout).toBe('Removed jsmith from Developers.\n');
  });
});

/** Answers the first write with the 504 of a gateway, and takes the second. */
const serveAfterTimeout = async (state: FakeProget) =>
  await serve(
    listUsers(state),
    listGroups(state),
    inTurn('post', 'groups/update', status(504, 'Gateway Timeout'), applied(state)),
  );

describe('a write that takes effect after its run has given it up', () => {
  it.each([
    { verb: 'add', command: ADD, member: 'jsmith', late: ['djones', 'jsmith'] },
    { verb: 'remove', command: REMOVE, member: 'djones', late: [] },
  ])('is in doubt: undo leaves it, resume finds it, and is undone ($verb)', async (of) => {
    const state = fakeProget(['djones']);
    const server = await serveAfterTimeout(state);
    const user = cli();
    const argv = [...of.command, NAME, `--member=${of.member}`, ...at(server)];
    const failed = await user.run([...argv, '--json']);
    const [run = ''] = runIds(user);
    expect(failed.code).toBe(1);
    expect(JSON.parse(failed.stdout)).toMatchObject({
      outcomes: [{ outcome: 'failed', error: { mayApply: true } }],
    });
    expect(jsonError(failed.stderr)['hint']).toContain(`To go on: groupctl resume ${run}`);
    // The server goes on after the gateway has given up.
    const group = state.groups[0];
    if (group !== undefined) group.users = [...of.late];
    expect(await user.run(['undo', run, '--yes', KEY])).toMatchObject({
      code: 8,
      stderr: expect.stringContaining(`To check it: groupctl resume ${run}`) as string,
    });
    expect((await user.run(['resume', run, KEY])).code).toBe(0);
    expect(state.groups[0]?.users).toEqual(of.late);
    expect((await user.run(['undo', 'latest', '--yes', KEY])).code).toBe(0);
    expect(state.groups[0]?.users).toEqual(['djones']);
  });
});

describe('a row that an undo found as it was to be', () => {
  const stageOf = async (members: string[]) => {
    const state = fakeProget(members, ['djones']);
    const server = await serve(
      listUsers(state),
      listGroups(state),
      inTurn('post', 'groups/update', ...Array.from({ length: 6 }, () => applied(state))),
    );
    const user = cli();
    const undo = async (n: number) => await user.run(['undo', runIds(user)[n] ?? '', '--yes', KEY]);
    return { state, server, user, undo, now: () => state.groups[0]?.users };
  };
  const two = ['--member=jsmith', '--member=djones'];

  it('is not undone again, as what is there now is a later change', async () => {
    const { server, user, undo, now } = await stageOf([]);
    await user.run([...ADD, NAME, ...two, ...at(server)]);
    await user.run([...REMOVE, NAME, '--member=djones', ...at(server)]);
    // Finds djones gone; is undone itself; and the removal of djones is undone, too.
    await undo(0);
    await undo(2);
    await undo(1);
    expect(now()).toEqual(['jsmith', 'djones']);
    const [first, , third] = runIds(user);
    expect(await undo(0)).toMatchObject({
      code: 0,
      stdout: 'Removed jsmith from Developers.\n',
      stderr: expect.stringContaining(
        `Left alone: 1 row that ${third} already undid, or found as they were before the run.\n`,
      ) as string,
    });
    expect(first).toBeDefined();
    expect(now()).toEqual(['djones']);
  });

  it('does not bring back what its own undo did: somebody else has changed that since', async () => {
    const { server, state, user, undo, now } = await stageOf(['jsmith', 'djones']);
    await user.run([...REMOVE, NAME, ...two, ...at(server)]);
    await undo(0);
    const group = state.groups[0];
    if (group !== undefined) group.users = ['djones'];
    await undo(1);
    expect(now()).toEqual([]);
    // jsmith was taken out by somebody else, and stays out.
    expect((await undo(0)).code).toBe(0);
    expect(now()).toEqual(['djones']);
  });
});

describe('a change in doubt that another run has made since', () => {
  it('is not counted by resume', async () => {
    const state = fakeProget(['djones']);
    const server = await serveAfterTimeout(state);
    const user = cli();
    const add = [...ADD, NAME, '--member=jsmith', '--timeout=0.1', ...at(server)];
    expect((await user.run(add)).code).toBe(1);
    expect((await user.run([...add, '--deadline=30'])).code).toBe(0);
    const [first = ''] = runIds(user);
    expect(await user.run(['resume', first, KEY])).toMatchObject({
      code: 0,
      stdout: 'jsmith is already a member of Developers; nothing to do.\n',
    });
    expect((await user.run(['undo', 'latest', '--yes', KEY])).stdout).toContain('nothing to undo');
    expect(state.groups[0]?.users).toContain('jsmith');
  });
});

describe('a deletion of a group that the server did not do', () => {
  it('is not undone when somebody else deletes the group', async () => {
    const state = fakeProget(['djones']);
    const server = await serve(
      listGroups(state),
      listPermissions(),
      http.delete('*/api/security/groups/delete', () => new HttpResponse('Boom', { status: 500 })),
    );
    const user = cli();
    const remove = ['security', 'groups', 'delete', NAME, ...at(server)];
    expect(await user.run(remove)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Nothing was written.') as string,
    });
    state.groups.length = 0;
    const [run = ''] = runIds(user);
    expect((await user.json(['history', 'show', run])) as object).toMatchObject({
      calls: [{ outcome: 'failed', error: 'http-500' }],
    });
    expect((await user.run(['undo', run, '--yes', KEY])).code).toBe(2);
    expect(server.calls().filter((call) => call.startsWith('DELETE'))).toHaveLength(1);
  });
});
