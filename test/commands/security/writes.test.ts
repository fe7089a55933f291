import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { type Cli, cli, type CliOptions } from '../../helpers/cli.ts';
import { listPermissions } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';

const SANDBOX = '--source=sandbox';
const PASSWORD = 'pa55-of-newbie';

const security = (user: Cli, words: string, argv: string[] = [], options: CliOptions = {}) =>
  user.run(['security', ...words.split(' '), SANDBOX, ...argv], options);

/** Everything that groupctl keeps of this user. */
function kept(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}

describe('users create', () => {
  const argv = ['--username=newbie', '--displayname=New Bie', '--email=newbie@corp.example'];

  it('reads the password from standard input, and keeps it nowhere', async () => {
    const user = cli();
    const created = await security(user, 'users create', argv, { stdin: `${PASSWORD}\r\nmore\n` });
    expect(created).toEqual({ code: 0, stdout: 'Created the user newbie.\n', stderr: '' });
    const shown = await user.json(['security', 'users', 'show', '--username=newbie', SANDBOX]);
    expect(shown).toMatchObject({ displayName: 'New Bie', email: 'newbie@corp.example' });
    // The sandbox keeps a hash.
    expect(kept(user.state)).not.toContain(PASSWORD);
  });

  it('asks twice on a terminal, without showing it', async () => {
    const user = cli();
    const answers = ['one-1234', 'two-1234', PASSWORD, PASSWORD];
    const { code, stderr } = await security(user, 'users create', argv, { tty: true, answers });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr:
        'Password for newbie: \nThe same again: \nThe passwords are not the same.\nPassword for newbie: \nThe same again: \n',
    });
  });

  it('sends exactly what was given, and warns of a password on the command line', async () => {
    const users: object[] = [];
    const server = await serve(
      http.get('*/api/security/users/list', () => HttpResponse.json(users)),
      http.post('*/api/security/users/add', async ({ request }) => {
        const { password: _, ...rest } = (await request.json()) as {
          name: string;
          password: string;
        };
        users.push(rest);
        return HttpResponse.json(rest);
      }),
    );
    const login = [`--source=${server.url}`, '--login-username=admin', '--login-password=secret-1'];
    const words = ['security', 'users', 'create', '--username=newbie', `--password=${PASSWORD}`];
    const { code, stdout, stderr } = await cli().run([...words, ...login, '--verbose']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'Created the user newbie.\n' });
    expect(stderr).toContain('Warning: other users of this computer can see a password');
    expect(stderr).not.toContain(PASSWORD);
    expect(server.writes()).toEqual([{ name: 'newbie', password: PASSWORD }]);
    expect(server.received.map(({ headers }) => headers['x-apikey'])).toEqual(
      server.received.map(() => 'admin:secret-1'),
    );
  });

  it('refuses a user that exists: 5, and an empty password: 2', async () => {
    const user = cli();
    const taken = await security(user, 'users create', ['--username=DJONES'], {
      stdin: 'x12345\n',
    });
    expect(taken).toMatchObject({
      code: 5,
      stderr:
        'groupctl: There is already a user named "djones".\nHint: Change it with: groupctl security users edit --source=sandbox\n',
    });
    expect((await security(user, 'users create', argv, { stdin: '\n' })).code).toBe(2);
  });

  it('plans with --dry-run', async () => {
    const user = cli();
    const dry = await security(user, 'users create', [...argv, '--dry-run'], { stdin: 'x12345\n' });
    expect(dry).toMatchObject({ code: 0, stdout: 'Would create the user newbie.\n' });
    expect((await security(user, 'users show', ['--username=newbie'])).code).toBe(4);
  });
});

