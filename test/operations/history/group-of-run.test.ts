import { readFileSync, writeFileSync } from 'node:fs';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { runPath } from '../../../src/state/journal/files.ts';
import { FakeInfisical, TOKEN } from '../../backends/infisical/fake.ts';
import { at } from '../../commands/helpers.ts';
import { type Cli, cli } from '../../helpers/cli.ts';
import { fakeProget, listGroups, noAnswer } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const GROUPS = ['security', 'groups'];
const [ANN, BOB] = ['user00000@corp.com', 'user00001@corp.com'];
const KEY = '--api-key=abc12345';

async function infisical(fake: FakeInfisical) {
  const server = await serve(fake.handler());
  const options = [`--source=${server.url}`, '--kind=infisical', `--api-key=${TOKEN}`];
  const user = cli();
  const run = (...argv: string[]) => user.run([...argv, ...options]);
  const undo = (id: string) => user.run(['undo', id, '--yes', `--api-key=${TOKEN}`]);
  return { user, server, run, undo };
}

async function latest(user: Cli): Promise<string> {
  const [newest] = (await user.json(['history'])) as { run: string }[];
  return newest?.run ?? '';
}

/** A group with two members that was deleted, and the run that did it. */
async function withDeletedGroup() {
  const fake = new FakeInfisical().addUsers(2);
  fake.addGroup('Zz');
  fake.addGroup('QA', [ANN, BOB], 'qa');
  const { user, run, undo } = await infisical(fake);
  await run(...GROUPS, 'delete', '--name=QA');
  return { fake, user, undo, deletion: await latest(user) };
}

/** POST groups answers 502; what the list shows from then on is up to `then`. */
function losesPost(fake: FakeInfisical, then: () => void): void {
  fake.intercept = (method, path) => {
    if (method !== 'POST' || !path.endsWith('/groups')) return undefined;
    then();
    return { status: 502, body: {} };
  };
}

