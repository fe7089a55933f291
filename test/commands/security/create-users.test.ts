import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { http, HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { cli, temporaryFolder } from '../../helpers/cli.ts';
import { serve } from '../../helpers/server.ts';

const HEADER = 'Name,DisplayName,Email,Password';
const PASSWORD = 'pa55-in-the-file';

function file(...rows: string[]): string {
  const path = join(temporaryFolder(), 'users.csv');
  writeFileSync(path, `${[HEADER, ...rows].join('\n')}\n`);
  return path;
}

interface Posted {
  readonly name: string;
}

/** A server with these users, which refuses some names. */
async function userServer(names: string[] = ['djones'], refused: string[] = []) {
  const server = await serve(
    http.get('*/api/security/users/list', () => HttpResponse.json(names.map((name) => ({ name })))),
    http.post('*/api/security/users/add', async ({ request }) => {
      const { name } = (await request.json()) as Posted;
      if (refused.includes(name)) return new HttpResponse(`Bad name: ${PASSWORD}`, { status: 400 });
      names.push(name);
      return HttpResponse.json({ name });
    }),
  );
  const login = [`--source=${server.url}`, '--api-key=abc12345'];
  return { server, names, argv: ['security', 'users', 'create', ...login] };
}

describe('users create --file', () => {
  it('creates the users of a file, skips those that exist, and names the bad rows: 7', async () => {
    const { server, argv } = await userServer(['djones'], ['bad']);
    const path = file(
      `newbie,New Bie,newbie@corp.example,${PASSWORD}`,
      `DJones,,,${PASSWORD}`,
      `bad,,,${PASSWORD}`,
      ',No Name,,x12345',
      'nopass,No Pass,,',
      `NEWBIE,,,${PASSWORD}`,
      `"Zoë, M.",,,"with ""quotes"", and commas"`,
    );
    const failures = join(temporaryFolder(), 'failed.csv');
    const user = cli();
    const { code, stdout, stderr } = await user.run([
      ...argv,
      `--file=${path}`,
      `--failures=${failures}`,
    ]);
    expect(code).toBe(7);
    expect(stdout.split('\n')).toEqual([
      'Created the user newbie.',
      'The user DJones exists; nothing to do.',
      expect.stringMatching(/line 4: the user bad was not created\. .*Bad name: \*\*\*/),
      expect.stringMatching(/line 5: the user .* was not created\. The name is empty\.$/),
      expect.stringMatching(/line 6: the user nopass was not created\. The password is empty\.$/),
      expect.stringMatching(
        /line 7: the user NEWBIE was not created\. The name is in the file twice\.$/,
      ),
      'Created the user Zoë, M..',
      'Users: 2 created, 1 already there, 4 failed.',
      '',
    ]);
    expect(stderr).toContain('4 of 7 users were not created.');
    expect(server.writes()).toContainEqual({
      name: 'newbie',
      displayName: 'New Bie',
      email: 'newbie@corp.example',
      password: PASSWORD,
    });
    expect(server.writes()).toContainEqual({
      name: 'Zoë, M.',
      password: 'with "quotes", and commas',
    });
    expect(readFileSync(failures, 'utf8')).toBe(
      [
        `${HEADER},Outcome,Error`,
        `bad,,,,failed,${server.url.slice(0, -1)} refused the request (400 on POST users/add): Bad name: ***`,
        ',No Name,,,failed,The name is empty.',
        'nopass,No Pass,,,failed,The password is empty.',
        'NEWBIE,,,,failed,The name is in the file twice.',
        '',
      ].join('\n'),
    );
    const journal = readdirSync(join(user.state, 'runs')).map((name) =>
      readFileSync(join(user.state, 'runs', name), 'utf8'),
    );
    expect(`${stdout}${stderr}${journal.join('')}`).not.toContain(PASSWORD);
    expect(journal.join('')).toContain('"exit":7');
    const [listed] = (await user.run(['history'])).stdout.split('\n');
    expect(listed).toContain('\t2 created, 1 already there, 4 failed (exit 7)');
  });

  it('goes on where it was stopped: the same command creates the rest, exit 0', async () => {
    const { names, argv } = await userServer();
    const rows = Array.from({ length: 30 }, (_, at) => `user${at},,,${PASSWORD}`);
    const path = file(...rows);
    names.push('user0', 'user1');
    const user = cli();
    const { code, stdout } = await user.run([...argv, `--file=${path}`]);
    expect({ code, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({
      code: 0,
      last: 'Users: 28 created, 2 already there.',
    });
    const again = await user.run([...argv, `--file=${path}`, '--failures=none.csv']);
    expect(again.code).toBe(0);
    expect(existsSync('none.csv')).toBe(false);
    const resumed = await user.run(['resume', 'latest']);
    expect(resumed.code).toBe(0);
    expect(resumed.stdout).toMatch(/^Run [0-9A-Z]{26} is complete\. Nothing to resume\.\n$/);
  });

  it('stops when the server no longer lets it: the rest is not tried', async () => {
    let calls = 0;
    const names = ['x'];
    const server = await serve(
      http.get('*/api/security/users/list', () =>
        HttpResponse.json(names.map((name) => ({ name }))),
      ),
      http.post('*/api/security/users/add', async ({ request }) => {
        if (++calls > 1) return new HttpResponse('', { status: 403 });
        names.push(((await request.json()) as Posted).name);
        return HttpResponse.json({});
      }),
    );
    const path = file(`a,,,${PASSWORD}`, `b,,,${PASSWORD}`, `c,,,${PASSWORD}`);
    const argv = ['security', 'users', 'create', `--file=${path}`, `--source=${server.url}`];
    const { code, stdout } = await cli().run([...argv, '--api-key=abc12345', '--json']);
    expect(code).toBe(7);
    expect(JSON.parse(stdout)).toMatchObject({
      results: [{ outcome: 'created' }, { outcome: 'failed' }, { outcome: 'not-tried' }],
    });
    expect(calls).toBe(2);
  });

  it('replaces the file of --failures that an earlier run left', async () => {
    const { argv } = await userServer();
    const failures = join(temporaryFolder(), 'failed.csv');
    const run = [
      ...argv,
      `--file=${file(`ok,,,${PASSWORD}`, 'nopass,,,')}`,
      `--failures=${failures}`,
    ];
    expect((await cli().run(run)).code).toBe(7);
    expect((await cli().run(run)).code).toBe(7);
    expect((await cli().run([...argv, `--file=${failures}`])).stdout).toContain('line 2: ');
  });

  it('takes a user for created that the server answers with 500 and then lists', async () => {
    const names: string[] = [];
    const server = await serve(
      http.get('*/api/security/users/list', () =>
        HttpResponse.json(names.map((name) => ({ name }))),
      ),
      http.post('*/api/security/users/add', async ({ request }) => {
        const { name } = (await request.json()) as Posted;
        if (name === 'a') names.push(name);
        return new HttpResponse('Boom', { status: 500 });
      }),
    );
    const argv = ['security', 'users', 'create', `--source=${server.url}`, '--api-key=abc12345'];
    const both = file(`a,,,${PASSWORD}`, `b,,,${PASSWORD}`);
    const partly = await cli().run([...argv, `--file=${both}`]);
    expect(partly.code).toBe(7);
    expect(partly.stdout).toMatch(/^Created the user a\.\n.*line 3: the user b was not created\./);
    const none = await cli().run([...argv, `--file=${file(`c,,,${PASSWORD}`)}`]);
    expect(none.code).toBe(1);
  });

  it.each([
    [500, 'failed', 1, '1 of 1 user was not created.'],
    [502, 'unknown', 8, 'It is not known whether 1 of 1 user was created.'],
    [524, 'unknown', 8, 'It is not known whether 1 of 1 user was created.'],
  ])('says of an unlisted user after status %i: %s', async (status, outcome, exitCode, message) => {
    const server = await serve(
      http.get('*/api/security/users/list', () => HttpResponse.json([])),
      http.post('*/api/security/users/add', () => new HttpResponse('Boom', { status })),
    );
    const argv = ['security', 'users', 'create', `--source=${server.url}`, '--api-key=abc12345'];
    const { code, stdout, stderr } = await cli().run([
      ...argv,
      `--file=${file(`a,,,${PASSWORD}`)}`,
      '--json',
    ]);
    expect(code).toBe(exitCode);
    expect(JSON.parse(stdout)).toMatchObject({ results: [{ name: 'a', outcome }] });
    expect(JSON.parse(stderr)).toEqual({ error: { code: 'none-created', message, exitCode } });
  });

  it.each([
    [
      'bob,Bob,b@x,pa,ss',
      'The row has 5 cells, and the header has 4; a cell that holds "," has to be quoted.',
    ],
    ['#N/A,,,pw', "#N/A is a spreadsheet's word for an error."],
    ['a\u200bb,,,pw', 'The invisible character U+200B in the name a\\u{200B}b.'],
    [HEADER, 'The row is the header again.'],
  ])('creates nobody of a damaged row: %j', async (row, why) => {
    const { names, argv } = await userServer([]);
    const { code, stdout } = await cli().run([...argv, `--file=${file(row, `ok,,,${PASSWORD}`)}`]);
    expect(code).toBe(7);
    expect(stdout).toContain(why);
    expect(names).toEqual(['ok']);
  });

  it('takes a row with empty cells at its end, as spreadsheets write them', async () => {
    const { names, argv } = await userServer([]);
    expect(await cli().run([...argv, `--file=${file('a,,,pw,\nb,,,pw, ,,')}`])).toMatchObject({
      code: 0,
    });
    expect(names).toEqual(['a', 'b']);
  });

  it.each([
    ['Username,Display Name,E-Mail,Password\nzoe,Zoe,z@a.b,pw\n'],
    ['Login,Password\nzoe,pw\n'],
    ['Benutzername,Name,Password\nzoe,Zoe M,pw\n'],
    ['Email,Password,samAccountName\nz@a.b,pw,zoe\n'],
    ['Name,Password\nzoe,pw\n'],
  ])('takes the user name from the columns that files of members have it in: %j', async (text) => {
    const { names, argv } = await userServer([]);
    const path = join(temporaryFolder(), 'users.csv');
    writeFileSync(path, text);
    expect(await cli().run([...argv, `--file=${path}`])).toMatchObject({ code: 0 });
    expect(names).toEqual(['zoe']);
  });

  it('writes nothing with --dry-run', async () => {
    const argv = ['security', 'users', 'create', '--source=sandbox', '--dry-run'];
    const { code, stdout } = await cli().run([...argv, `--file=${file(`a,,,${PASSWORD}`)}`]);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'Would create the user a.\nUsers: would create 1.\n',
    });
  });

  it.each([
    ['Name,DisplayName\na,b\n', 'line 1: there is no column Password.'],
    [
      'Who,Password\na,b\n',
      'line 1: there is no column Name. The first line needs the columns Name (or Username) and Password; DisplayName and Email are optional.',
    ],
    ['Login,Username,Password\na,b,c\n', 'line 1: there are two columns with user names.'],
    ['', 'is empty'],
    ['Name,Name,Password\na,b,c\n', 'line 1: there are two columns Name.'],
    [`${HEADER}\n"a,,,${PASSWORD}\n`, 'line 2: a quoted cell in this row is never closed.'],
    [`${HEADER}\na,b"c,,${PASSWORD}\n`, 'line 2: a quote stands in the middle of a cell; a cell'],
    [`${HEADER}\n`, 'has a header and no users. The first line needs'],
    [`${HEADER}\n\n#a,,,${PASSWORD}\n ,,\n`, 'has a header and no users.'],
  ])('refuses a file that is none before anything is sent: 2', async (text, words) => {
    const path = join(temporaryFolder(), 'users.csv');
    writeFileSync(path, text);
    const { code, stderr } = await cli().run(['security', 'users', 'create', `--file=${path}`]);
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(words) as string,
    });
    expect(stderr).not.toContain(PASSWORD);
  });

  it('sends a password with the blanks around it, and says that it has some', async () => {
    const { server, argv } = await userServer([]);
    const path = join(temporaryFolder(), 'users.csv');
    const rows = ['a,  two each  ,x', 'b,\u00a0nb\u00a0,y', 'c, " quoted " ,z', 'd,pl ain, w '];
    for (const quoted of [rows.slice(0, 2), rows]) {
      writeFileSync(path, ['Name,Password,DisplayName', ...quoted, ''].join('\n'));
      const { code, stderr } = await cli().run([...argv, `--file=${path}`, '--dry-run']);
      const lines = quoted.length === 2 ? '2, 3' : '2, 3, 4';
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: `${path}, lines ${lines}: spaces at the ends of a password are part of it.\n`,
      });
    }
    expect(await cli().run([...argv, `--file=${path}`])).toMatchObject({ code: 0 });
    expect(server.writes()).toEqual([
      { name: 'a', password: '  two each  ', displayName: 'x' },
      { name: 'b', password: '\u00a0nb\u00a0', displayName: 'y' },
      { name: 'c', password: ' quoted ', displayName: 'z' },
      { name: 'd', password: 'pl ain', displayName: 'w' },
    ]);
  });

  it('creates nobody of a password that is blanks alone', async () => {
    const { argv } = await userServer([]);
    const path = file('a,,,  ', `b,,,${PASSWORD}`);
    const { code, stdout } = await cli().run([...argv, `--file=${path}`]);
    expect({ code, stdout }).toMatchObject({
      code: 7,
      stdout: expect.stringContaining('The password is empty.') as string,
    });
  });

  it('takes a line that begins with # for a comment, but not in quotes', async () => {
    const { names, argv } = await userServer([]);
    const rows = [`#off,,,${PASSWORD}`, `  # "x",,,${PASSWORD}`, `"#on",,,"${PASSWORD}"`];
    for (const some of [rows.slice(0, 1), rows]) {
      const path = file(...some, `ok${some.length},,,${PASSWORD}`);
      const { code, stdout } = await cli().run([...argv, `--file=${path}`]);
      expect({ code, stdout }).not.toContain('off');
    }
    expect(names).toEqual(['ok1', '#on', 'ok3']);
  });

  it('leaves the failed rows as the file is, with its other columns but for secrets', async () => {
    const { argv } = await userServer([], ['bad', '#bad']);
    const path = join(temporaryFolder(), 'users.csv');
    const failures = join(temporaryFolder(), 'failed.csv');
    const rows = [
      'Dept;Name;Password;Old password;Note;Outcome;Error',
      'QA;ok;pw-1;pw-2;;failed;x',
      '"Q;A";bad;pw-1;pw-2; n ;failed;x',
      'QA;too;pw;-1;pw-2;n;failed;x',
      '',
    ];
    writeFileSync(path, `\ufeff${rows.join('\r\n')}`);
    const { code, stdout } = await cli().run([...argv, `--file=${path}`, `--failures=${failures}`]);
    expect(code).toBe(7);
    expect(stdout).toContain(
      'The row has 8 cells, and the header has 7; a cell that holds ";" has',
    );
    const text = readFileSync(failures, 'utf8');
    expect(text.split('\r\n')).toEqual([
      '\ufeffDept;Name;Password;Old password;Note;Outcome;Error',
      expect.stringMatching(/^"Q;A";bad;;;n;failed;/),
      expect.stringMatching(/^QA;too;;;;failed;/),
      '',
    ]);
    expect(text).not.toMatch(/pw-|-1/);
    const hash = join(temporaryFolder(), 'hash.csv');
    const argvOfHash = [`--file=${file(`"#bad",,,${PASSWORD}`)}`, `--failures=${hash}`];
    await cli().run([...argv, ...argvOfHash]);
    const again = await cli().run([...argv, `--file=${hash}`]);
    expect(again.stdout).toContain('the user #bad was not created. The password is empty.');
  });

  it.each([[[]], [['--dry-run']], [['--json']]])(
    'needs a state folder before the first row, with %j: 2',
    async (options) => {
      const server = await serve(
        http.get('*/api/security/users/list', () => HttpResponse.json([{ name: 'djones' }])),
      );
      const argv = ['security', 'users', 'create', `--source=${server.url}`, '--api-key=abc12345'];
      const user = cli();
      mkdirSync(dirname(user.state), { recursive: true });
      writeFileSync(user.state, 'no folder');
      const path = file(`djones,,,${PASSWORD}`, `a,,,${PASSWORD}`, `b,,,${PASSWORD}`);
      const { code, stderr } = await user.run([...argv, `--file=${path}`, ...options]);
      expect(code).toBe(2);
      expect(stderr).toContain('Set GROUPCTL_STATE_DIR to a writable folder');
      expect(server.writes()).toEqual([]);
    },
  );

  it('leaves its rows, and not those of an earlier run, where the server cannot be asked', async () => {
    const server = await serve(
      http.get('*/api/security/users/list', () => new HttpResponse('', { status: 500 })),
    );
    const failures = join(temporaryFolder(), 'failed.csv');
    writeFileSync(failures, 'Name,Outcome,Error\nold,failed,x\n');
    const path = file(`a,,,${PASSWORD}`);
    const argv = ['security', 'users', 'create', `--source=${server.url}`, '--api-key=abc12345'];
    const run = [...argv, `--file=${path}`, `--failures=${failures}`];
    const { code, stderr } = await cli().run(run);
    expect(code).toBe(1);
    expect(stderr).toContain(`The rows that are not done are in ${failures}.`);
    expect(readFileSync(failures, 'utf8')).toMatch(/^Name,.*\na,,,,not-tried,.*\n$/);
  });

  it('does not read standard input for a file and a key: 2', async () => {
    const argv = ['security', 'users', 'create', '--file=-', '--api-key-stdin'];
    expect((await cli().run(argv)).stderr).toContain('--file - and --api-key-stdin');
  });

  it('takes either a file or a user: 2', async () => {
    const argv = ['security', 'users', 'create', '--file=users.csv', '--username=x'];
    expect((await cli().run(argv)).stderr).toContain('--file and --username are both given.');
  });
});
