import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import {
  fakeProget,
  type FakeProget,
  listGroups,
  listUsers,
  updateGroup,
} from '../../helpers/proget.ts';
import { serve, type TestServer } from '../../helpers/server.ts';
import { ADD, at, killAfter } from '../../commands/helpers.ts';

const NAME = '--name=Developers';
const KEY = '--api-key=abc12345';

async function proget(state: FakeProget): Promise<TestServer> {
  return await serve(listUsers(state), listGroups(state), updateGroup(state));
}

const members = (state: FakeProget): unknown => state.groups[0]?.users;

describe('a run that was killed after the answer to its one call', () => {
  const taken = (line: { t: string }): boolean => ['run', 'intent', 'answer'].includes(line.t);

  it('is taken back by undo, and not done again by resume', async () => {
    const state = fakeProget(['djones']);
    const server = await proget(state);
    const user = cli();
    const names = ['--member=jsmith', '--member=John Smith'];
    await user.run([...ADD, NAME, ...names, ...at(server)]);
    killAfter(user, taken);
    const [run = ''] = readdirSync(join(user.state, 'runs')).map((file) => file.slice(0, 26));
    const show = await user.run(['history', 'show', run], { tty: true });
    expect(show.stdout).toContain(`Undo it (2 rows): groupctl undo ${run}`);
    expect(await user.run(['undo', run, '--yes', KEY])).toMatchObject({
      code: 0,
      stdout:
        'Removed John Smith from Developers.\nRemoved jsmith from Developers.\nDevelopers: 2 removed.\n',
    });
    expect(members(state)).toEqual(['djones']);
    expect(await user.json(['resume', run, KEY])).toMatchObject({ outcomes: [] });
    expect(members(state)).toEqual(['djones']);
  });

  it('is left to a resume that has counted it as its own', async () => {
    const state = fakeProget(['djones']);
    const server = await proget(state);
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    killAfter(user, taken);
    const [run = ''] = readdirSync(join(user.state, 'runs')).map((file) => file.slice(0, 26));
    const resumed = (await user.json(['resume', run, KEY])) as { run: string };
    expect(resumed).toMatchObject({ summary: { added: 1 } });
    const left = await user.run(['undo', run, '--yes', KEY]);
    expect(left.code).toBe(8);
    expect(left.stderr + left.stdout).toContain(`(groupctl undo ${resumed.run})`);
    expect(members(state)).toEqual(['djones', 'jsmith']);
  });

  it('writes nothing for a member whom somebody has taken out since', async () => {
    const state = fakeProget(['djones']);
    const server = await proget(state);
    const user = cli();
    await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]);
    killAfter(user, taken);
    state.groups = [{ name: 'Developers', users: ['djones'] }];
    const writes = server.writes().length;
    expect(await user.json(['undo', 'latest', '--yes', KEY])).toMatchObject({
      summary: { alreadyAbsent: 1 },
    });
    expect(server.writes()).toHaveLength(writes);
  });
});
