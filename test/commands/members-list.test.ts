import { describe, expect, it } from 'vitest';
import { cli } from '../helpers/cli.ts';
import { fakeProget, GROUPS, inTurn, listGroups, status } from '../helpers/proget.ts';
import { serve } from '../helpers/server.ts';
import { at, LIST } from './helpers.ts';

const NAMES = ['djones', 'Smith, "J"', 'CORP\\akhan', 'Zoë'];

describe('members list', () => {
  it.each([
    { how: 'one bare name a line off a terminal', members: NAMES, tty: false, more: [] },
    { how: 'nothing for an empty group off a terminal', members: [], tty: false, more: [] },
  ])('prints $how', async ({ members, tty, more }) => {
    const server = await serve(listGroups(fakeProget(members)));
    const result = await cli().run([...LIST, '--name=developers', ...more, ...at(server)], { tty });
    const stdout = members.map((name) => `${name}\n`).join('');
    const stderr = members.length === 0 ? 'No members in Developers.\n' : '';
    expect(result).toEqual({ code: 0, stdout, stderr });
    expect(server.calls()).toEqual([GROUPS]);
  });

  it.each([
    { members: NAMES, count: '4 members in Developers' },
    { members: ['djones'], count: '1 member in Developers' },
    { members: [], count: '0 members in Developers' },
  ])('counts on a terminal: $count', async ({ members, count }) => {
    const server = await serve(listGroups(fakeProget(members)));
    const argv = [...LIST, '--name=Developers', ...at(server)];
    const { stdout } = await cli().run(argv, { tty: true });
    expect(stdout).toBe([...members, `\u001b[2m${count}\u001b[22m`, ''].join('\n'));
    const plain = await cli().run(argv, { tty: true, env: { NO_COLOR: '1' } });
    expect(plain.stdout).toBe([...members, count, ''].join('\n'));
  });

  it('prints a bare array with --json, in the order of the server', async () => {
    const server = await serve(listGroups(fakeProget(NAMES)));
    const argv = [...LIST, '--name=Developers', ...at(server)];
    expect(await cli().json(argv)).toEqual(NAMES.map((member) => ({ member, type: 'user' })));
  });

  it('prints [] with --json for an empty group', async () => {
    const server = await serve(listGroups(fakeProget([])));
    const result = await cli().run([...LIST, '--name=Developers', '--json', ...at(server)]);
    expect(result).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
  });

  it('prints a header and a row a member as CSV', async () => {
    const server = await serve(listGroups(fakeProget(NAMES)));
    const result = await cli().run([
      ...LIST,
      '--name=Developers',
      '--output',
      'csv',
      ...at(server),
    ]);
    expect(result.stdout).toBe(
      'member,type\ndjones,user\n"Smith, ""J""",user\nCORP\\akhan,user\nZoë,user\n',
    );
  });

  it('keeps control characters of the server away from people, not from scripts', async () => {
    const evil = '\u001b]0;title\u0007eve\u202e\u009b2J';
    const state = fakeProget([evil]);
    const server = await serve(listGroups(state));
    const argv = [...LIST, '--name=Developers', ...at(server)];
    expect((await cli().run(argv)).stdout).toBe('"\\u001b]0;title\\u0007eve\\u202e\\u009b2J"\n');
    expect(await cli().json(argv)).toEqual([{ member: evil, type: 'user' }]);
  });

  it('of a group that does not exist is 4', async () => {
    const server = await serve(listGroups(fakeProget()));
    expect(await cli().run([...LIST, '--name=Develpers', ...at(server)])).toEqual({
      code: 4,
      stdout: '',
      stderr: 'groupctl: There is no group named "Develpers".\nHint: Did you mean Developers?\n',
    });
  });

  it.each([404, 405, 501])('needs a server that lists its groups (%i): 2', async (code) => {
    const server = await serve(inTurn('get', 'groups/list', status(code)));
    const result = await cli().run([...LIST, '--name=Developers', ...at(server)]);
    expect(result).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: ${server.url.slice(0, -1)} does not list its groups, so groupctl cannot list members there. Servers of the older kind can only add members. If this is a newer one, check the URL of the source.\n`,
    });
  });
});

describe('members list --all-groups', () => {
  const IN_SANDBOX = ['security', 'groups', 'members', 'list', '--source=sandbox'];

  it('has a row for each member of each group', async () => {
    const user = cli();
    const rows = (await user.json([...IN_SANDBOX, '--all-groups'])) as object[];
    expect(rows).toContainEqual({ group: 'Developers', member: 'djones', type: 'user' });
    expect(rows).toContainEqual({ group: 'QA', member: 'lchen', type: 'user' });
    const csv = (await user.run([...IN_SANDBOX, '--all-groups', '--output=csv'])).stdout;
    expect(csv).toMatch(/^group,member,type\nAdministrators,Admin,user\n/);
  });

  it('is not for one group: 2', async () => {
    expect((await cli().run([...IN_SANDBOX, '--all-groups', '--name=QA'])).code).toBe(2);
  });
});
