import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, cli } from '../../helpers/cli.ts';
import { describeWithPostgres, Relay, testStore } from '../../helpers/postgres.ts';
import { addHandlers, fakeProget, listGroups, listUsers } from '../../helpers/proget.ts';
import { serve } from '../../helpers/server.ts';
import { openStore } from '../../state/postgres/stage.ts';
import { ADD, at, journals, jsonError, LIST } from '../helpers.ts';

const MEMBER = ['--name=Developers', '--member=jsmith'];
const PASSWORD = 'hunter22-secret';
/** Nothing listens there. */
const NOWHERE = `postgres://ci:${PASSWORD}@127.0.0.1:1/groupctl`;

const withSource = async (user: Cli, url: string, store: string): Promise<void> => {
  await user.run([
    'sources',
    'add',
    '--name=prod',
    `--url=${url}`,
    '--api-key=abc12345',
    `--shared-store=${store}`,
  ]);
};

describe('which store a run uses', () => {
  it('is the state folder without GROUPCTL_STORE', async () => {
    const user = cli();
    const state = fakeProget();
    const server = await serve(...addHandlers(state));
    expect((await user.run([...ADD, ...MEMBER, ...at(server)])).code).toBe(0);
    expect(journals(user)).toHaveLength(1);
  });

  it('is the state folder for history and undo where the configuration is damaged', async () => {
    const user = cli();
    const server = await serve(...addHandlers(fakeProget()));
    await user.run([...ADD, ...MEMBER, ...at(server)]);
    mkdirSync(user.config, { recursive: true });
    writeFileSync(join(user.config, 'config.json'), '{"sources":');
    const { code, stdout, stderr } = await user.run(['history']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('security groups members add');
  });

  it('is not guessed for a source that does not exist: exit 4 with the nearest name', async () => {
    const user = cli();
    await withSource(user, 'https://a.example/', 'postgres://ci@127.0.0.1:1/groupctl');
    for (const command of [
      'store status --source=prof',
      'store init --source=prof',
      'store prune --source=prof --older-than=1d',
      'store unlock --source=prof --name=QA --token=1',
    ]) {
      expect(await user.run(command.split(' ')), command).toEqual({
        code: 4,
        stdout: '',
        stderr: 'groupctl: There is no source named "prof".\nHint: Did you mean prod?\n',
      });
    }
  });

  it('is none where GROUPCTL_STORE is empty: exit 2 before any request, and lists and dry runs work', async () => {
    const env = { GROUPCTL_STORE: ' ' };
    const server = await serve(listGroups(fakeProget()), listUsers(fakeProget()));
    expect(await cli().run([...ADD, ...MEMBER, ...at(server)], { env })).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: GROUPCTL_STORE is set and empty. Set it to the URL of the shared store, to "none" to use no shared store, or unset it. Nothing was written.\n',
    });
    expect(server.calls()).toEqual([]);
    for (const command of ['history', 'undo latest', 'resume latest', 'store status']) {
      expect((await cli().run(command.split(' '), { env })).code, command).toBe(2);
    }
    expect((await cli().run([...LIST, '--name=Developers', ...at(server)], { env })).code).toBe(0);
    const dry = await cli().run([...ADD, ...MEMBER, ...at(server), '--dry-run'], {
      env: { GROUPCTL_STORE: NOWHERE },
    });
    expect(dry.code).toBe(0);
  });

  it('is the state folder with GROUPCTL_STORE=none, with a warning, also for a source with a store', async () => {
    const user = cli();
    const server = await serve(...addHandlers(fakeProget()));
    await withSource(user, server.url, 'postgres://127.0.0.1:1/groupctl');
    const result = await user.run([...ADD, ...MEMBER, '--source=prod'], {
      env: { GROUPCTL_STORE: 'none' },
    });
    expect(result).toEqual({
      code: 0,
      stdout: 'Added jsmith to Developers.\n',
      stderr:
        'Warning: GROUPCTL_STORE=none: this run uses no shared store. Runs on other machines neither wait for it nor see it.\n',
    });
    expect(journals(user)).toHaveLength(1);
  });

  it('is a usage error where GROUPCTL_STORE and the source name two, without their passwords', async () => {
    const user = cli();
    const server = await serve();
    await withSource(user, server.url, 'postgres://127.0.0.1:1/other');
    const result = await user.run([...ADD, ...MEMBER, '--source=prod'], {
      env: { GROUPCTL_STORE: NOWHERE },
    });
    expect(result.code).toBe(2);
    expect(result.stderr).toBe(
      'groupctl: GROUPCTL_STORE is postgres://ci@127.0.0.1:1/groupctl, and the shared store of the source "prod" is postgres://127.0.0.1:1/other. Unset GROUPCTL_STORE, or change the source: groupctl sources edit --shared-store. Nothing was written.\n',
    );
  });

  it('that cannot be reached: exit 6 before any request, no fallback, and no password anywhere', async () => {
    const user = cli();
    const server = await serve();
    for (const extra of [[], ['--json'], ['--verbose'], ['--no-journal']]) {
      const result = await user.run([...ADD, ...MEMBER, ...at(server), ...extra], {
        env: { GROUPCTL_STORE: NOWHERE },
      });
      expect(result.code).toBe(6);
      expect(result.stderr).toContain(
        'The shared store postgres://ci@127.0.0.1:1/groupctl cannot be reached: the connection was refused.',
      );
      expect(result.stdout + result.stderr).not.toContain(PASSWORD);
    }
    expect(server.calls()).toEqual([]);
    expect(journals(user)).toEqual([]);
  });

  it('is not one for the sandbox', async () => {
    const user = cli();
    const env = { GROUPCTL_STORE: NOWHERE };
    expect(
      (await user.run([...ADD, ...MEMBER, '--no-user-check', '--source=sandbox'], { env })).code,
    ).toBe(0);
    expect((await user.run(['undo', 'latest', '--yes', '--source=sandbox'], { env })).code).toBe(0);
  });

  it('of a source is saved without a password, shown, changed and removed', async () => {
    const user = cli();
    const add = ['sources', 'add', '--name=prod', '--url=https://a.example', '--api-key=abc12345'];
    const refused = await user.run([...add, `--shared-store=${NOWHERE}`]);
    expect(refused).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'groupctl: The URL of --shared-store has a password. Leave it out, and use PGPASSWORD or the password file (~/.pgpass). Nothing was written.\n',
    });
    const store = 'postgres://ci@db.example/groupctl?sslrootcert=/ca.pem';
    expect((await user.run([...add, `--shared-store=${store}`])).code).toBe(0);
    expect(await user.json(['sources', 'show', 'prod', '--json'])).toMatchObject({
      sharedStore: store,
    });
    expect((await user.run(['sources', 'list'])).stdout).toContain(`shared store ${store}`);
    expect((await user.run(['history'])).stderr).toContain(
      'Sources with a shared store: prod (--source).',
    );
    expect((await user.run(['sources', 'edit', 'prod', '--shared-store=none'])).code).toBe(0);
    expect(await user.json(['sources', 'show', 'prod', '--json'])).not.toHaveProperty(
      'sharedStore',
    );
  });
});

