import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../helpers/cli.ts';
import { status } from '../../../helpers/proget.ts';
import { jsonError, journals } from '../../../commands/helpers.ts';
import { Company, DJONES, OFFBOARD, stage, withoutRuns, writesOf } from './stage.ts';

/** What keeps an offboarding from doing more than was meant, and from saying more than it may. */

const UPDATE = 'POST /api/security/groups/update';
const DELETE_KEY = 'POST /api/api-keys/delete?id=3';

/** A company in which djones is all there is in QA. */
function lonely(): Company {
  const company = new Company();
  company.groups[1]!.users = ['djones'];
  return company;
}

describe('a state folder that cannot be written', () => {
  const broken = {
    'a file': () => {
      const path = join(temporaryFolder(), 'state');
      writeFileSync(path, '');
      return path;
    },
    'its folder of locks is a file': () => {
      const path = temporaryFolder();
      mkdirSync(join(path, 'runs'));
      writeFileSync(join(path, 'locks'), '');
      return path;
    },
  };

  it.each(Object.entries(broken))('stops before anything is asked: %s', async (_, make) => {
    const { company, server, run } = await stage();
    const env = { GROUPCTL_STATE_DIR: make() };
    const result = await run([...DJONES, '--keys', '--json'], { tty: true, env });
    expect(result).toMatchObject({ code: 2, stdout: '' });
    expect(jsonError(result.stderr)).toMatchObject({ code: 'state-not-writable' });
    // Somebody who is in no group, and has a key.
    company.keys.push({ id: 9, type: 'Personal', user: 'jsmith' });
    const keyOnly = [...OFFBOARD, '--member=jsmith', '--keys', '--yes', '--json'];
    expect((await run(keyOnly, { env })).code).toBe(2);
    expect(writesOf(server)).toEqual([]);
    // What would be done is said, and what would come of it.
    const dry = await run([...DJONES, '--dry-run'], { env });
    expect(dry.code).toBe(2);
    expect(dry.stdout).toContain('Would remove djones from Developers.');
    const lifted = await run([...keyOnly, '--no-journal'], { env });
    expect(lifted.code).toBe(0);
    expect(writesOf(server)).toEqual(['POST /api/api-keys/delete?id=9']);
  });
});

