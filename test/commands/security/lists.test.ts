import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';

/** The lines are those of pgutil, byte for byte. */

const list = (path: string, body: object) =>
  http.get(`*/api/${path}`, () => HttpResponse.json(body));

async function run(argv: string[], ...handlers: Parameters<typeof serve>) {
  const server = await serve(...handlers);
  const result = await cli().run([...argv, `--source=${server.url}`, '--api-key=abc12345']);
  return { ...result, calls: server.calls() };
}

const USERS = [
  {
    name: 'djones',
    displayName: 'Dana Jones',
    email: 'dana.jones@corp.example',
    groups: ['Developers'],
  },
  { name: 'x', displayName: null, groups: [] },
];

describe('users list', () => {
  const argv = ['security', 'users', 'list'];

  it('prints a line for each user', async () => {
    expect(await run(argv, list('security/users/list', USERS))).toEqual({
      code: 0,
      stdout: 'djones (Dana Jones)\nx ()\n',
      stderr: '',
      calls: ['GET /api/security/users/list'],
    });
  });

  it.each([
    ['JONES', 'djones (Dana Jones)\n', ''],
    ['X', 'x ()\n', ''],
    ['nobody', '', 'No matching users found.\n'],
  ])('finds %s in names and display names', async (term, stdout, stderr) => {
    const found = await run([...argv, `--search-term=${term}`], list('security/users/list', USERS));
    expect(found).toMatchObject({ code: 0, stdout, stderr });
  });
});

describe('users show', () => {
  const argv = ['security', 'users', 'show'];
  const permissions = [
    { id: 1, group: 'developers', task: 'View', deny: false },
    { id: 2, group: 'QA', task: 'View', deny: false },
    { id: 3, user: 'DJONES', task: 'Promote', feed: 'npm', deny: true },
  ];

  it('prints what pgutil prints, with one read', async () => {
    const shown = await run([...argv, '--username=DJones'], list('security/users/list', USERS));
    expect(shown).toEqual({
      code: 0,
      stdout:
        'User name: djones\nDisplay name: Dana Jones\nEmail: dana.jones@corp.example\nGroup membership:\n - Developers\n',
      stderr: '',
      calls: ['GET /api/security/users/list'],
    });
    const empty = await run([...argv, '--username=x'], list('security/users/list', USERS));
    expect(empty.stdout).toBe(
      'User name: x\nDisplay name: \nEmail: \nGroup membership:\n - none\n',
    );
  });

  it('asks the groups where the list of users does not name them', async () => {
    const shown = await run(
      [...argv, '--username=x'],
      list('security/users/list', [{ name: 'x' }]),
      list('security/groups/list', [{ name: 'Devs', users: ['x'] }]),
    );
    expect(shown.stdout).toBe(
      'User name: x\nDisplay name: \nEmail: \nGroup membership:\n - Devs\n',
    );
  });

  it.each(['csv', 'table'])('refuses permissions with --output=%s: 2', async (format) => {
    const words = [...argv, '--username=x', '--permissions', `--output=${format}`];
    expect(await run(words)).toEqual({
      code: 2,
      stdout: '',
      stderr: `groupctl: The output ${format} has no permissions. Use --output=json, yaml or human.\n`,
      calls: [],
    });
  });

  it('adds the permissions that reach the account, with two reads', async () => {
    const handlers = [
      list('security/users/list', USERS),
      list('security/permissions/list', permissions),
    ];
    const shown = await run([...argv, '--username=djones', '--permissions'], ...handlers);
    expect(shown.stdout).toContain(
      '\n - 1: allow View globally for group developers\n - 3: deny Promote for feed npm for user DJONES\n',
    );
    expect(shown.calls).toHaveLength(2);
    const json = await run([...argv, '--username=djones', '--json'], ...handlers);
    expect(JSON.parse(json.stdout)).toMatchObject({ permissions: [{ id: '1' }, { id: '3' }] });
  });

  it('names the nearest user where there is none: 4', async () => {
    const { code, stderr } = await run(
      [...argv, '--username=djonse'],
      list('security/users/list', USERS),
    );
    expect({ code, stderr }).toEqual({
      code: 4,
      stderr: 'groupctl: There is no user named "djonse".\nHint: Did you mean djones?\n',
    });
  });

  it('takes no password: 2', async () => {
    const result = await cli().run([...argv, '--username=x', '--password=y']);
    expect(result.code).toBe(2);
    expect(result.stderr).toContain('--password');
  });
});

describe('tasks list', () => {
  const tasks = [
    {
      name: 'Add',
      description: 'Add packages',
      feedScoped: true,
      attributes: ['Feeds_AddPackage'],
    },
    { name: 'Nothing', attributes: [] },
  ];

  it('prints a block for each task, with its name', async () => {
    const { stdout, code } = await run(
      ['security', 'tasks', 'list'],
      list('security/tasks/list', tasks),
    );
    expect({ stdout, code }).toEqual({
      code: 0,
      stdout:
        'Task: Add\nDescription: Add packages\nAttributes: \n * Feeds_AddPackage\n\nTask: Nothing\nDescription: none\nAttributes: \n\n',
    });
  });

  it('leaves standard output empty where there is none', async () => {
    const found = await run(
      ['security', 'tasks', 'list', '--name=other'],
      list('security/tasks/list', tasks),
    );
    expect(found).toMatchObject({ code: 0, stdout: '', stderr: 'No tasks found.\n' });
  });
});

