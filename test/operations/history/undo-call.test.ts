import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { runPath } from '../../../src/state/journal/files.ts';
import { at } from '../../commands/helpers.ts';
import { cli } from '../../helpers/cli.ts';
import { createGroup, fakeProget, listGroups, listUsers } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const SANDBOX = '--source=sandbox';

async function latest(user: ReturnType<typeof cli>): Promise<string> {
  return ((await user.json(['history'])) as { run: string }[])[0]?.run ?? '';
}

function stage() {
  const user = cli();
  return {
    user,
    run: (words: string, ...argv: string[]) => user.run([...words.split(' '), SANDBOX, ...argv]),
    undo: (...argv: string[]) => user.run(['undo', 'latest', '--yes', ...argv]),
    list: async (words: string) =>
      (await user.json([...words.split(' '), 'list', SANDBOX])) as object[],
  };
}

describe('undo', () => {
  it('restores a permission with a new id', async () => {
    const { run, undo, list } = stage();
    const before = await list('security permissions');
    await run('security permissions remove', '--id=3');
    expect(await undo()).toMatchObject({
      code: 0,
      stdout:
        'Created the permission "5: allow Promote Packages for feed internal-npm for user djones".\n',
    });
    const after = await list('security permissions');
    const bare = (all: object[]) => all.map((each) => ({ ...each, id: undefined }));
    expect(bare(after)).toEqual(expect.arrayContaining(bare(before)));
    expect(await undo()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is itself an undo') as string,
    });
  });

  it('deletes the API key that was created, and no other', async () => {
    const { user, run, undo, list } = stage();
    const before = await list('apikeys');
    const created = await run(
      'apikeys create personal',
      '--user=JSMITH',
      '--name=Laptop',
      '--json',
    );
    expect(JSON.parse(created.stdout)).toMatchObject({ id: '4', name: 'Laptop', user: 'jsmith' });
    expect(await user.json(['history', 'show', 'latest'])).toMatchObject({
      about: 'API key Laptop',
      calls: [{ call: 'POST api-keys/create', subject: 'Laptop', outcome: 'done' }],
    });
    expect((await undo('--dry-run')).stdout).toBe('Would delete the API key 4 (Laptop).\n');
    expect((await undo()).stdout).toBe('Deleted the API key 4 (Laptop).\n');
    expect(await list('apikeys')).toEqual(before);
    // The sandbox gives the number to the next key.
    const made = await run('apikeys create system', '--name=Other', '--json');
    expect(JSON.parse(made.stdout)).toMatchObject({ id: '4' });
    const [, , , first] = (await user.json(['history'])) as { run: string }[];
    expect(await user.run(['undo', first?.run ?? '', '--yes'])).toMatchObject({ code: 2 });
  });

  it('deletes no permission that somebody added since', async () => {
    const { user, run, list } = stage();
    const before = await list('security permissions');
    const add = async (task: string, ...more: string[]) =>
      await run('security permissions add', `--task=${task}`, '--user=lchen', ...more);
    await add('Promote Packages');
    const [added] = (await user.json(['history'])) as { run: string }[];
    await add('Manage Feed', '--no-journal');
    await run('security permissions remove', '--id=5', '--no-journal');
    await add('Promote Packages', '--no-journal');
    const now = await list('security permissions');
    expect(await user.run(['undo', added?.run ?? '', '--yes'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('nothing to do') as string,
    });
    expect(await list('security permissions')).toEqual(now);
    expect(now).toHaveLength(before.length + 2);
  });

  it('removes a permission that was added, and asks first on a terminal', async () => {
    const { user, run, list } = stage();
    const before = await list('security permissions');
    await run('security permissions add', '--task=Promote Packages', '--group=QA');
    const no = await user.run(['undo', 'latest'], { tty: true, answers: [false] });
    expect(no.code).toBe(8);
    expect(no.stderr).toMatch(
      /delete the permission "5: allow Promote Packages globally for group QA"\? \(y\/N\) n\n/,
    );
    const yes = await user.run(['undo', 'latest'], { tty: true, answers: [true] });
    expect(yes.code).toBe(0);
    expect(await list('security permissions')).toEqual(before);
  });

  it('restores a deleted task, and takes back a new one', async () => {
    const { run, undo, list } = stage();
    const before = await list('security tasks');
    await run('security tasks delete', '--name=Manage Feed');
    expect((await undo('--dry-run')).stdout).toBe('Would create the task Manage Feed.\n');
    expect((await undo()).stdout).toBe('Created the task Manage Feed.\n');
    expect(await list('security tasks')).toHaveLength(before.length);
    await run('security tasks create', '--name=T', '--attributes=Feeds_ViewFeed');
    expect((await undo()).stdout).toBe('Deleted the task T.\n');
    await run(
      'security tasks create',
      '--name=Manage Feed',
      '--attributes=Feeds_ViewFeed',
      '--force',
    );
    expect((await undo()).stdout).toMatch(
      /^Changed the task Manage Feed\.\n {2}description: none -> /,
    );
    const now = await list('security tasks');
    expect(now).toEqual(expect.arrayContaining(before));
  });

  it('leaves a task alone that was changed since: 8', async () => {
    const { user, run } = stage();
    await run('security tasks create', '--name=T', '--attributes=Feeds_ViewFeed');
    const id = await latest(user);
    await run('security tasks create', '--name=T', '--attributes=Feeds_AddPackage', '--force');
    expect(await user.run(['undo', id, '--yes'])).toMatchObject({
      code: 8,
      stderr: expect.stringContaining('The task "T" has changed since that run.') as string,
    });
  });

  it.each(['--source=sandbox', '--source=sandbox:infisical'])(
    'deletes a new group on %s only while it is empty',
    async (source) => {
      const user = cli();
      const groups = ['security', 'groups'];
      await user.run([...groups, 'create', '--name=Testers', source]);
      const id = await latest(user);
      await user.run([...groups, 'members', 'add', '--name=Testers', '--member=jsmith', source]);
      expect((await user.run(['undo', id, '--yes'])).code).toBe(8);
      await user.run([...groups, 'members', 'remove', '--name=Testers', '--member=jsmith', source]);
      expect((await user.run(['undo', id, '--yes'])).stdout).toBe('Deleted the group Testers.\n');
      expect((await user.run(['undo', id, '--yes'])).stdout).toBe(
        `The run ${id} is undone already. Nothing to undo.\n`,
      );
    },
  );

  it('deletes no new group while the server does not tell who is in it', async () => {
    const state = fakeProget();
    const server = await serve(listGroups(state), listUsers(state), createGroup(state));
    const user = cli();
    await user.run(['security', 'groups', 'create', '--name=QA', ...at(server)]);
    const created = state.groups.find(({ name }) => name === 'QA');
    created!.users = null;
    state.users = [{ name: 'djones', groups: ['QA'] }];
    const undone = await user.run(['undo', 'latest', '--yes', '--api-key=abc12345']);
    expect(undone).toMatchObject({ code: 1, stdout: '' });
    expect(undone.stderr).toContain('The server does not tell who is in "QA".');
    expect(state.groups).toContain(created);
  });

  it('deletes an account that a run created, while nobody has used it', async () => {
    const { user, run, undo, list } = stage();
    const before = await list('security users');
    const create = () =>
      run('security users create', '--username=newbie', '--email=n@corp.example', '--password=pw');
    await create();
    const id = await latest(user);
    expect((await undo()).stdout).toBe('Deleted the user newbie.\n');
    expect(await list('security users')).toEqual(before);
    expect((await user.run(['undo', id, '--yes'])).stdout).toBe(
      `The run ${id} is undone already. Nothing to undo.\n`,
    );
    for (const use of [
      ['security', 'groups', 'members', 'add', '--name=QA', '--member=newbie'],
      ['security', 'permissions', 'add', '--user=newbie', '--task=Promote Packages'],
      ['security', 'users', 'edit', '--username=newbie', '--displayname=New'],
    ]) {
      await run('security users delete', '--username=newbie');
      await create();
      const created = await latest(user);
      expect((await user.run([...use, SANDBOX])).code).toBe(0);
      expect(await user.run(['undo', created, '--yes'])).toMatchObject({
        code: 8,
        stderr: expect.stringContaining(
          'The user "newbie" has changed since that run. Nothing was written.',
        ) as string,
      });
      if (use[1] === 'permissions') await user.run(['undo', 'latest', '--yes']);
    }
  });

  it('restores the display name and the address of an account, and says that a password stays', async () => {
    const { run, undo, list } = stage();
    const before = await list('security users');
    await run(
      'security users edit',
      '--username=jsmith',
      '--email=a@corp.example',
      '--password=pw-never-said',
    );
    expect(await undo()).toMatchObject({
      code: 0,
      stdout: 'Changed the user jsmith.\n  email: a@corp.example -> jane.smith@corp.example\n',
      stderr: expect.stringMatching(
        /^Undoing run \w+: security users edit, user \w+ on sandbox, .*\nNot restored: the password\. groupctl keeps no passwords\.\n$/,
      ) as string,
    });
    expect(await list('security users')).toEqual(before);
  });

  it('says once that a password stays, though it looks again after the question', async () => {
    const { user, run } = stage();
    await run('security users edit', '--username=jsmith', '--email=a@b.example', '--password=pw-x');
    const { code, stderr } = await user.run(['undo', 'latest'], { tty: true, answers: [true] });
    expect([code, stderr.split('Not restored: the password.').length - 1]).toEqual([0, 1]);
  });

  it('of an edit leaves a field alone that was changed since: 8', async () => {
    const { user, run } = stage();
    await run('security users edit', '--username=jsmith', '--email=a@corp.example');
    const id = await latest(user);
    await run('security users edit', '--username=jsmith', '--email=b@corp.example');
    expect((await user.run(['undo', id, '--yes'])).code).toBe(8);
  });

  it('restores a task with the permissions that refer to it', async () => {
    const { run, undo, list } = stage();
    const before = await list('security permissions');
    const deleted = await run('security tasks delete', '--name=Promote Packages');
    expect(deleted.stderr).toBe(
      'The server may delete its permissions, too (undo adds them again): 3: allow Promote Packages for feed internal-npm for user djones; 4: deny Promote Packages for feed group Releases for group QA\n',
    );
    expect((await undo()).code).toBe(0);
    const bare = (all: object[]) => all.map((each) => ({ ...each, id: undefined }));
    expect(bare(await list('security permissions'))).toEqual(bare(before));
  });

  it('removes all permissions that one run added, and names them', async () => {
    const { user, run, undo, list } = stage();
    const before = await list('security permissions');
    const tasks = ['--task=Promote Packages', '--task=Manage Projects'];
    await run('security permissions add', ...tasks, '--user=lchen');
    expect(await user.json(['history'])).toHaveLength(1);
    expect((await undo()).stdout).toBe(
      'Deleted the permission "5: allow Promote Packages globally for user lchen; 6: allow Manage Projects globally for user lchen".\n',
    );
    expect(await list('security permissions')).toEqual(before);
  });

  it('leaves a new task and a new group alone that permissions refer to: 8', async () => {
    const { user, run } = stage();
    await run('security tasks create', '--name=T', '--attributes=Feeds_ViewFeed');
    const task = await latest(user);
    await run('security permissions add', '--task=T', '--user=jsmith');
    expect((await user.run(['undo', task, '--yes'])).code).toBe(8);
    await run('security groups create', '--name=Testers');
    const group = await latest(user);
    await run('security permissions add', '--task=Manage Projects', '--group=Testers');
    expect((await user.run(['undo', group, '--yes'])).code).toBe(8);
  });

  it('deletes nothing else than it asked about', async () => {
    const { user, run, list } = stage();
    await run('security permissions add', '--task=Promote Packages', '--group=QA');
    const id = await latest(user);
    const confirm = user.run(['undo', id], { tty: true, answers: [true] });
    expect((await confirm).code).toBe(0);
    expect(await list('security permissions')).toHaveLength(4);
  });

  it('leaves what somebody made again after an undo', async () => {
    const { user, run } = stage();
    const words = ['--group=QA', '--task=Promote Packages'];
    await run('security permissions add', ...words);
    const id = await latest(user);
    expect((await user.run(['undo', id, '--yes'])).code).toBe(0);
    const undo = await latest(user);
    await run('security permissions add', ...words);
    expect(await user.run(['undo', id, '--yes'])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(`Left alone: ${undo} already undid it.`) as string,
    });
    expect(await user.run(['undo', undo, '--yes'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('It is itself an undo') as string,
    });
  });

  it('of a new group deletes that very group, and none of its name or slug', async () => {
    const user = cli();
    const infisical = '--source=sandbox:infisical';
    const create = ['security', 'groups', 'create', infisical];
    await user.run([...create, '--name=Operations', '--slug=night-ops']);
    await user.run([...create, '--name=night-ops']);
    const id = await latest(user);
    expect((await user.run(['undo', id, '--yes'])).stdout).toBe('Deleted the group night-ops.\n');
    const list = await user.json(['security', 'groups', 'list', infisical]);
    const names = (list as { name: string }[]).map(({ name }) => name);
    expect(names).toContain('Operations');
    expect(names).not.toContain('night-ops');
  });

  it.each(['null', '{"displayName":"x"}', '{"name":{}}'])(
    'of a damaged record (%s) is refused: 2',
    async (made) => {
      const { user, run } = stage();
      await run('security users edit', '--username=jsmith', '--email=a@corp.example');
      const path = runPath(user.state, await latest(user));
      const text = readFileSync(path, 'utf8');
      const lines = text.replace(/"made":"(?:[^"\\]|\\.)*"/, `"made":${JSON.stringify(made)}`);
      expect(lines).not.toBe(text);
      writeFileSync(path, lines);
      expect(await user.run(['undo', 'latest', '--yes'])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('does not say what it changed') as string,
      });
    },
  );

  it.each([
    ['security users delete', '--username=djones', 'groupctl keeps no passwords.'],
    [
      'security users edit --username=djones',
      '--password=pw',
      'It changed a password, and groupctl keeps no passwords.',
    ],
    ['apikeys delete', '--id=3', 'groupctl keeps no keys.'],
  ])('of %s is refused with the reason: 2', async (words, argv, reason) => {
    const { run, undo } = stage();
    expect((await run(words, argv)).code).toBe(0);
    expect(await undo()).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(reason) as string,
    });
  });
});