describe('deleted keys', () => {
  it('have a record of their own, begun before the first call', async () => {
    const company = new Company();
    company.keys.push({ id: 8, type: 'Personal', user: 'djones', key: 'never-said' });
    const { user, run } = await stage(company);
    let atCall: unknown;
    company.instead['POST api-keys/delete'] = () => {
      atCall ??= journals(user).at(-1);
      return undefined as unknown as Response;
    };
    const result = await run([...DJONES, '--keys', '--yes']);
    expect(result.code).toBe(0);
    expect(withoutRuns(result.stdout)).toContain(
      'Deleted the API key "Laptop" (id 3) (run RUN).\nDeleted the API key with the id 8 (run RUN).\n',
    );
    const lines = journals(user).at(-1) ?? [];
    expect(lines).toMatchObject([
      { t: 'run', command: 'security groups members offboard', source: 'Default', rows: [] },
      {
        t: 'intent',
        call: 'POST api-keys/delete',
        members: ['djones'],
        before: ['3 Laptop'],
      },
      { t: 'answer', outcome: 'done' },
      { t: 'intent', call: 'POST api-keys/delete', members: ['djones'], before: ['8'] },
      { t: 'answer', outcome: 'done' },
      { t: 'end', exit: 0 },
    ]);
    expect(atCall).toHaveLength(2);
    expect(JSON.stringify(journals(user))).not.toContain('never-said');
    const undone = await run(['undo', String(lines[0]?.['run']), '--yes', '--json']);
    expect(undone.code).toBe(2);
    expect(jsonError(undone.stderr)).toMatchObject({ code: 'not-undoable' });
  });

  it('are told one by one later: which is gone, which is not, and which is in doubt', async () => {
    const company = new Company();
    for (const id of [8, 9]) company.keys.push({ id, type: 'Personal', user: 'djones' });
    const { user, run } = await stage(company);
    company.instead['POST api-keys/delete'] = (request) =>
      request.url.endsWith('=8') ? status(500, 'Boom')(request) : (undefined as never);
    const result = await run([...DJONES, '--keys', '--yes']);
    expect(result.code).toBe(7);
    const path = join(user.state, 'runs', readdirSync(join(user.state, 'runs')).sort().at(-1)!);
    const shown = async (): Promise<string> => (await run(['history', 'show', 'latest'])).stdout;
    expect(await shown()).toContain(
      [
        'Call:    POST api-keys/delete 3 Laptop: done',
        'Call:    POST api-keys/delete 8: not done (http-500)',
        'Call:    POST api-keys/delete 9: done',
        '',
      ].join('\n'),
    );
    const { calls } = (await user.json(['history', 'show', 'latest'])) as { calls: object[] };
    expect(calls).toMatchObject([
      { before: ['3 Laptop'], outcome: 'done' },
      { before: ['8'], outcome: 'failed', error: 'http-500' },
      { before: ['9'], outcome: 'done' },
    ]);
    // Killed while the last call was under way.
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    writeFileSync(path, `${lines.slice(0, -2).join('\n')}\n`);
    expect(await shown()).toContain('Call:    POST api-keys/delete 9: in doubt\n');
  });

  it('have the exit code of what failed, and none with --no-journal', async () => {
    const { company, user, run } = await stage();
    company.instead['POST api-keys/delete'] = status(403);
    expect((await run([...DJONES, '--keys', '--yes', '--no-journal'])).code).toBe(7);
    expect(journals(user)).toEqual([]);
    const again = await run([...DJONES, '--keys', '--yes']);
    expect(again.code).toBe(3);
    expect(journals(user).at(-1)?.at(-1)).toMatchObject({ t: 'end', exit: 3, error: 'http-403' });
  });

  it.each([
    [500, 'Boom key SECRETKEYVALUE1 stack'],
    [400, 'cannot delete key SECRETKEYVALUE1'],
  ])('come out of no error, however much is said: %i', async (code, body) => {
    const { company, user, run } = await stage();
    company.instead['POST api-keys/delete'] = status(code, body);
    let said = '';
    for (const more of [[], ['--verbose', '--show-body']]) {
      for (const format of [[], ['--json'], ['--output=csv']]) {
        const result = await run([...DJONES, '--keys', '--yes', ...more, ...format]);
        expect([1, 5, 7]).toContain(result.code);
        said += result.stdout + result.stderr;
      }
    }
    said += JSON.stringify(journals(user));
    expect(said).toContain(`answered ${code} on POST api-keys/delete`);
    expect(said).not.toContain('SECRETKEYVALUE1');
    expect(said).not.toContain('Boom');
    expect(said).not.toContain('cannot delete key');
  });

  it.each([[500], [400]])('come out of no error of their list either: %i', async (code) => {
    const { company, server, run } = await stage();
    company.instead['GET api-keys/list'] = status(code, 'Boom key SECRETKEYVALUE1 stack');
    let said = '';
    for (const [options, exit] of [
      [['--dry-run', '--verbose', '--show-body', '--json'], 0],
      [['--keys', '--yes', '--verbose', '--show-body', '--json'], 7],
      [['--keys', '--yes', '--verbose'], 5],
    ] as const) {
      const result = await run([...DJONES, ...options]);
      expect(result.code).toBe(exit);
      said += result.stdout + result.stderr;
    }
    expect(said).toContain(`answered ${code} on GET api-keys/list`);
    expect(said).not.toContain('SECRETKEYVALUE1');
    expect(said).not.toContain('Boom');
    // The groups were left all the same.
    expect(writesOf(server)).toEqual([UPDATE, UPDATE]);
  });

  it('are left where a group was not left, and that is said', async () => {
    const { company, server, run } = await stage();
    company.instead['POST groups/update'] = async (request) => {
      const { name } = (await request.json()) as { name: string };
      return name === 'QA'
        ? new HttpResponse('QA is managed elsewhere', { status: 400 })
        : (undefined as unknown as Response);
    };
    const result = await run([...DJONES, '--keys', '--yes']);
    expect(result.code).toBe(7);
    expect(result.stdout).toContain(
      'Did not delete the API key "Laptop" (id 3): left alone as long as djones is in QA.\n',
    );
    expect(writesOf(server)).toEqual([UPDATE, UPDATE]);
    // The same command goes on from there.
    company.instead = {};
    expect((await run([...DJONES, '--keys', '--yes'])).code).toBe(0);
    expect(writesOf(server)).toEqual([UPDATE, UPDATE, UPDATE, DELETE_KEY]);
  });
});