it.each([[['security', 'attributes', 'list']], [['security', 'tasks', 'attributes', 'list']]])(
  '%s marks what can be scoped to a feed',
  async (argv) => {
    const attributes = [
      { name: 'Feeds_ViewFeed', feedScoped: true },
      { name: 'Admin', feedScoped: false },
    ];
    expect((await run(argv, list('security/attributes/list', attributes))).stdout).toBe(
      ' - Feeds_ViewFeed*\n - Admin\n\n* indicates attribute can be scoped to a feed\n\n',
    );
  },
);

describe('permissions list', () => {
  const permissions = [
    { id: 4, group: 'QA', task: 'Promote Packages', feedGroup: 'Releases', deny: true },
    { id: 3, user: 'djones', task: 'Promote Packages', feed: 'internal-npm', deny: false },
    { id: 1, group: 'Administrators', task: 'Administer', deny: false },
    { task: 'Old' },
  ];
  const handler = list('security/permissions/list', permissions);

  it('refuses --feed-group without --effective: 2', async () => {
    expect(await run(['security', 'permissions', 'list', '--feed-group=g'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'groupctl: --feed-group needs --effective.\n',
      calls: [],
    });
  });

  it('is sorted by id', async () => {
    expect((await run(['security', 'permissions', 'list'], handler)).stdout).toBe(
      [
        ': allow Old globally for unknown',
        '1: allow Administer globally for group Administrators',
        '3: allow Promote Packages for feed internal-npm for user djones',
        '4: deny Promote Packages for feed group Releases for group QA',
        '',
      ].join('\n'),
    );
  });

  it('has the columns of a permission in CSV, and filters', async () => {
    const argv = ['security', 'permissions', 'list', '--output=csv'];
    expect((await run([...argv, '--task=promote packages', '--group=qa'], handler)).stdout).toBe(
      'id,user,group,task,feed,feedGroup,deny\n4,,QA,Promote Packages,,Releases,true\n',
    );
  });

  it.each([
    ['--user=jsmit', 'There is no user named "jsmit".\nDid you mean jsmith?\n'],
    ['--user=lchen', 'Those that a user has through groups are listed with --effective.\n'],
    ['--group=Developrs', 'There is no group named "Developrs".\nDid you mean Developers?\n'],
    ['--group=Engineers', ''],
    ['--task=Promote', 'There is no task named "Promote".\n'],
    ['--user=anonymous', 'Those that a user has through groups are listed with --effective.\n'],
  ])('says why there is none: %s', async (option, why) => {
    const argv = ['security', 'permissions', 'list', option, '--source=sandbox'];
    expect(await cli().run(argv)).toEqual({
      code: 0,
      stdout: '',
      stderr: `No permissions found.\n${why}`,
    });
  });

  it('finds none where users may not be listed, and does not fail', async () => {
    const refused = http.get(
      '*/api/security/users/list',
      () => new HttpResponse(null, { status: 403 }),
    );
    const server = await serve(handler, refused);
    const argv = [
      'security',
      'permissions',
      'list',
      '--user=nobody',
      `--source=${server.url}`,
      '--api-key=abc12345',
    ];
    expect(await cli().run(argv)).toMatchObject({ code: 0, stderr: 'No permissions found.\n' });
  });
});

describe('permissions list --effective', () => {
  const argv = ['security', 'permissions', 'list', '--effective', '--source=sandbox'];

  it('shows the rule that decides, by attribute', async () => {
    const { code, stdout, stderr } = await cli().run([
      ...argv,
      '--user=djones',
      '--feed=internal-npm',
    ]);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: 'groupctl computed this itself; it counts groups of the built-in directory only.\n',
    });
    expect(stdout).toContain('Feeds_AddPackage\tallowed\t3\n');
    expect(stdout).toContain('Admin_ConfigureProGet\tnot allowed\t\n');
    const json = await cli().run([...argv, '--user=djones', '--json']);
    expect(JSON.parse(json.stdout)).toContainEqual({
      attribute: 'Feeds_AddPackage',
      allowed: false,
      permission: null,
    });
  });

  it('asks the groups who is in them where the users do not tell', async () => {
    const handlers = [
      list('security/users/list', [{ name: 'u' }]),
      list('security/groups/list', [
        { name: 'G', users: ['u'] },
        { name: 'H', users: [] },
      ]),
      list('security/permissions/list', [{ id: 1, group: 'G', task: 'View', deny: false }]),
      list('security/tasks/list', [{ name: 'View', attributes: ['A'] }]),
    ];
    const effective = ['permissions', 'list', '--effective', '--user=u', '--output=csv'];
    expect((await run(['security', ...effective], ...handlers)).stdout).toBe(
      'attribute,allowed,permission,candidates\nA,true,1,\n',
    );
    const shown = await run(
      ['security', 'users', 'show', '--username=u', '--permissions'],
      ...handlers.slice(0, 3),
    );
    expect(shown.stdout).toContain(' - G\n');
    expect(shown.stdout).toContain('1: allow View globally for group G');
  });

  it('leaves undecided what depends on the group of the feed, with the rules that may decide', async () => {
    const csv = [...argv, '--user=lchen', '--feed=approved-nuget', '--output=csv'];
    const { code, stdout } = await cli().run(csv);
    expect(code).toBe(0);
    expect(stdout).toContain('Feeds_AddPackage,undecided,,none or 4\n');
    const inGroup = await cli().run([...csv, '--feed-group=Releases']);
    expect(inGroup.stdout).toContain('Feeds_AddPackage,false,4,\n');
  });

  it.each([
    [['--user=nobody'], 4],
    [[], 2],
    [['--user=djones', '--group=QA'], 2],
  ])('refuses %j: %i', async (more, code) => {
    expect((await cli().run([...argv, ...more])).code).toBe(code);
  });
});