describe('a group whose creation was not answered', () => {
  it('is reported as created, and not deleted by undo: it may be somebody else’s', async () => {
    const fake = new FakeInfisical().addUsers(2);
    const { user, server, run, undo } = await infisical(fake);
    losesPost(fake, () => fake.addGroup('QA', [], 'qa-colleague'));
    expect(await run(...GROUPS, 'create', '--name=QA')).toMatchObject({
      code: 0,
      stdout: 'Created the group QA.\n',
    });
    const id = await latest(user);
    const shown = (await user.json(['history', 'show', id])) as { calls: object[] };
    expect(shown.calls).toMatchObject([
      { call: 'POST groups', outcome: 'done', error: 'http-502' },
    ]);
    expect(shown.calls[0]).not.toHaveProperty('made');
    expect(await undo(id)).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: The run ${id} (security groups create) cannot be undone. The answer was lost, so it is not known whether this run or somebody else created the group "QA". If it may go, groupctl security groups delete --name=QA --source=${server.url} deletes it. groupctl history show ${id} prints what it recorded.\n`,
    });
    expect(fake.groups).toHaveLength(1);
  });

  it('gets no members when a deletion is undone: 8, and none from resume', async () => {
    const { fake, user, undo, deletion } = await withDeletedGroup();
    losesPost(fake, () => fake.addGroup('QA', [], 'qa'));
    const undone = await undo(deletion);
    expect(undone).toMatchObject({ code: 8, stdout: '' });
    expect(undone.stderr).toContain(
      'groupctl: There is a group "QA" now, but the answer was lost, so it is not known whether this run or somebody else created it. Nobody was added to it.',
    );
    const id = await latest(user);
    expect(id).not.toBe(deletion);
    const resumed = await user.run(['resume', id, `--api-key=${TOKEN}`]);
    expect(resumed.code).toBe(2);
    expect(resumed.stderr).toContain(
      `It is not known whether the run ${id} or somebody else created the group "QA".`,
    );
    expect(fake.membersOf('QA')).toEqual([]);
    // It is not undone: the group is in the way still.
    expect((await undo(deletion)).code).toBe(5);
  });

  it('is nothing that undo of a deletion speaks of, where the group was gone already', async () => {
    const fake = new FakeInfisical();
    fake.addGroup('QA', [], 'qa');
    const { user, run, undo } = await infisical(fake);
    fake.intercept = (method) => {
      if (method !== 'DELETE') return undefined;
      fake.groups.splice(0);
      return {
        status: 404,
        body: { statusCode: 404, message: 'Group not found', error: 'NotFound' },
      };
    };
    await run(...GROUPS, 'delete', '--name=QA');
    const id = await latest(user);
    expect(await user.json(['history', 'show', id])).toMatchObject({
      calls: [{ call: expect.stringMatching(/^DELETE /) as string, outcome: 'done' }],
    });
    const { code, stderr } = await undo(id);
    expect(code).toBe(2);
    expect(stderr).toContain('Its record does not say for certain that it changed anything.');
    expect(stderr).not.toContain('somebody else');
  });

  it('is not deleted by undo on ProGet, nor is an account', async () => {
    const state = fakeProget();
    const users: object[] = [];
    const lost = (path: string, add: (body: object) => void) =>
      http.post(`*/api/security/${path}`, async ({ request }) => {
        add((await request.json()) as object);
        return await noAnswer(request);
      });
    const server = await serve(
      listGroups(state),
      http.get('*/api/security/users/list', () => HttpResponse.json(users)),
      lost('groups/add', () => state.groups.push({ name: 'QA', users: [] })),
      lost('users/add', ({ name }: { name?: string }) => users.push({ name })),
    );
    const user = cli();
    const undo = async () => await user.run(['undo', 'latest', '--yes', KEY]);
    await user.run([...GROUPS, 'create', '--name=QA', ...at(server)]);
    expect(await undo()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('somebody else created the group "QA"') as string,
    });
    const who = [
      '--username=newbie',
      '--displayname=N',
      '--email=n@corp.example',
      '--password=Pa55-word-1',
    ];
    const created = await user.run(['security', 'users', 'create', ...who, ...at(server)]);
    expect(created).toMatchObject({ code: 0 });
    expect(await undo()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('somebody else created the user newbie') as string,
    });
  });
});

describe('a group whose creation was refused', () => {
  it('is not in doubt for undo and resume: it was not created (2)', async () => {
    const { fake, user, undo, deletion } = await withDeletedGroup();
    fake.intercept = (method, path) =>
      method === 'POST' && path.endsWith('/groups')
        ? { status: 403, body: { message: 'Not allowed' } }
        : undefined;
    expect((await undo(deletion)).code).not.toBe(0);
    const id = await latest(user);
    expect(id).not.toBe(deletion);
    const message = `The run ${id} did not create the group "QA", and added nobody.`;
    for (const again of [await undo(id), await user.run(['resume', id, `--api-key=${TOKEN}`])]) {
      expect(again.code).toBe(2);
      expect(again.stderr).toContain(message);
      expect(again.stderr).toContain(`groupctl undo ${deletion}`);
    }
  });
});

describe('a group that was created again', () => {
  it('is not looked for by an ID that its record holds in no proper way: 2', async () => {
    const fake = new FakeInfisical().addUsers(2);
    fake.addGroup('Zz');
    fake.addGroup('QA', [ANN], 'qa');
    const { user, run, undo } = await infisical(fake);
    await run(...GROUPS, 'delete', '--name=QA');
    expect((await undo(await latest(user))).code).toBe(0);
    const again = await latest(user);
    const path = runPath(user.state, again);
    const lines = readFileSync(path, 'utf8').replaceAll(/"made":"(?:[^"\\]|\\.)*"/g, '"made":"{"');
    writeFileSync(path, lines);
    const { code, stderr } = await undo(again);
    expect(code).toBe(2);
    expect(stderr).toContain('does not say what it changed.');
  });

  it('is found by its ID when its run goes on or is undone', async () => {
    const fake = new FakeInfisical().addUsers(2);
    fake.generation = 'old';
    fake.addGroup('Zz');
    fake.addGroup('QA', [ANN], 'qa');
    const { user, run, undo } = await infisical(fake);
    await run(...GROUPS, 'delete', '--name=QA');
    expect((await undo(await latest(user))).code).toBe(0);
    const again = await latest(user);
    const ours = fake.groups.at(-1);
    fake.groups.push({
      id: 'f'.repeat(8),
      name: 'QA',
      slug: 'qa',
      members: [...(ours?.members ?? [])],
      identities: [],
    });
    if (ours !== undefined) ours.slug = 'qa-renamed';
    expect((await undo(again)).code).toBe(0);
    expect(ours?.members).toEqual([]);
    expect(fake.groups.at(-1)?.members).toHaveLength(1);
  });
});