describe('a guard that objects to any group', () => {
  it('stops all of it before the first write: 8', async () => {
    const { server, user, run } = await stage(lonely());
    const message = 'Stopped: this would leave QA without members.';
    const hint = 'If you really want this, run it again with --allow-empty.';
    const real = await run([...DJONES, '--keys', '--yes', '--json']);
    expect(real).toMatchObject({ code: 8, stdout: '' });
    expect(jsonError(real.stderr)).toMatchObject({
      code: 'would-empty-group',
      message,
      hint,
      source: 'Default',
    });
    const dry = await run([...DJONES, '--keys', '--dry-run']);
    expect(dry.code).toBe(8);
    expect(dry.stdout).toContain(
      [
        'djones would not be removed from Developers: a guard stops the whole run.',
        `djones in QA: not tried. ${message}`,
        'Would not delete the API key "Laptop" (id 3): left alone as long as djones is in QA.',
        'djones: would not be removed from 2 groups, 1 API key would not be deleted.',
        'Not touched:',
        '  the group Developers',
        '  the group QA',
        '',
      ].join('\n'),
    );
    expect(dry.stderr).toBe(`groupctl: ${message} Nothing was written.\nHint: ${hint}\n`);
    expect(writesOf(server)).toEqual([]);
    expect(journals(user)).toEqual([]);
    const allowed = await run([...DJONES, '--keys', '--yes', '--allow-empty']);
    expect(allowed.code).toBe(0);
    expect(writesOf(server)).toEqual([UPDATE, UPDATE, DELETE_KEY]);
  });

  it('is one error for all of them, with what lifts it', async () => {
    const company = lonely();
    company.groups[0]!.users = ['djones', 'DJones', 'a', 'b', 'c', 'd'];
    company.groups.push({ name: 'Ops', users: ['djones'] });
    const { server, run } = await stage(company);
    const result = await run([...DJONES, '--yes', '--json']);
    expect(result).toMatchObject({ code: 8, stdout: '' });
    const error = jsonError(result.stderr);
    expect(error['message']).toBe(
      'Stopped: this would remove 2 of 6 members of Developers (33.3 %); the limit is 25 %. Stopped: this would leave QA without members. Stopped: this would leave Ops without members.',
    );
    expect(error['hint']).toBe(
      'If you really want this, run it again with --max-removal-percent=34 --allow-empty.',
    );
    expect(error['details']).toMatchObject({ guards: [{ source: 'Default' }, {}, {}] });
    expect(writesOf(server)).toEqual([]);
    const lifting = ['--max-removal-percent=34', '--allow-empty', '--yes'];
    expect((await run([...DJONES, ...lifting])).code).toBe(0);
  });

  it('has no say about somebody in no group', async () => {
    const { server, run } = await stage();
    const who = [...OFFBOARD, '--member=jsmith', '--max-removals=0', '--yes'];
    expect((await run(who)).code).toBe(0);
    expect((await run([...DJONES, '--max-removals=0', '--yes'])).code).toBe(8);
    expect(writesOf(server)).toEqual([]);
  });

  it('is asked again by each write', async () => {
    const company = new Company();
    const { server, run } = await stage(company);
    company.instead['POST groups/update'] = () => {
      company.groups[1]!.users = ['djones'];
      company.instead = {};
      return undefined as unknown as Response;
    };
    const result = await run([...DJONES, '--keys', '--yes']);
    expect(result.code).toBe(7);
    expect(withoutRuns(result.stdout)).toContain(
      'Removed djones from Developers (run RUN).\ndjones in QA: not tried. Stopped: this would leave QA without members.',
    );
    // Something was written by now.
    expect(result.stderr).toContain(
      'Hint: If you really want this, run it again with --allow-empty.\n',
    );
    expect(result.stderr).not.toContain('Nothing was written');
    expect(writesOf(server)).toEqual([UPDATE]);
  });
});

describe('a group whose members are not told', () => {
  it('is no "none" where it is all there is', async () => {
    const company = new Company();
    company.groups = [{ name: 'Hidden', users: null }];
    const { run } = await stage(company);
    const result = await run([...DJONES, '--yes']);
    expect(result.code).toBe(1);
    expect(result.stderr.split('\n').slice(0, 5)).toEqual([
      'djones on Default:',
      '  groups: unknown',
      '  direct permissions: "Promote Packages" on the feed npm',
      '  personal API keys: "Laptop" (id 3)',
      'The server does not tell who is in "Hidden".',
    ]);
  });

  it('does not keep the person in the others; keys are left, and it is not done', async () => {
    const company = new Company();
    company.groups.push({ name: 'Hidden', users: null });
    const { server, run } = await stage(company);
    const result = await run([...DJONES, '--keys', '--yes', '--json']);
    expect(result.code).toBe(7);
    const [source] = JSON.parse(result.stdout).sources;
    expect(source.groups).toMatchObject([
      { group: { name: 'Developers' }, outcome: 'removed' },
      { group: { name: 'QA' }, outcome: 'removed' },
      { group: { name: 'Hidden' }, outcome: 'not-tried', error: { code: 'members-not-told' } },
    ]);
    expect(source.apiKeys).toMatchObject([{ outcome: 'not-tried' }]);
    expect(source.notTouched).toContainEqual({ what: 'group', message: 'the group Hidden' });
    expect(writesOf(server)).toEqual([UPDATE, UPDATE]);
    const again = await run([...DJONES, '--yes']);
    expect(again.code).toBe(1);
    expect(again.stdout).toContain(
      'djones in Hidden: not tried. The server does not tell who is in "Hidden".\n',
    );
  });
});