describe('apikeys list', () => {
  const SECRET = 'k3y-that-nobody-may-see';
  const keys = [
    { id: 1000, type: 'Personal', logging: 'None', user: 'Admin', key: SECRET },
    {
      id: 1001,
      type: 'System',
      logging: 'Both',
      displayName: 'CI',
      systemApis: ['feeds', 'sca'],
      expiration: '2031-01-31T00:00:00',
    },
    {
      id: 1002,
      type: 'Feed',
      logging: 'Request',
      displayName: 'Feed key',
      feed: 'npm',
      packagePermissions: ['view', 'add'],
    },
  ];
  const handler = list('api-keys/list', keys);

  it('prints a block for each key, with its values in one column', async () => {
    expect((await run(['apikeys', 'list'], handler)).stdout).toBe(
      `(unnamed key)
  Id:          1000
  Expiration:  None
  Logging:     None
  Type:        Personal
  User:        Admin

CI
  Id:          1001
  Expiration:  01/31/2031
  Logging:     Both
  Type:        System
  APIs:        feeds, sca

Feed key
  Id:           1002
  Expiration:   None
  Logging:      Request
  Type:         Feed
  Feed:         npm
  Permissions:  view, add

`,
    );
  });

  it('has the lines of its type for what the server leaves out', async () => {
    const bare = list('api-keys/list', [
      { id: 1, type: 'Personal', logging: 'None' },
      { id: 2, type: 'System', logging: 'None' },
      { id: 3, type: 'Feed', logging: 'None' },
      { id: 4, type: 'Feed', logging: 'None', feed: 'npm', feedGroup: 'Releases' },
    ]);
    const { stdout } = await run(['apikeys', 'list'], bare);
    expect(stdout.match(/^ {2}(User|APIs|Feed|Feed group|Permissions): .*$/gm)).toEqual([
      '  User:        (unknown)',
      '  APIs:        ',
      '  Feed:         (unknown)',
      '  Permissions:  ',
      '  Feed group:   Releases',
      '  Permissions:  ',
    ]);
  });

  it.each([['--json'], ['--output=csv'], ['--verbose'], ['--show-body']])(
    'shows no key with %s',
    async (option) => {
      const { stdout, stderr } = await run(['apikeys', 'list', option], handler);
      expect(`${stdout}${stderr}`).not.toContain(SECRET);
    },
  );

  it('lists those that expire soon', async () => {
    const clock = { now: () => Date.UTC(2031, 0, 10) };
    const server = await serve(handler);
    const argv = ['apikeys', 'list', '--json', `--source=${server.url}`, '--api-key=abc12345'];
    const found = await cli().run([...argv, '--expires-within=30d'], { clock });
    expect(JSON.parse(found.stdout)).toMatchObject([{ id: '1001' }]);
    expect((await cli().run([...argv, '--expires-within=2w'], { clock })).stdout).toBe('[]\n');
    const none = await cli().run(
      [...argv.filter((each) => each !== '--json'), '--expires-within=2w'],
      {
        clock,
      },
    );
    expect(none.stderr).toBe('No API keys expire within 2w.\n');
    expect((await cli().run([...argv, '--expires-within=soon'])).code).toBe(2);
  });

  it('says that an older server has none: 2', async () => {
    const missing = http.get('*/api/api-keys/list', () => new HttpResponse('', { status: 404 }));
    expect(await run(['apikeys', 'list'], missing)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('This server has no api-keys/list.') as string,
    });
  });
});

it('is for ProGet: 2 on another kind of server', async () => {
  for (const words of [['security', 'users'], ['security', 'permissions'], ['apikeys']]) {
    expect(await cli().run([...words, 'list', '--source=sandbox:infisical'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'On an Infisical server groupctl manages only groups',
      ) as string,
    });
  }
});
