import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { ADD, at, MEMBERS, REMOVE } from '../../commands/helpers.ts';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import {
  addHandlers,
  type FakeProget,
  GROUPS,
  listGroups,
  UPDATE,
  updateGroup,
  USERS,
} from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import {
  Company,
  OFFBOARD,
  stage as companyStage,
} from '../../operations/people/offboard/stage.ts';

const NFC = 'Jos\u00e9';
const NFD = 'Jose\u0301';
const KEY = '--api-key=k';

function stateOf(...users: string[]): FakeProget {
  return { groups: [{ name: 'G', users }], users: [{ name: NFC }, { name: NFD }, { name: 'z' }] };
}

async function stage(state: FakeProget) {
  const server = await serve(...addHandlers(state));
  const user = cli();
  const run = (verb: readonly string[], ...members: string[]) =>
    user.run([...verb, '--name=G', ...members.map((name) => `--member=${name}`), ...at(server)]);
  return { user, run, held: () => state.groups[0]?.users };
}

describe('two listed accounts that differ in Unicode form', () => {
  it('are told apart by a removal', async () => {
    const { run, held } = await stage(stateOf(NFC, 'z'));
    expect((await run(REMOVE, NFD)).stdout).toBe(`${NFD} is not a member of G; nothing to do.\n`);
    expect(held()).toEqual([NFC, 'z']);
    expect((await run(REMOVE, NFC)).code).toBe(0);
    expect(held()).toEqual(['z']);
  });

  it('are told apart by an addition, of both in one run as well', async () => {
    const one = await stage(stateOf(NFC, 'z'));
    expect((await one.run(ADD, NFD)).stdout).toBe(`Added ${NFD} to G.\n`);
    expect(one.held()).toEqual([NFC, 'z', NFD]);
    const both = await stage(stateOf('z'));
    expect((await both.run(ADD, NFD, NFC)).code).toBe(0);
    expect(both.held()).toEqual(['z', NFD, NFC]);
  });

  it('are told apart by an undo, of a removal and of an addition', async () => {
    const removed = await stage(stateOf(NFC, NFD));
    await removed.run(REMOVE, NFC);
    await removed.user.run(['undo', 'latest', '--yes', KEY]);
    expect(removed.held()).toEqual([NFD, NFC]);
    const state = stateOf('z');
    const added = await stage(state);
    await added.run(ADD, NFD);
    state.groups[0]!.users = [NFC, 'z'];
    await added.user.run(['undo', 'latest', '--yes', KEY]);
    expect(added.held()).toEqual([NFC, 'z']);
  });

  it('cost no question about the users where a name differs in the case of ASCII letters', async () => {
    const state = stateOf(NFC, 'z');
    const server = await serve(...addHandlers(state).slice(1));
    const remove = [...REMOVE, '--member=Z', '--name=G', ...at(server)];
    expect((await cli().run(remove)).code).toBe(0);
    expect(state.groups[0]?.users).toEqual([NFC]);
  });

  it('are told apart by a sync, whose dry run and halves say the same', async () => {
    const names = file(NFC, 'z');
    const sync = async (...more: string[]) => {
      const state = stateOf(NFD, 'z');
      const handlers = addHandlers(state).slice(0, more.includes('--dry-run') ? 2 : 3);
      const argv = [
        ...MEMBERS,
        'sync',
        '--name=G',
        names,
        ...more,
        ...at(await serve(...handlers)),
      ];
      const { code, stdout } = await cli().run(argv);
      expect(code).toBe(0);
      return { stdout, held: state.groups[0]?.users };
    };
    const all = ['--yes', '--max-removal-percent=100'];
    const whole = await sync(...all);
    expect(whole.stdout).toBe(
      `+ ${NFC}\n- ${NFD}\n= 1 unchanged\nG: 1 added, 1 removed, 1 unchanged.\n`,
    );
    expect(whole.held).toEqual(['z', NFC]);
    expect((await sync(...all, '--dry-run')).stdout).toContain(`- ${NFD}\n`);
    expect((await sync(...all, '--remove-only')).held).toEqual(['z']);
    expect((await sync('--yes', '--add-only')).held).toEqual([NFD, 'z', NFC]);
  });

  it('are both added where the names are not checked, which asks who is listed', async () => {
    const state = stateOf('z');
    const server = await serve(...addHandlers(state));
    const argv = [...ADD, '--name=G', file(NFC, NFD), '--no-user-check', ...at(server)];
    expect((await cli().run(argv)).stdout).toBe(
      `Added ${NFC} to G.\nAdded ${NFD} to G.\nG: 2 added.\n`,
    );
    expect(state.groups[0]?.users).toEqual(['z', NFC, NFD]);
    expect(server.calls()).toEqual([GROUPS, USERS, GROUPS, UPDATE, GROUPS]);
  });

  it('are both copied, and only one of them to a server that has one', async () => {
    const copy = async (target: FakeProget) => {
      const from = { ...stateOf(NFC, NFD), users: stateOf().users };
      const user = cli();
      const servers = {
        from: await serve(...addHandlers(from).slice(0, 2)),
        to: await serve(...addHandlers(target)),
      };
      for (const [name, { url }] of Object.entries(servers))
        await user.run(['sources', 'add', `--name=${name}`, `--url=${url}`, KEY]);
      const argv = [...MEMBERS, 'copy', '--from=from', '--to=to', '--name=G', '--skip-unknown'];
      return await user.run(argv);
    };
    const both = stateOf('z');
    expect((await copy(both)).code).toBe(0);
    expect(both.groups[0]?.users).toEqual(['z', NFC, NFD]);
    const one = { ...stateOf('z'), users: [{ name: NFC }] };
    const copied = await copy(one);
    expect(copied.stdout).toContain(`would be ${NFC} on to, as ${NFC} is`);
    expect(one.groups[0]?.users).toEqual(['z', NFC]);
  });

  it('are not taken for each other by an undo when one of them is gone', async () => {
    const state = stateOf(NFD, 'z');
    const removed = await stage(state);
    await removed.run(REMOVE, NFD);
    state.users = [{ name: NFC }, { name: 'z' }];
    const undone = await removed.user.run(['undo', 'latest', '--yes', KEY]);
    expect(undone.code).toBe(4);
    expect(undone.stderr).toContain(`There is no user named "${NFD}". Did you mean ${NFC}?`);
    expect(removed.held()).toEqual(['z']);
    const later = stateOf('z');
    const added = await stage(later);
    await added.run(ADD, NFD);
    later.groups[0]!.users = [NFC, 'z'];
    later.users = [{ name: NFC }, { name: 'z' }];
    const left = await added.user.run(['undo', 'latest', '--yes', KEY]);
    expect(left).toMatchObject({
      code: 0,
      stdout: `${NFD} is not a member of G; nothing to do.\n`,
    });
    expect(added.held()).toEqual([NFC, 'z']);
  });

  it('are two people to where and offboard: groups, permissions and API keys', async () => {
    const { company, run } = await companyStage(twins());
    const where = await run([...MEMBERS, 'where', `--member=${NFD}`]);
    expect(where).toEqual({ code: 0, stdout: 'I\n', stderr: '' });
    const { code, stdout, stderr } = await run([...OFFBOARD, `--member=${NFD}`, '--keys', '--yes']);
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain('View');
    expect(company.groups.map(({ users }) => users)).toEqual([[NFC, 'z'], ['z']]);
    expect(company.keys.map(({ id }) => id)).toEqual([1]);
  });

  it('have permissions of their own', async () => {
    const { company, run } = await companyStage(twins());
    company.instead['GET tasks/list'] = () =>
      HttpResponse.json([{ name: 'View', attributes: ['View'] }]);
    company.instead['POST permissions/add'] = async (request) => {
      company.permissions.push({ id: 8, ...((await request.json()) as object) });
      return new HttpResponse(null, { status: 200 });
    };
    company.instead['POST permissions/delete'] = (request) => {
      const id = new URL(request.url).searchParams.get('permissionId');
      company.permissions = company.permissions.filter((each) => `${(each as Id).id}` !== id);
      return new HttpResponse(null, { status: 200 });
    };
    const permissions = ['security', 'permissions'];
    const shown = [...permissions, 'list', `--user=${NFD}`, '--json'];
    expect((await run(shown)).stdout).toBe('[]\n');
    const effective = await run([...permissions, 'list', `--user=${NFD}`, '--effective', '--json']);
    expect(JSON.parse(effective.stdout)).toMatchObject([{ attribute: 'View', allowed: false }]);
    const added = await run([...permissions, 'add', '--task=View', `--user=${NFD}`]);
    expect(added.stdout).toBe(`Created the permission "8: allow View globally for user ${NFD}".\n`);
    const user = await run(['security', 'users', 'show', `--username=${NFD}`, '--json']);
    expect(JSON.parse(user.stdout)).toMatchObject({ permissions: [{ id: '8' }] });
    expect((await run(['undo', 'latest', '--yes'])).code).toBe(0);
    expect(company.permissions).toEqual([{ id: 7, user: NFC, task: 'View', deny: false }]);
  });
});

