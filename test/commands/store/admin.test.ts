import { mkdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Cli, cli } from '../../helpers/cli.ts';
import { describeWithPostgres, testStore } from '../../helpers/postgres.ts';
import { openStore } from '../../state/postgres/stage.ts';
import { jsonError } from '../helpers.ts';

const SERVER = 'https://a.example/';

describeWithPostgres('groupctl store', ({ port }) => {
  const begin = (): {
    user: Cli;
    url: string;
    env: Record<string, string>;
    schema: string;
    sql: ReturnType<typeof testStore>['sql'];
  } => {
    const { url, schema, sql } = testStore(port);
    return { user: cli(), url, schema, sql, env: { GROUPCTL_STORE: url } };
  };

  it('init creates the tables, again changes nothing, and prints a GRANT for the role', async () => {
    const { user, env, schema } = begin();
    const first = await user.run(['store', 'init', '--role=ci'], { env });
    expect(first.code).toBe(0);
    expect(first.stdout).toContain(`  grant select, insert on ${schema}.line to ci;\n`);
    const again = await user.run(['store', 'init', '--role=ci'], { env });
    const shown = env['GROUPCTL_STORE'] ?? '';
    expect(again).toEqual({
      ...first,
      stdout: first.stdout.replace(
        `Created the shared store ${shown}.`,
        `The shared store ${shown} is there already; nothing to do.`,
      ),
    });
    expect(again.stdout).not.toBe(first.stdout);
    expect(await user.json(['store', 'init', '--json'], { env })).toMatchObject({
      store: shown,
      created: false,
    });
    expect((await user.run(['store', 'init', "--role=x'; drop"], { env })).code).toBe(2);
  });

  it.each(['truncate SCHEMA.meta', 'drop table SCHEMA.line', 'drop sequence SCHEMA.fence'])(
    'init after "%s" says that it created what was missing',
    async (statement) => {
      const { user, env, sql, schema } = begin();
      await user.run(['store', 'init'], { env });
      await sql.unsafe(statement.replace('SCHEMA', schema));
      const unusable = await user.run(['store', 'status'], { env });
      expect(unusable.stderr).toContain('is not set up, or not completely');
      const completed = await user.run(['store', 'init'], { env });
      const shown = env['GROUPCTL_STORE'] ?? '';
      expect([completed.code, completed.stdout.split('\n')[0]]).toEqual([
        0,
        `Created what was missing in the shared store ${shown}.`,
      ]);
      expect((await user.run(['store', 'status'], { env })).code).toBe(0);
    },
  );

  it('names the column that the tables lack, in each command: exit 2', async () => {
    const { user, env, sql, schema } = begin();
    await user.run(['store', 'init'], { env });
    await sql.unsafe(`alter table ${schema}.lock drop column in_flight`);
    const add = ['security', 'groups', 'members', 'add', '--name=QA', '--member=x'];
    for (const command of [
      [...add, `--source=${SERVER}`, '--api-key=abc12345'],
      ['store', 'init'],
      ['store', 'status'],
      ['history'],
    ]) {
      const { code, stderr } = await user.run(command, { env });
      expect(code, command.join(' ')).toBe(2);
      expect(stderr).toContain(
        `in the schema "${schema}" are not those of this version of groupctl: lock.in_flight is missing. Nothing was written.\nHint: Set the store up in another schema: groupctl store init, with schema=<name> in the URL.`,
      );
    }
  });

  it('names a table meta with several rows: exit 2', async () => {
    const { user, env, sql, schema } = begin();
    await user.run(['store', 'init'], { env });
    await sql.unsafe(`insert into ${schema}.meta values (1)`);
    for (const verb of ['init', 'status']) {
      const { code, stderr } = await user.run(['store', verb], { env });
      expect(code).toBe(2);
      expect(stderr).toContain(`The table ${schema}.meta of the shared store `);
      expect(stderr).toContain(' has 2 rows, and must have one. ');
    }
  });

  it('is refused before a run where the user is read-only, and not called a standby', async () => {
    const { user, url, env, sql, schema } = begin();
    await user.run(['store', 'init'], { env });
    await sql.unsafe(
      `create role r_${schema} login; grant usage on schema ${schema} to r_${schema};
       grant all on all tables in schema ${schema} to r_${schema}; grant all on all sequences in schema ${schema} to r_${schema};
       alter role r_${schema} set default_transaction_read_only = on`,
    );
    const asRole = { GROUPCTL_STORE: url.replace('postgres@', `r_${schema}@`) };
    const { code, stderr } = await user.run(['store', 'status'], { env: asRole });
    expect(code).toBe(2);
    expect(stderr).toContain(`is read-only for the user "r_${schema}".`);
    await sql.unsafe(`drop owned by r_${schema}; drop role r_${schema}`);
  });

  it('import exits 7 for a record that cannot be read, and imports the others', async () => {
    const { user, env } = begin();
    await user.run(['store', 'init'], { env });
    const [damaged, good, sandbox] = ['A', 'B', 'C'].map((c) => `01J${c.repeat(23)}`);
    mkdirSync(join(user.state, 'runs'), { recursive: true });
    const keep = (run = '', text = ''): void =>
      writeFileSync(join(user.state, 'runs', `${run}.jsonl`), text);
    const plan = (run = '', url = SERVER): string =>
      `${JSON.stringify({ t: 'run', v: 2, run, at: '2026-01-01T00:00:00.000Z', by: '1', source: 'a', kind: 'proget', url, group: { name: 'QA' }, command: 'c', rows: [] })}\n`;
    keep(damaged, 'garbage\n');
    keep(good, plan(good));
    keep(sandbox, plan(sandbox, 'sandbox:'));
    const result = await user.run(['store', 'import', '--json'], { env });
    expect(result.code).toBe(7);
    expect(jsonError(result.stderr)).toMatchObject({
      code: 'partial',
      message: '1 of 3 runs cannot be read, and was not added.',
    });
    expect((JSON.parse(result.stdout) as { runs: object[] }).runs).toMatchObject([
      { run: damaged, outcome: 'skipped', unreadable: true },
      { run: good, outcome: 'imported' },
      { run: sandbox, outcome: 'skipped', problem: 'It was on the sandbox.' },
    ]);
    unlinkSync(join(user.state, 'runs', `${damaged ?? ''}.jsonl`));
    expect((await user.run(['store', 'import'], { env })).code).toBe(0);
  });

  it('init --print prints SQL that creates the same, and connects to nothing', async () => {
    const { user, env, sql } = begin();
    const printed = await user.run(['store', 'init', '--print'], { env });
    expect((await user.run(['store', 'status'], { env })).code).toBe(2);
    const [ddl = ''] = printed.stdout.split('-- For a user');
    await sql.unsafe(ddl);
    expect((await user.run(['store', 'status'], { env })).code).toBe(0);
    const nowhere = { GROUPCTL_STORE: 'postgres://127.0.0.1:1/groupctl' };
    expect((await user.run(['store', 'init', '--print'], { env: nowhere })).code).toBe(0);
  });

  it('init --print needs no store', async () => {
    const { code, stdout } = await cli().run(['store', 'init', '--print']);
    expect(code).toBe(0);
    expect(stdout).toContain('create table if not exists groupctl.lock (');
    expect(stdout).toContain('grant usage on schema groupctl to groupctl_ci;\n');
  });

  it('init twice at once creates the tables once', async () => {
    const { user, env } = begin();
    const both = await Promise.all([1, 2, 3].map(() => user.run(['store', 'init'], { env })));
    expect(both.map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  it('init without the permission: exit 3, and says what to do', async () => {
    const { user, url, sql, schema } = begin();
    await sql.unsafe(`create role r_${schema} login`);
    const env = { GROUPCTL_STORE: url.replace('postgres@', `r_${schema}@`) };
    const { code, stderr } = await user.run(['store', 'init'], { env });
    expect(code).toBe(3);
    expect(stderr).toContain(`may not create the schema "${schema}" in the database "groupctl".`);
    await sql.unsafe(`drop role r_${schema}`);
  });

  it('status and unlock: shows the lock, refuses another token and a write in flight, and ends the holder', async () => {
    const { user, env, url, sql, schema } = begin();
    const store = openStore(url);
    await store.admin.init();
    await user.run(['sources', 'add', '--name=prod', `--url=${SERVER}`, '--api-key=abc12345']);
    const clock = { now: () => Date.now(), random: () => 0.5, sleep: async () => undefined };
    const key = { server: SERVER, group: 'QA' };
    const marks = store.ownMarks(key, { clock, limitMs: 60_000, run: () => undefined });
    const held = await store.lock(key, 'QA', {
      clock,
      signal: new AbortController().signal,
      remaining: () => Infinity,
      report: () => undefined,
      marks,
    });
    const journal = await store.openJournal(
      {
        source: 'prod',
        kind: 'proget',
        url: SERVER,
        group: { name: 'Qa' },
        command: 'c',
        rows: [],
      },
      { version: '1', now: Date.now(), keep: true, mayPrune: () => false },
    );
    await journal.intent({ call: 'POST x', write: { list: 'x' } }, Date.now());
    const mark = held.mark({ list: 'x' });
    const status = (await user.json(['store', 'status', '--json'], { env })) as {
      locks: { token: number; holder: string }[];
    };
    expect(status).toMatchObject({
      store: url,
      protocol: 1,
      runs: 1,
      locks: [{ server: SERVER, group: 'Qa', run: journal.run, inFlightS: expect.any(Number) }],
    });
    const token = status.locks[0]?.token ?? 0;
    expect((await user.run(['store', 'status'], { env })).stdout).toMatch(
      /: protocol 1, 1 run\.\nQa on https:\/\/a\.example\/; .+@.+, for \d+ s; run [0-9A-Z]{26}; token \d+; a write in flight for up to \d+ s\n$/,
    );
    const [active] = (await user.json(['history', '--json'], { env })) as object[];
    expect(active).toMatchObject({ state: 'active', activeOn: status.locks[0]?.holder });
    expect((await user.run(['history'], { env })).stdout).toContain('\tactive on ');
    const unlock = (more: string[]): string[] => [
      'store',
      'unlock',
      '--source=prod',
      '--name=qa',
      ...more,
    ];
    const other = await user.run(unlock([`--token=${token + 100}`, '--yes', '--json']), { env });
    expect([other.code, jsonError(other.stderr)['code']]).toEqual([8, 'lock-changed']);
    const asked = await user.run(unlock([`--token=${token}`]), { env });
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain('Qa on https://a.example/; ');
    expect(
      (await user.run(unlock([`--token=${token}`]), { env, tty: true, answers: [false] })).code,
    ).toBe(8);
    const inFlight = await user.run(unlock([`--token=${token}`, '--yes', '--json']), { env });
    expect([inFlight.code, jsonError(inFlight.stderr)['code']]).toEqual([8, 'write-in-flight']);
    mark.answered();
    journal.answered({ outcome: 'done' }, Date.now());
    await new Promise((resolve) => setTimeout(resolve, 200));
    const done = await user.run(unlock([`--token=${token}`, '--yes']), { env });
    expect([done.code, done.stdout]).toEqual([
      0,
      'Unlocked Qa. What the run that had the lock has read is not written. It may take the lock again, and then reads the group again.\n',
    ]);
    await expect(
      journal.intent({ call: 'POST x', write: { list: 'y' } }, Date.now()),
    ).rejects.toMatchObject({ code: 'lock-lost' });
    const [row] = await sql.unsafe(`select token::int as token, holder from ${schema}.lock`);
    expect(row?.['token']).not.toBe(token);
    const again = await user.run(unlock([`--token=${token}`, '--yes']), { env });
    expect([again.code, again.stdout]).toEqual([8, '']);
    expect(again.stderr).toContain(
      `Nobody has the lock of "Qa" any longer; its token is ${String(row?.['token'])} now.`,
    );
    const free = await user.run(unlock([`--token=${String(row?.['token'])}`, '--yes']), { env });
    expect([free.code, free.stdout]).toEqual([0, 'Not locked: Qa.\n']);
    await held.release();
  });

  it('unlock --in-flight takes the lock away while a write is in flight', async () => {
    const { user, env, url, sql, schema } = begin();
    await openStore(url).admin.init();
    await sql.unsafe(
      `insert into ${schema}.lock values ('${SERVER}', 'QA', 7, null, null, null, null, clock_timestamp() + interval '1 min', null)`,
    );
    const unlock = ['store', 'unlock', `--source=${SERVER}`, '--name=QA', '--token=7', '--yes'];
    expect((await user.run(unlock, { env })).code).toBe(8);
    const done = await user.run([...unlock, '--in-flight'], { env });
    expect(done.code).toBe(0);
    expect(done.stdout).toMatch(
      /^Unlocked QA\. A write in flight may still take effect for up to \d\d s, and undo what other runs write meanwhile\.\n$/,
    );
    expect(await user.json(['store', 'status', '--json'], { env })).toMatchObject({ locks: [] });
    await sql.unsafe(
      `update ${schema}.lock set token = 8, holder = 'x', expires_at = clock_timestamp() + interval '1 min', in_flight_until = clock_timestamp() + interval '1 min'`,
    );
    const ofRun = ['store', 'unlock', `--source=${SERVER}`, '--name=QA', '--token=8', '--yes'];
    const both = await user.run([...ofRun, '--in-flight'], { env });
    expect(both.stdout).toMatch(
      / write meanwhile\. The run that had the lock may take the lock again, and then reads the group again\.\n$/,
    );
    expect(both.stdout).not.toContain('is not written');
    await sql.unsafe(
      `update ${schema}.lock set token = 9, holder = 'x', expires_at = clock_timestamp() + interval '1 min', in_flight_until = clock_timestamp() + interval '1 min'`,
    );
    const asJson = ['store', 'unlock', `--source=${SERVER}`, '--name=QA', '--token=9', '--yes'];
    expect(await user.json([...asJson, '--in-flight', '--json'], { env })).toMatchObject({
      outcome: 'unlocked',
      inFlightS: expect.any(Number),
    });
  });

  it('prune removes old runs with their lines, and keeps those under way', async () => {
    const { user, env, url, sql, schema } = begin();
    await openStore(url).admin.init();
    for (const [id, days, ended] of [
      ['01JAAAAAAAAAAAAAAAAAAAAAAA', 100, true],
      ['01JBBBBBBBBBBBBBBBBBBBBBBB', 100, false],
      ['01JCCCCCCCCCCCCCCCCCCCCCCC', 1, true],
    ] as const) {
      await sql.unsafe(
        `insert into ${schema}.run values ('${id}', 's', 'g', 'x', clock_timestamp() - interval '${days} days', ${ended ? 'now()' : 'null'})`,
      );
      await sql.unsafe(`insert into ${schema}.line values ('${id}', 1, null, '{}')`);
    }
    await sql.unsafe(
      `insert into ${schema}.lock values ('s', 'g', 1, 'x', '01JBBBBBBBBBBBBBBBBBBBBBBB', now(), now() + interval '1 min', null, null)`,
    );
    const args = ['store', 'prune', '--older-than=90d', '--json'];
    const wanted = {
      pruned: ['01JAAAAAAAAAAAAAAAAAAAAAAA'],
      underWay: ['01JBBBBBBBBBBBBBBBBBBBBBBB'],
      kept: 2,
    };
    expect(await user.json([...args, '--dry-run'], { env })).toMatchObject(wanted);
    expect(await user.json(args, { env })).toMatchObject(wanted);
    const [counted] = await sql.unsafe(`select count(*)::int as lines from ${schema}.line`);
    expect(counted?.['lines']).toBe(2);
  });

  it('prune keeps what undid a run that it keeps, as the clock was ahead', async () => {
    const { user, env, url, sql, schema } = begin();
    await openStore(url).admin.init();
    const [run, undo] = ['01JAAAAAAAAAAAAAAAAAAAAAAA', '01JBBBBBBBBBBBBBBBBBBBBBBB'];
    const add = async (id: string, began: string, more: object): Promise<void> => {
      await sql.unsafe(
        `insert into ${schema}.run values ('${id}', 's', 'g', 'x', clock_timestamp() ${began}, clock_timestamp())`,
      );
      const plan = {
        t: 'run',
        v: 2,
        run: id,
        at: '2026-01-01T00:00:00.000Z',
        by: '1',
        source: 'a',
      };
      const facts = {
        kind: 'proget',
        url: SERVER,
        group: { name: 'QA' },
        command: 'c',
        ...more,
        rows: [],
      };
      const body = JSON.stringify({ ...plan, ...facts });
      await sql.unsafe(`insert into ${schema}.line values ('${id}', 1, null, '${body}')`);
    };
    await add(run, "+ interval '3 days'", {});
    await add(undo, "- interval '30 days'", { undoes: run });
    const args = ['store', 'prune', '--older-than=10d', '--json'];
    expect(await user.json(args, { env })).toMatchObject({ pruned: [], kept: 2 });
  });

  it('without a store: exit 2', async () => {
    for (const verb of [['init'], ['status'], ['import'], ['prune', '--older-than=1d']]) {
      const { code, stderr } = await cli().run(['store', ...verb]);
      expect([code, stderr], verb.join(' ')).toEqual([
        2,
        'groupctl: No shared store is set. Set GROUPCTL_STORE to its URL, or name a source that has one with --source. Nothing was written.\n',
      ]);
    }
  });
});
