import { describe, expect, it } from 'vitest';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { cli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';

const LOGIN = ['--client-id=cid', '--client-secret=s3cret-9'];
const MEMBER = 'user00000@corp.com';

/** A server with two organizations, and a source for each; one run on the source `branch`. */
async function stage() {
  const fake = new FakeInfisical().addUsers(1);
  fake.addGroup('Developers');
  fake.intercept = (_, path) =>
    path.endsWith('/login') ? { status: 200, body: { accessToken: TOKEN } } : undefined;
  const server = await serve(fake.handler());
  const user = cli();
  const add = async (name: string, ...more: string[]) => {
    const facts = [`--name=${name}`, '--kind=infisical', `--url=${server.url}`, ...LOGIN];
    const { code } = await user.run(['sources', 'add', ...facts, ...more]);
    expect(code).toBe(0);
  };
  await add('root');
  await add('branch', '--organization-slug=branch');
  const members = ['security', 'groups', 'members', 'add', '--name=Developers'];
  const added = await user.run([...members, `--member=${MEMBER}`, '--source=branch']);
  expect(added).toMatchObject({ code: 0 });
  const [newest] = (await user.json(['history'])) as { run: string }[];
  const run = newest?.run ?? '';
  const undo = async (...more: string[]) => await user.run(['undo', run, '--yes', ...more]);
  const none = {
    code: 2,
    stdout: '',
    stderr: expect.stringContaining(
      `The run ${run} was on ${server.url} (infisical), and no source here is for that server and the organization "branch".`,
    ) as string,
  };
  return { fake, server, user, run, add, undo, none };
}

describe('the source of an earlier run', () => {
  it('is one of the same organization, and no other of that server', async () => {
    const { fake, user, add, undo, none } = await stage();
    expect((await user.run(['sources', 'remove', '--name=branch'])).code).toBe(0);
    const sent = fake.calls.length;
    expect(await undo()).toEqual(none);
    expect(await undo('--source=root')).toEqual(none);
    expect(fake.calls).toHaveLength(sent);
    await add('renamed', '--organization-slug=branch');
    expect(await undo()).toMatchObject({ code: 0 });
    expect(fake.membersOf('Developers')).toEqual([]);
  });

  it('is not its own one when that was edited to another organization', async () => {
    const { fake, user, undo, none } = await stage();
    expect((await user.run(['sources', 'edit', 'branch', '--organization-slug=other'])).code).toBe(
      0,
    );
    const sent = fake.calls.length;
    expect(await undo()).toEqual(none);
    expect(await user.run(['resume', 'latest'])).toEqual(none);
    expect(fake.calls).toHaveLength(sent);
  });

  it('is the one whose runs history lists', async () => {
    const { user, run, add } = await stage();
    await add('same', '--organization-slug=branch');
    const runs = async (source: string) =>
      ((await user.json(['history', `--source=${source}`])) as { run: string }[]).map(
        (each) => each.run,
      );
    expect(await runs('same')).toEqual([run]);
    expect(await runs('root')).toEqual([]);
  });
});