describe('users edit', () => {
  it('sends what was given and nothing else', async () => {
    const user = cli();
    const edit = ['--username=DJones', '--displayname=D. Jones'];
    expect(await security(user, 'users edit', edit)).toEqual({
      code: 0,
      stdout: 'Changed the user djones.\n  display name: Dana Jones -> D. Jones\n',
      stderr: '',
    });
    expect((await security(user, 'users edit', edit)).stdout).toBe(
      'The user djones has these values already; nothing to do.\n',
    );
    const shown = await user.json(['security', 'users', 'show', '--username=djones', SANDBOX]);
    expect(shown).toMatchObject({ displayName: 'D. Jones', email: 'dana.jones@corp.example' });
  });

  it.each(['--email=', '--displayname='])('clears a field with %s', async (option) => {
    const server = await serve(
      http.get('*/api/security/users/list', () => HttpResponse.json(users)),
      http.post('*/api/security/users/update', async ({ request }) => {
        users = [{ ...users[0], ...((await request.json()) as object) }];
        return new HttpResponse('');
      }),
    );
    let users: object[] = [{ name: 'djones', displayName: 'Dana', email: 'd@x.example' }];
    const argv = ['security', 'users', 'edit', '--username=djones', option];
    const { code } = await cli().run([...argv, `--source=${server.url}`, '--api-key=abc12345']);
    expect(code).toBe(0);
    const field = option === '--email=' ? 'email' : 'displayName';
    expect(server.writes()).toEqual([{ name: 'djones', [field]: '' }]);
  });

  it('refuses a blank e-mail address, and an empty password: 2', async () => {
    for (const option of ['--email= ', '--password=', '--username=']) {
      const argv = option === '--username=' ? [option] : ['--username=djones', option];
      expect(await security(cli(), 'users edit', argv)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('has an empty value.') as string,
      });
    }
  });

  it('refuses to change nothing: 2, or nobody: 4', async () => {
    const user = cli();
    const nothing = await security(user, 'users edit', ['--username=djones']);
    expect(nothing).toMatchObject({
      code: 2,
      stderr: 'groupctl: There is nothing to change. Use --displayname, --email or --password.\n',
    });
    expect((await security(user, 'users edit', ['--username=x', '--email=y'])).code).toBe(4);
  });
});

describe('deleting', () => {
  it.each([
    ['users delete', '--username=djones', 'the user djones', '--username=nobody', 'user nobody'],
    ['tasks delete', '--name=promote packages', 'the task Promote Packages', '--name=x', 'task x'],
    [
      'permissions remove',
      '--id=3',
      'the permission "3: allow Promote Packages for feed internal-npm for user djones"',
      '--id=99',
      'permission "99"',
    ],
  ])(
    'with %s records what is lost, and what is not there is no error',
    async (words, argv, what, none, absent) => {
      const user = cli();
      expect(await security(user, words, [argv])).toEqual({
        code: 0,
        stdout: `Deleted ${what}.\n`,
        stderr: expect.stringMatching(
          words === 'tasks delete' ? /^The server may delete its permissions, too/ : /^$/,
        ) as string,
      });
      const { calls, command } = (await user.json(['history', 'show', 'latest'])) as {
        calls: { before: string[] }[];
        command: string;
      };
      expect(command).toBe(`security ${words}`);
      expect(JSON.parse(calls[0]?.before[0] ?? '')).toBeTypeOf('object');
      expect(await security(user, words, [none])).toMatchObject({
        code: 0,
        stdout: `The ${absent} does not exist; nothing to do.\n`,
      });
    },
  );
});