describeWithPostgres('a store that a run cannot use', ({ port }) => {
  const refused = async (
    url: string,
    env: Readonly<Record<string, string>> = {},
  ): Promise<{ code: number; stderr: string }> => {
    const user = cli();
    const server = await serve();
    const result = await user.run([...ADD, ...MEMBER, ...at(server)], {
      env: { ...env, GROUPCTL_STORE: url },
    });
    expect(server.calls()).toEqual([]);
    expect(journals(user)).toEqual([]);
    expect(result.stdout).toBe('');
    expect(result.stderr).not.toContain(PASSWORD);
    return result;
  };

  it('for a wrong password: exit 3', async () => {
    const { url, sql } = testStore(port);
    await sql.unsafe(
      `do $$ begin create role with_password login password '${PASSWORD}x'; exception when duplicate_object then null; end $$`,
    );
    const { code, stderr } = await refused(url.replace('postgres@', `with_password:${PASSWORD}@`));
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /^groupctl: The shared store postgres:\/\/with_password@.* rejected the user "with_password"\./,
    );
  });

  it('for missing permissions: exit 3, and with those of store init it can', async () => {
    const { url, sql, schema } = testStore(port);
    await openStore(url).admin.init();
    const role = `ci_${schema}`;
    await sql.unsafe(`create role ${role} login`);
    const asCi = url.replace('postgres@', `${role}@`);
    const none = await refused(asCi);
    expect(none.code).toBe(3);
    expect(none.stderr).toContain(`The user "${role}" has too few permissions in the shared store`);
    expect(none.stderr).toContain(`groupctl store init --print --role=${role}`);
    for (const grant of openStore(url).admin.grants(role)) await sql.unsafe(grant);
    const server = await serve(...addHandlers(fakeProget()));
    const env = { GROUPCTL_STORE: asCi };
    const done = await cli().run([...ADD, ...MEMBER, ...at(server)], { env });
    expect(done).toEqual({ code: 0, stdout: 'Added jsmith to Developers.\n', stderr: '' });
    // It adds to the record, and changes nothing of it.
    const prune = await cli().run(['store', 'prune', '--older-than=2020-01-01'], { env });
    expect(prune.code).toBe(0);
    await expect(
      openStore(asCi).db.query(`update ${schema}.line set body = ''`),
    ).rejects.toMatchObject({ exitCode: 3 });
    await expect(openStore(asCi).db.query(`delete from ${schema}.run`)).rejects.toMatchObject({
      exitCode: 3,
    });
    await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
  });

  it('for another protocol: exit 2 that names both', async () => {
    const { url, sql, schema } = testStore(port);
    await openStore(url).admin.init();
    await sql.unsafe(`update ${schema}.meta set protocol = 2`);
    const { code, stderr } = await refused(url);
    expect(code).toBe(2);
    expect(stderr).toContain('has protocol 2, and this version of groupctl has protocol 1.');
    const env = { GROUPCTL_STORE: url };
    for (const command of ['history', 'history show latest', 'store prune --older-than=1d']) {
      expect((await cli().run(command.split(' '), { env })).code, command).toBe(2);
    }
  });

  it('for an answer that --deadline does not wait for: exit 6', async () => {
    const relay = await Relay.to(port);
    relay.frozen = true;
    const { url } = testStore(port, relay.port);
    const server = await serve();
    const { code, stderr } = await cli().run(
      [...ADD, ...MEMBER, ...at(server), '--deadline=0.3', '--json'],
      { env: { GROUPCTL_STORE: url } },
    );
    expect([code, jsonError(stderr)['code'], server.calls()]).toEqual([6, 'deadline', []]);
  });

  it('that was not set up, or has no such database: exit 2', async () => {
    const { url, schema } = testStore(port);
    const unset = await refused(url);
    expect(unset.code).toBe(2);
    expect(unset.stderr).toContain(
      `is not set up, or not completely, in the schema "${schema}". Nothing was written.\nHint: Set it up: groupctl store init\n`,
    );
    const nowhere = await refused(url.replace('/groupctl?', '/no_such_db?'));
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('There is no database "no_such_db"');
  });
});
