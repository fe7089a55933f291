import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import {
  applied,
  appliedBut,
  type FakeProget,
  fakeProget,
  inTurn,
  listGroups,
  listUsers,
  status,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, at, runIds } from '../../commands/helpers.ts';

const KEY = '--api-key=abc12345';
type Answer = ReturnType<typeof applied>;

/** jsmith is added to a group with djones. @param answers to the writes, in turn */
async function added(answers: (state: FakeProget) => Answer[]) {
  const state = fakeProget(['djones']);
  const server = await serve(
    listUsers(state),
    listGroups(state),
    inTurn('post', 'groups/update', ...answers(state)),
  );
  const user = cli();
  await user.run([...ADD, '--name=Developers', '--member=jsmith', ...at(server)]);
  const runs = (): string[] => runIds(user);
  const run = runs()[0] ?? '';
  return {
    run,
    runs,
    resume: async () => await user.run(['resume', run, KEY]),
    undo: async (id = run) => await user.run(['undo', id, '--yes', KEY]),
    now: () => state.groups[0]?.users,
    set: (users: string[]) => (state.groups[0]!.users = users),
  };
}

const refused = status(400, 'No.');

describe('resume after a resume that was refused', () => {
  it('finds what the run in doubt did late, and it can be undone', async () => {
    const stage = await added((state) => [status(504, 'Gateway Timeout'), refused, applied(state)]);
    expect((await stage.resume()).code).toBe(5);
    stage.set(['djones', 'jsmith']);
    expect(await stage.undo()).toMatchObject({
      code: 8,
      stderr: expect.stringContaining(`To check it: groupctl resume ${stage.run}\n`) as string,
    });
    expect(await stage.resume()).toMatchObject({
      code: 0,
      stdout: 'Added jsmith to Developers.\n',
    });
    expect((await stage.undo(stage.runs().at(-1))).code).toBe(0);
    expect(stage.now()).toEqual(['djones']);
    expect((await stage.undo()).stdout).toBe(
      `The run ${stage.run} is undone already. Nothing to undo.\n`,
    );
  });

  it('does not call the run complete', async () => {
    const stage = await added(() => [status(500, 'Boom'), refused]);
    expect((await stage.resume()).code).toBe(5);
    const second = stage.runs()[1];
    expect(await stage.resume()).toMatchObject({
      code: 0,
      stdout: `Nothing of the run ${stage.run} can be resumed.\n`,
      stderr: expect.stringContaining(
        `Left alone: 1 row that cannot be done as it is. To see it: groupctl history show ${second}\n`,
      ) as string,
    });
  });
});

describe('resume of a run that was undone', () => {
  it('says so, also where both were answered with an error', async () => {
    const boom = status(502, 'Boom');
    const stage = await added((state) => [appliedBut(state, boom), appliedBut(state, boom)]);
    expect((await stage.undo()).code).toBe(1);
    expect(stage.now()).toEqual(['djones']);
    expect(await stage.resume()).toMatchObject({
      code: 0,
      stdout: `Run ${stage.run} is undone. Nothing to resume.\n`,
    });
    expect((await stage.undo()).stdout).toBe(
      `The run ${stage.run} is undone already. Nothing to undo.\n`,
    );
  });
});

describe('resume of a run with an undo in doubt', () => {
  it('names the undo, and does not take it for a change of somebody else', async () => {
    const boom = status(502, 'Boom');
    const stage = await added((state) => [appliedBut(state, boom), status(504, 'Gateway Timeout')]);
    expect((await stage.undo()).code).toBe(1);
    stage.set(['djones']);
    const second = stage.runs()[1];
    expect(await stage.resume()).toMatchObject({
      code: 0,
      stdout: `Nothing of the run ${stage.run} can be resumed.\n`,
      stderr: expect.stringContaining(
        `Left alone: 1 row with an undo that is in doubt. To check it: groupctl resume ${second}\n`,
      ) as string,
    });
    expect((await stage.undo()).stdout).toBe('Removed jsmith from Developers.\n');
    expect((await stage.undo()).code).toBe(0);
  });
});