describe('deleting what somebody else deletes first', () => {
  const ITEMS = {
    users: { name: 'x' },
    tasks: { name: 'x', feedScoped: false, attributes: [] },
    permissions: { id: 7, user: 'x', task: 'View', deny: false },
  };
  type What = keyof typeof ITEMS;

  /** A server whose list shows one thing until its deletion comes, which `answer` answers. */
  async function deleting(what: What, answer: (call: number) => Response, goneAfter = 2) {
    let calls = 0;
    const server = await serve(
      ...(Object.keys(ITEMS) as What[])
        .filter((each) => each === what || (what === 'tasks' && each === 'permissions'))
        .map((each) =>
          http.get(`*/api/security/${each}/list`, () =>
            HttpResponse.json(each === what && calls < goneAfter ? [ITEMS[each]] : []),
          ),
        ),
      http.all(`*/api/security/${what}/delete`, () => answer(++calls)),
    );
    return [`--source=${server.url}`, '--api-key=abc12345'];
  }

  const gone = (): Response => HttpResponse.text('Not found', { status: 404 });

  it.each([
    ['users', 'delete', '--username=x', 'The user x'],
    ['tasks', 'delete', '--name=x', 'The task x'],
    ['permissions', 'remove', '--id=7', 'The permission "7: allow View globally for user x"'],
  ] as const)('is no failure of %s %s, and no run to undo', async (what, verb, option, subject) => {
    const user = cli();
    const server = await deleting(what, gone);
    expect(await user.run(['security', what, verb, option, ...server])).toEqual({
      code: 0,
      stdout: `${subject} does not exist; nothing to do.\n`,
      stderr: '',
    });
    expect(await user.json(['history'])).toMatchObject([{ exit: 0, outcome: 'already-absent' }]);
    expect(await user.run(['undo', 'latest', '--api-key=abc12345', '--force'])).toMatchObject({
      code: 2,
    });
  });

  it('counts as done after a call without an answer, which may have deleted it', async () => {
    const server = await deleting('tasks', (call) => (call === 1 ? HttpResponse.error() : gone()));
    const user = cli();
    expect(await user.run(['security', 'tasks', 'delete', '--name=x', ...server])).toMatchObject({
      code: 0,
      stdout: 'Deleted the task x.\n',
    });
    const { calls } = (await user.json(['history', 'show', 'latest'])) as { calls: object[] };
    expect(calls.at(-1)).toMatchObject({ outcome: 'done', error: 'http-404' });
  });

  it('is a failure if the list shows it still', async () => {
    const server = await deleting('users', gone, Infinity);
    const words = ['security', 'users', 'delete', '--username=x'];
    const { code, stdout, stderr } = await cli().run([...words, ...server]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('answered 404');
  });
});

describe('tasks create', () => {
  const argv = ['--name=Promoters', '--attributes=feeds_viewfeed, Feeds_AddPackage,Feeds_ViewFeed'];

  it('creates a task of known attributes, and overwrites one with --force', async () => {
    const user = cli();
    expect((await security(user, 'tasks create', argv)).stdout).toBe(
      'Created the task Promoters.\n',
    );
    const again = ['--name=promoters', '--attributes=Feeds_ViewFeed', '--feed-scoped'];
    expect(await security(user, 'tasks create', again)).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('Overwrite it with --force.') as string,
    });
    expect((await security(user, 'tasks create', [...again, '--force'])).stdout).toBe(
      'Changed the task Promoters.\n  feed scoped: no -> yes\n  attributes: Feeds_AddPackage, Feeds_ViewFeed -> Feeds_ViewFeed\n',
    );
    expect(await user.json(['security', 'tasks', 'list', '--name=Promoters', SANDBOX])).toEqual([
      { name: 'Promoters', feedScoped: true, attributes: ['Feeds_ViewFeed'] },
    ]);
  });

  it('refuses unknown attributes: 4, with the nearest', async () => {
    const typo = ['--name=T', '--attributes=Feeds_ViewFeeed'];
    expect(await security(cli(), 'tasks create', typo)).toMatchObject({
      code: 4,
      stderr:
        'groupctl: There is no attribute named "Feeds_ViewFeeed". Nothing was written.\nHint: Did you mean Feeds_ViewFeed?\n',
    });
  });
});

describe('permissions add', () => {
  const TASK = '--task=view & download packages';

  it('adds one for each task, in the spelling of the server, and none twice', async () => {
    const user = cli();
    const argv = [TASK, '--task=Promote Packages', '--group=qa', '--feed=npm', '--deny'];
    const first = await security(user, 'permissions add', argv);
    expect(first).toEqual({
      code: 0,
      stdout:
        'Created the permission "5: deny View & Download Packages for feed npm for group QA".\nCreated the permission "6: deny Promote Packages for feed npm for group QA".\n',
      stderr: 'The name "npm" cannot be checked; sent as typed.\n',
    });
    const again = (await user.json([...['security', 'permissions', 'add', SANDBOX], ...argv])) as {
      results: { outcome: string }[];
    };
    expect(again.results.map(({ outcome }) => outcome)).toEqual(['already-there', 'already-there']);
  });

  it.each([
    [['--user=nobody'], 4, 'There is no user named "nobody"'],
    [['--group=zzz'], 4, 'See: groupctl security groups list --source=sandbox\n'],
    [['--group=Developrs'], 4, 'Did you mean Developers?'],
    [['--user=x', '--group=y'], 2, '--user and --group are both given.'],
    [[], 2, 'Missing option --user or --group for "security permissions add".'],
    [['--user=x', '--feed=a', '--feed-group=b'], 2, '--feed and --feed-group are both given.'],
  ])('refuses %j before anything is written: %i', async (argv, code, words) => {
    const user = cli();
    const result = await security(user, 'permissions add', [TASK, ...argv]);
    expect(result).toMatchObject({ code, stderr: expect.stringContaining(words) as string });
    expect(await user.json(['history'])).toEqual([]);
  });

  it.each([
    ['--user=everyone', 'user Everyone'],
    ['--group=AUTHENTICATED', 'group Authenticated'],
    ['--user=CORP\\akhan', 'user CORP\\akhan', '--no-user-check'],
  ])('accepts %s', async (who, words, ...more) => {
    const { stdout } = await security(cli(), 'permissions add', [TASK, who, ...more]);
    expect(stdout).toBe(
      `Created the permission "5: allow View & Download Packages globally for ${words}".\n`,
    );
  });

  it('refuses an unknown task: 4', async () => {
    const result = await security(cli(), 'permissions add', ['--task=zzz', '--group=QA']);
    expect(result).toMatchObject({
      code: 4,
      stderr:
        'groupctl: There is no task named "zzz". Nothing was written.\nHint: See: groupctl security tasks list --source=sandbox\n',
    });
  });
});