describe('names of which none can be a twin', () => {
  it('cost no question about the users, of however many and with --no-user-check', async () => {
    const names = Array.from({ length: 50 }, (_, at) => `user${at}`);
    const state = stateOf(NFC, 'Zo\u00eb');
    const server = await serve(listGroups(state), updateGroup(state));
    const added = file(...names, 'USER1', 'M\u00fcller');
    const argv = [...ADD, '--name=G', added, '--no-user-check', ...at(server)];
    expect((await cli().run(argv)).code).toBe(0);
    expect(server.calls()).toEqual([GROUPS, UPDATE, GROUPS]);
  });

  it('cost one question about the users in a sync, which asks who exists', async () => {
    const state = stateOf('a', 'z');
    state.users.push({ name: 'b' });
    const server = await serve(...addHandlers(state));
    const sync = [...MEMBERS, 'sync', '--name=G', file('Z', 'b'), '--yes'];
    const argv = [...sync, '--max-removal-percent=100', ...at(server)];
    expect((await cli().run(argv)).code).toBe(0);
    expect(server.calls()).toEqual([USERS, GROUPS, UPDATE, GROUPS]);
  });
});

interface Id {
  readonly id: number;
}

/** NFC is in G, has a permission and a key; NFD is in I, and has a key. */
function twins(): Company {
  const company = new Company();
  company.groups = [
    { name: 'G', users: [NFC, 'z'] },
    { name: 'I', users: [NFD, 'z'] },
  ];
  company.users = [{ name: NFC }, { name: NFD }, { name: 'z' }];
  company.permissions = [{ id: 7, user: NFC, task: 'View', deny: false }];
  company.keys = [
    { id: 1, type: 'Personal', user: NFC },
    { id: 2, type: 'Personal', user: NFD },
  ];
  return company;
}

function file(...names: string[]): string {
  const path = join(temporaryFolder(), 'names.csv');
  writeFileSync(path, `Member\n${names.join('\n')}\n`);
  return `--file=${path}`;
}
