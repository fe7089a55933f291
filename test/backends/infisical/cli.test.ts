import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';
import { A, B, fail, type FakeInfisical, fakeWith, TOKEN, uuid } from './fake.ts';

/** The whole program against the fake: the tree is the same as for any other kind of server. */

const MEMBERS = ['security', 'groups', 'members'];

async function run(fake: FakeInfisical, ...argv: string[]) {
  const { url } = await serve(fake.handler());
  const options = [`--source=${url}`, '--kind=infisical', `--api-key=${TOKEN}`];
  const result = await cli().run([...argv, ...options]);
  return { ...result, stdout: result.stdout.replaceAll(url, 'URL') };
}

describe('groupctl on Infisical', () => {
  it('adds, and exits 0', async () => {
    const fake = fakeWith();
    const result = await run(fake, ...MEMBERS, 'add', '--name=developers', `--member=${B}`);
    expect(result).toEqual({ code: 0, stdout: `Added ${B} to Developers.\n`, stderr: '' });
    expect(fake.membersOf('Developers')).toEqual([A, B]);
  });

  it('prints the group with its id and slug, and the user as the server knows it', async () => {
    const result = await run(
      fakeWith(),
      ...MEMBERS,
      'remove',
      `--name=${uuid(900_000)}`,
      `--member=${A}`,
      '--json',
    );
    expect(result.code).toBe(0);
    expect(JSON.parse(result.stdout)).toMatchObject({
      schema: 1,
      kind: 'infisical',
      group: { name: 'Developers', id: uuid(900_000), slug: 'developers' },
      outcomes: [
        { member: A, op: 'remove', outcome: 'removed', verified: true, user: { id: uuid(0) } },
      ],
      summary: { removed: 1 },
    });
  });

  it('lists members, and groups', async () => {
    const fake = fakeWith();
    expect((await run(fake, ...MEMBERS, 'list', '--name=Developers')).stdout).toBe(`${A}\n`);
    expect((await run(fake, 'security', 'groups', 'list')).stdout).toBe('Developers\n');
  });

  it('writes nothing for an unknown name, and exits 4', async () => {
    const fake = fakeWith();
    const result = await run(
      fake,
      ...MEMBERS,
      'add',
      '--name=Developers',
      `--member=${B}`,
      '--member=nobody@corp.com',
    );
    expect(result.code).toBe(4);
    expect(fake.membersOf('Developers')).toEqual([A]);
  });

  it('exits 3 when our rights do not suffice, with the id of the request', async () => {
    const fake = fakeWith();
    fake.intercept = (method) =>
      method === 'GET'
        ? undefined
        : fail(403, 'PermissionDenied', 'You are not allowed to edit on groups');
    const result = await run(
      fake,
      ...MEMBERS,
      'add',
      '--name=Developers',
      `--member=${B}`,
      '--json',
    );
    expect(result.code).toBe(3);
    const { error } = JSON.parse(result.stderr.trim().split('\n').at(-1) ?? '') as {
      error: object;
    };
    expect(error).toMatchObject({ code: 'permission-denied', status: 403, requestId: 'req-1' });
  });
});
