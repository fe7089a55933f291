import { describe, expect, it } from 'vitest';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { type CliResult, cli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';
import { ADD, REMOVE, runIds } from '../../commands/helpers.ts';

/** Ann, Bob and Cleo on an Infisical server, with a group that holds Bob. */
async function stage() {
  const fake = new FakeInfisical();
  for (const username of ['ann', 'bob', 'cleo']) fake.addUsers(1, () => ({ username }));
  fake.addGroup('QA', ['bob']);
  const { url } = await serve(fake.handler());
  const user = cli();
  const key = `--api-key=${TOKEN}`;
  const change = async (verb: string[], ...more: string[]): Promise<CliResult> =>
    await user.run([...verb, '--name=QA', `--source=${url}`, '--kind=infisical', key, ...more]);
  const runs = (): string[] => runIds(user);
  return {
    fake,
    runs,
    add: async (...argv: string[]) => await change(ADD, ...argv),
    remove: async (...argv: string[]) => await change(REMOVE, ...argv),
    undo: async (n: number) => await user.run(['undo', runs().at(n) ?? '', '--yes', key]),
    undoLatest: async () => await user.run(['undo', 'latest', '--yes', key]),
    resume: async (n: number) => await user.run(['resume', runs().at(n) ?? '', key]),
    members: () => [...fake.membersOf('QA')].sort(),
  };
}

describe('undo of a change that another run has made again', () => {
  it('leaves an addition alone, and names that run', async () => {
    const { add, remove, undo, runs, members } = await stage();
    await add('--member=ann');
    await remove('--member=ann');
    await add('--member=ann');
    const { code, stderr } = await undo(0);
    expect(code).toBe(8);
    expect(stderr).toContain(`another run made it again since (groupctl undo ${runs()[2]}).`);
    expect(members()).toEqual(['ann', 'bob']);
    // That run can be undone.
    expect((await undo(2)).code).toBe(0);
    expect(members()).toEqual(['bob']);
  });

  it('leaves a removal alone, and takes back what is the run’s still', async () => {
    const { add, remove, undo, members } = await stage();
    await add('--member=cleo');
    await remove('--member=bob', '--member=cleo');
    await add('--member=bob');
    await remove('--member=bob', '--reason=left the company');
    expect((await undo(1)).code).toBe(7);
    expect(members()).toEqual(['cleo']);
  });

  it('finds what another run has taken back, and no more', async () => {
    const { add, remove, undo } = await stage();
    await add('--member=ann');
    await remove('--member=ann');
    expect(await undo(0)).toMatchObject({
      code: 0,
      stdout: 'ann is not a member of QA; nothing to do.\n',
    });
  });
});

describe('resume of a run in doubt', () => {
  it('does not take the unverified change of another run for its own', async () => {
    const { fake, add, resume, undo, members } = await stage();
    fake.intercept = (method) => (method === 'POST' ? { status: 504, body: {} } : undefined);
    expect((await add('--member=ann', '--deadline=5')).code).not.toBe(0);
    fake.intercept = undefined;
    expect((await add('--member=ann', '--no-verify')).code).toBe(0);
    expect(await resume(0)).toMatchObject({
      code: 0,
      stdout: 'ann is already a member of QA; nothing to do.\n',
    });
    await undo(0);
    expect(members()).toEqual(['ann', 'bob']);
  });
});

describe('resume of a run of which a part was undone', () => {
  it('says so, and not that the run is undone', async () => {
    const { fake, add, resume, undo, members } = await stage();
    fake.intercept = (method, path) =>
      method === 'POST' && path.endsWith('/cleo')
        ? { status: 403, body: { message: 'no', error: 'ForbiddenError' } }
        : undefined;
    expect((await add('--member=ann', '--member=cleo')).code).toBe(7);
    fake.intercept = undefined;
    expect((await resume(0)).code).toBe(0);
    expect((await undo(1)).code).toBe(0);
    expect(members()).toEqual(['ann', 'bob']);
    expect((await resume(0)).stdout).toMatch(/^Run \w+ is undone in part\. Nothing to resume\.\n$/);
  });
});

describe('undo latest', () => {
  it('does not undo the resume of an undo', async () => {
    const { fake, add, resume, undo, undoLatest, members } = await stage();
    await add('--member=ann', '--member=cleo');
    fake.intercept = (method, path) =>
      method === 'DELETE' && path.endsWith('/cleo')
        ? { status: 403, body: { message: 'no', error: 'ForbiddenError' } }
        : undefined;
    expect((await undo(0)).code).toBe(7);
    fake.intercept = undefined;
    expect((await resume(1)).code).toBe(0);
    expect(members()).toEqual(['bob']);
    const { code, stderr } = await undoLatest();
    expect(code).toBe(2);
    expect(stderr).toContain('is itself an undo');
    expect(members()).toEqual(['bob']);
  });
});