describe('tasks create', () => {
  it('takes an empty description', async () => {
    const argv = ['--name=T', '--attributes=Feeds_ViewFeed', '--description='];
    expect(await security(cli(), 'tasks create', argv)).toMatchObject({
      code: 0,
      stdout: 'Created the task T.\n',
    });
  });
});

describe('a write that takes effect and is answered with 500', () => {
  const created = (names: object[]) =>
    http.post('*/api/security/users/add', async ({ request }) => {
      names.push((await request.json()) as object);
      return new HttpResponse('late boom', { status: 500 });
    });

  it('is done, with a warning', async () => {
    const users: object[] = [];
    const server = await serve(
      http.get('*/api/security/users/list', () => HttpResponse.json(users)),
      created(users),
    );
    const login = [`--source=${server.url}`, '--api-key=abc12345'];
    const argv = ['security', 'users', 'create', '--username=x', ...login];
    const user = cli();
    expect(await user.run(argv, { stdin: 'x12345\n' })).toEqual({
      code: 0,
      stdout: 'Created the user x.\n',
      stderr:
        'The server answered 500 to POST users/add; a read shows that the user "x" was created.\n',
    });
    expect(await user.json(['history', 'show', 'latest'])).toMatchObject({
      calls: [{ call: 'POST users/add', outcome: 'done' }],
    });
  });

  it('is done in a file of users, with one warning', async () => {
    const users: object[] = [];
    const server = await serve(
      http.get('*/api/security/users/list', () => HttpResponse.json(users)),
      created(users),
    );
    const login = [`--source=${server.url}`, '--api-key=abc12345'];
    const argv = ['security', 'users', 'create', '--file=-', ...login];
    const stdin = 'Name,DisplayName,Email,Password\nx,,,x12345\ny,,,y12345\n';
    expect(await cli().run(argv, { stdin })).toMatchObject({
      code: 0,
      stderr:
        'The server answered POST users/add with an error for 2 users; a read shows that they were created: "x", "y".\n',
    });
  });

  it.each([
    ['create', 'POST groups/add', 'created'],
    ['delete', 'DELETE groups/delete', 'deleted'],
  ])('is done by groups %s, too', async (verb, call, done) => {
    let groups = verb === 'create' ? [] : [{ name: 'QA', users: [] }];
    const late = () => {
      groups = verb === 'create' ? [{ name: 'QA', users: [] }] : [];
      return new HttpResponse('late boom', { status: 500 });
    };
    const server = await serve(
      http.get('*/api/security/groups/list', () => HttpResponse.json(groups)),
      ...(verb === 'create'
        ? [http.post('*/api/security/groups/add', late)]
        : [listPermissions(), http.delete('*/api/security/groups/delete', late)]),
    );
    const login = [`--source=${server.url}`, '--api-key=abc12345'];
    expect(await cli().run(['security', 'groups', verb, '--name=QA', ...login])).toMatchObject({
      code: 0,
      stderr: `The server answered 500 to ${call}; a read shows that "QA" was ${done}.\n`,
    });
  });
});

describe('a write whose answer is lost', () => {
  it('is done if the list shows it', async () => {
    const permissions: object[] = [];
    const server = await serve(
      http.get('*/api/security/tasks/list', () => HttpResponse.json([{ name: 'View' }])),
      http.get('*/api/security/groups/list', () => HttpResponse.json([{ name: 'QA', users: [] }])),
      http.get('*/api/security/permissions/list', () => HttpResponse.json(permissions)),
      http.post('*/api/security/permissions/add', async ({ request }) => {
        permissions.push({ id: 7, ...((await request.json()) as object) });
        return HttpResponse.error();
      }),
    );
    const argv = ['security', 'permissions', 'add', '--task=View', '--group=QA', '--json'];
    const { code, stdout } = await cli().run([
      ...argv,
      `--source=${server.url}`,
      '--api-key=abc12345',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ results: [{ outcome: 'created' }] });
    expect(server.writes()).toEqual([{ group: 'QA', task: 'View', deny: false }]);
  });
});
