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
import { ADD, at, killAfter, runIds } from '../../commands/helpers.ts';

const NAME = '--name=Developers';
const KEY = '--api-key=abc12345';
type Answer = ReturnType<typeof applied>;

/** A group with djones. @param answers to the writes, in turn */
async function stageOf(answers: (state: FakeProget) => Answer[]) {
  const state = fakeProget(['djones']);
  const server = await serve(
    listUsers(state),
    listGroups(state),
    inTurn('post', 'groups/update', ...answers(state)),
  );
  const user = cli();
  const runs = (): string[] => runIds(user);
  return {
    user,
    server,
    runs,
    add: async () => await user.run([...ADD, NAME, '--member=jsmith', ...at(server)]),
    undo: async (n: number) => await user.run(['undo', runs()[n] ?? '', '--yes', KEY]),
    resume: async (n: number) => await user.run(['resume', runs()[n] ?? '', KEY]),
    now: () => state.groups[0]?.users,
    set: (users: string[]) => (state.groups[0]!.users = users),
  };
}

const lost = status(504, 'Gateway Timeout');
const boom = (state: FakeProget): Answer => appliedBut(state, status(502, 'Boom'));

describe('undo of a run whose undo was undone', () => {
  it('takes back what the server did though it answered with an error', async () => {
    const stage = await stageOf((state) => [
      applied(state),
      applied(state),
      boom(state),
      applied(state),
    ]);
    await stage.add();
    await stage.undo(0);
    expect((await stage.undo(1)).code).toBe(1);
    expect(stage.now()).toEqual(['djones', 'jsmith']);
    expect(await stage.undo(0)).toMatchObject({
      code: 0,
      stdout: 'Removed jsmith from Developers.\n',
    });
    expect(stage.now()).toEqual(['djones']);
  });

  it('names the run that is in doubt, until a resume has looked', async () => {
    const stage = await stageOf((state) => [applied(state), applied(state), lost, applied(state)]);
    await stage.add();
    await stage.undo(0);
    expect((await stage.undo(1)).code).toBe(1);
    stage.set(['djones', 'jsmith']);
    const third = stage.runs()[2] ?? '';
    expect(await stage.undo(0)).toMatchObject({
      code: 8,
      stderr: expect.stringContaining(
        `Left alone: ${third} sent it again, and the server did not answer, so it is in doubt. To check it: groupctl resume ${third}\n`,
      ) as string,
    });
    expect((await stage.resume(2)).stdout).toBe('Added jsmith to Developers.\n');
    expect((await stage.undo(0)).stdout).toBe('Removed jsmith from Developers.\n');
    expect(stage.now()).toEqual(['djones']);
  });
});

describe('undo of an undo that was undone', () => {
  it('leaves alone what another undo has done since', async () => {
    const stage = await stageOf((state) => Array.from({ length: 4 }, () => applied(state)));
    await stage.add();
    await stage.undo(0);
    await stage.undo(1);
    await stage.undo(0);
    expect(stage.now()).toEqual(['djones']);
    const [, second, third] = stage.runs();
    expect(await stage.undo(1)).toMatchObject({
      code: 0,
      stdout: `The run ${second} is undone already. Nothing to undo.\n`,
      stderr: expect.stringContaining(`Left alone: 1 row that ${third} already undid`) as string,
    });
    expect(stage.now()).toEqual(['djones']);
  });
});

describe('an undo that the server did though it answered with an error', () => {
  it('is not done again: what came later is somebody else’s', async () => {
    const stage = await stageOf((state) => [applied(state), boom(state)]);
    await stage.add();
    expect((await stage.undo(0)).code).toBe(1);
    stage.set(['djones', 'jsmith']);
    expect(await stage.undo(0)).toMatchObject({
      code: 0,
      stdout: `The run ${stage.runs()[0]} is undone already. Nothing to undo.\n`,
    });
    expect(stage.now()).toEqual(['djones', 'jsmith']);
  });
});

describe('an undo that takes effect after its run has given it up', () => {
  it('counts as that of the next undo, and the run before is undone', async () => {
    const stage = await stageOf((state) => [lost, applied(state), lost, applied(state)]);
    await stage.add();
    await stage.resume(0);
    expect((await stage.undo(1)).code).toBe(1);
    stage.set(['djones']);
    expect((await stage.undo(1)).stdout).toBe('Removed jsmith from Developers.\n');
    for (const n of [0, 1]) {
      const run = stage.runs()[n];
      expect(await stage.undo(n)).toMatchObject({
        code: 0,
        stdout: `The run ${run} is undone already. Nothing to undo.\n`,
      });
    }
    // It can be undone itself, as it would not if it had found somebody else's change.
    expect((await stage.undo(3)).stdout).toBe('Added jsmith to Developers.\n');
  });
});

describe('undo of a run in doubt whose resume found the change of another run', () => {
  it('has nothing to undo', async () => {
    const stage = await stageOf((state) => [applied(state), applied(state)]);
    await stage.add();
    killAfter(stage.user, ({ t }) => t === 'run' || t === 'intent');
    stage.set(['djones']);
    await stage.add();
    await stage.resume(0);
    const [first] = stage.runs();
    expect(await stage.undo(0)).toMatchObject({
      code: 0,
      stdout: `groupctl knows of nothing that the run ${first} changed, so there is nothing to undo.\n`,
    });
    expect(stage.now()).toEqual(['djones', 'jsmith']);
  });
});
