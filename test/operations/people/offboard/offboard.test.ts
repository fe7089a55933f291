import { HttpResponse } from 'msw';
import { describe, expect, it } from 'vitest';
import { status } from '../../../helpers/proget.ts';
import { jsonError, journals, standingClock } from '../../../commands/helpers.ts';
import { Company, DJONES, OFFBOARD, stage, withoutRuns, writesOf } from './stage.ts';

const SHOWN = [
  'djones on Default:',
  '  groups: Developers, QA',
  '  direct permissions: "Promote Packages" on the feed npm',
  '  personal API keys: "Laptop" (id 3)',
  '',
].join('\n');
const UPDATE = 'POST /api/security/groups/update';
const DELETE_KEY = 'POST /api/api-keys/delete?id=3';

describe('members offboard', () => {
  it('takes the person out of every group, a run each, and ends with what was not touched', async () => {
    const { company, server, user, run } = await stage();
    const result = await run([...DJONES, '--yes']);
    expect({ ...result, stdout: withoutRuns(result.stdout) }).toEqual({
      code: 0,
      stderr: SHOWN,
      stdout: [
        'Removed djones from Developers (run RUN).',
        'Removed djones from QA (run RUN).',
        'djones: removed from 2 groups.',
        'To undo a removal: groupctl undo RUN',
        'Not touched:',
        '  the permission "Promote Packages" on the feed npm',
        '  the API key "Laptop" (id 3) (--keys deletes it)',
        '  the account djones itself',
        '',
      ].join('\n'),
    });
    expect(writesOf(server)).toEqual([UPDATE, UPDATE]);
    expect(server.writes()).toEqual([
      { name: 'Developers', users: ['mbrown', 'CORP\\akhan'] },
      { name: 'QA', users: ['lchen'] },
    ]);
    expect(company.keys).toHaveLength(3);
    expect(journals(user).map(([header]) => header)).toMatchObject([
      {
        command: 'security groups members offboard',
        source: 'Default',
        group: { name: 'Developers' },
        rows: [{ op: 'remove', members: ['djones'] }],
      },
      { group: { name: 'QA' } },
    ]);
  });

  it('can be taken back, group by group', async () => {
    const { company, user, run } = await stage();
    await run([...DJONES, '--yes']);
    expect(company.members('QA')).toEqual(['lchen']);
    const qa = String(journals(user)[1]?.[0]?.['run']);
    const undone = await run(['undo', qa, '--yes']);
    expect(undone.code).toBe(0);
    expect(company.members('QA')).toEqual(['lchen', 'djones']);
    expect(company.members('Developers')).toEqual(['mbrown', 'CORP\\akhan']);
  });

  it('asks once on a terminal, after it has shown what there is', async () => {
    const { server, run } = await stage();
    const yes = await run([...DJONES, '--keys', '--no-color'], { tty: true, answers: [true] });
    expect(yes.code).toBe(0);
    expect(yes.stderr).toBe(
      `Source "Default" (${server.url})\n${SHOWN}Deleting an API key cannot be undone.\nOffboard djones on Default: remove from 2 groups, delete 1 API key for good? (y/N) y\n`,
    );
    expect(writesOf(server)).toEqual([UPDATE, UPDATE, DELETE_KEY]);
  });

  it('shows it to whoever is asked, whatever is printed', async () => {
    for (const format of ['--json', '--quiet', '--output=csv']) {
      const { server, run } = await stage();
      const no = await run([...DJONES, format, '--no-color'], { tty: true, answers: [false] });
      expect(no.code).toBe(8);
      expect(no.stderr.startsWith(`Source "Default" (${server.url})\n${SHOWN}`)).toBe(true);
    }
  });

  it.each([
    ['no', { tty: true, answers: [false] }, 8, 'declined', 'Cancelled.'],
    ['cancelled', { tty: true, answers: ['cancelled'] }, 130, 'interrupted', 'Interrupted.'],
    [
      'nobody to ask',
      {},
      2,
      'confirmation-needed',
      'Confirmation needed, but this is not a terminal. Add --yes to go ahead.',
    ],
  ] as const)('writes nothing: %s', async (_, how, code, word, message) => {
    const { server, user, run } = await stage();
    const result = await run([...DJONES, '--keys', '--json'], how);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(jsonError(result.stderr)).toMatchObject({ code: word, message });
    expect(writesOf(server)).toEqual([]);
    expect(journals(user)).toEqual([]);
  });

  it('prints one document', async () => {
    const { user, run } = await stage();
    const result = await run([...DJONES, '--keys', '--yes', '--json']);
    const [developers, qa, keys] = journals(user).map(([header]) => header?.['run']);
    const left = { member: 'djones', outcome: 'removed', verified: true };
    expect(JSON.parse(result.stdout)).toEqual({
      schema: 1,
      member: 'djones',
      dryRun: false,
      sources: [
        {
          source: 'Default',
          kind: 'proget',
          state: 'found',
          member: 'djones',
          groups: [
            { group: { name: 'Developers', memberCount: 3 }, ...left, run: developers },
            { group: { name: 'QA', memberCount: 2 }, ...left, run: qa },
          ],
          permissions: [{ id: '3', task: 'Promote Packages', feed: 'npm', deny: false }],
          apiKeys: [{ id: '3', displayName: 'Laptop', outcome: 'deleted', run: keys }],
          notTouched: [
            { what: 'permission', message: 'the permission "Promote Packages" on the feed npm' },
            { what: 'account', message: 'the account djones itself' },
          ],
        },
      ],
      summary: {
        sources: 1,
        notReached: 0,
        groupsRemoved: 2,
        groupsAlreadyAbsent: 0,
        groupsPlanned: 0,
        groupsNotRemoved: 0,
        groupsUnknown: 0,
        keysDeleted: 1,
        keysPlanned: 0,
        keysNotDeleted: 0,
        keysUnknown: 0,
        keysKept: 0,
        keysNotKnown: 0,
        permissionsKept: 1,
      },
    });
    expect(result).toMatchObject({ code: 0, stderr: '' });
  });

  it('prints CSV, in which names and ids are what the server calls them', async () => {
    const { run } = await stage();
    const result = await run([...DJONES, '--yes', '--output=csv', '--quiet']);
    expect(withoutRuns(result.stdout)).toBe(
      [
        'source,kind,member,what,name,id,outcome,run,error',
        'Default,proget,djones,group,Developers,,removed,RUN,',
        'Default,proget,djones,group,QA,,removed,RUN,',
        'Default,proget,djones,permission,Promote Packages,3,kept,,',
        'Default,proget,djones,api-key,Laptop,3,kept,,',
        'Default,proget,djones,account,djones,,kept,,',
        '',
      ].join('\n'),
    );
    expect(result.stderr).toBe('');
  });

  it('has nothing to ask where there is nothing to do', async () => {
    const { server, run } = await stage();
    const result = await run([...OFFBOARD, '--member=JSmith', '--keys']);
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).toBe(
      [
        'jsmith is in no group on Default.',
        'JSmith: there was nothing to do.',
        'Not touched:',
        '  the account jsmith itself',
        '',
      ].join('\n'),
    );
    expect(writesOf(server)).toEqual([]);
  });

  it('says once that it does not know its own account', async () => {
    const { run } = await stage(new Company(), '--api-key=abc12345');
    const { stderr } = await run([...DJONES, '--yes']);
    expect(stderr.match(/groupctl does not know its own account/g)).toHaveLength(1);
  });

  it('takes every spelling that a group holds', async () => {
    const company = new Company();
    company.groups[0]!.users = ['DJones', 'mbrown', 'djones', 'a', 'b', 'c', 'd', 'e'];
    const { run, server } = await stage(company);
    expect((await run([...DJONES, '--yes'])).code).toBe(0);
    expect(server.writes()).toEqual([
      { name: 'Developers', users: ['mbrown', 'a', 'b', 'c', 'd', 'e'] },
      { name: 'QA', users: ['lchen'] },
    ]);
  });

  it('is not found, with near names, where nobody is called so', async () => {
    const { run, server } = await stage();
    const result = await run([...OFFBOARD, '--member=djoness', '--yes', '--json']);
    expect(result).toMatchObject({ code: 4, stdout: '' });
    expect(jsonError(result.stderr)).toMatchObject({
      message: 'There is no user named "djoness" on Default.',
      hint: 'Did you mean djones?',
    });
    expect(writesOf(server)).toEqual([]);
  });
});

describe('members offboard --dry-run', () => {
  it('says the same, and writes nothing', async () => {
    const { server, user, run } = await stage();
    const result = await run([...DJONES, '--keys', '--dry-run']);
    expect(result).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        'Would remove djones from Developers.',
        'Would remove djones from QA.',
        'Would delete the API key "Laptop" (id 3); that cannot be undone.',
        'djones: would be removed from 2 groups, 1 API key would be deleted.',
        'Not touched:',
        '  the permission "Promote Packages" on the feed npm',
        '  the account djones itself',
        '',
      ].join('\n'),
    });
    expect(writesOf(server)).toEqual([]);
    expect(journals(user)).toEqual([]);
  });
});

describe('who must not go', () => {
  it.each([
    ['protected', ['--protect=DJONES'], [], '--allow-protected', 'which is protected'],
    [
      'ourselves',
      [],
      ['--username=djones', '--password=secret-word'],
      '--allow-self',
      'the account that groupctl itself uses',
    ],
  ])('%s: nothing is written, no key deleted', async (_, options, login, lifting, said) => {
    const { server, run } = await stage(new Company(), ...login);
    const result = await run([...DJONES, '--keys', '--yes', '--json', ...options]);
    expect(result).toMatchObject({ code: 8, stdout: '' });
    expect(jsonError(result.stderr)['message']).toBe(
      `Stopped: this would remove djones, ${said}, from every group.`,
    );
    expect(writesOf(server)).toEqual([]);
    const allowed = await run([...DJONES, '--keys', '--yes', ...options, lifting]);
    expect(allowed.code).toBe(0);
    expect(writesOf(server)).toEqual([UPDATE, UPDATE, DELETE_KEY]);
  });

  it.each(['--yes', '--dry-run'])(
    'a name of --protect that nobody has may be the person, misspelled (%s)',
    async (how) => {
      const { server, run } = await stage();
      const result = await run([...DJONES, '--keys', how, '--protect=djone']);
      expect(result.code).toBe(8);
      expect(result.stderr).toContain(
        'Stopped: this would remove djones from every group, and no member there has the name "djone" of --protect. Nothing was written.\n' +
          'Hint: Did you mean --protect=djones? If you really want this, run it again with --allow-protected.\n',
      );
      expect(writesOf(server)).toEqual([]);
    },
  );

  it('a name of --protect that another account has stops nothing, though it is near', async () => {
    const company = new Company();
    company.users.push({ name: 'djone' });
    const { server, run } = await stage(company);
    const result = await run([...DJONES, '--yes', '--protect=djone']);
    expect(result.code).toBe(0);
    expect(writesOf(server)).toEqual([UPDATE, UPDATE]);
  });

  it('and a limit of a group: both are named at once', async () => {
    const { server, run } = await stage(new Company());
    const result = await run([
      ...DJONES,
      '--yes',
      '--json',
      '--protect=djones',
      '--max-removals=0',
    ]);
    expect(result.code).toBe(8);
    expect(jsonError(result.stderr)).toMatchObject({
      message:
        'Stopped: this would remove djones, which is protected, from every group. Stopped: this would remove 1 member of Developers; the limit is 0. Stopped: this would remove 1 member of QA; the limit is 0.',
      hint: 'If you really want this, run it again with --allow-protected --max-removals=1.',
    });
    expect(writesOf(server)).toEqual([]);
  });
});

describe('what fails', () => {
  it('does not stop the rest: 7', async () => {
    const { company, server, run } = await stage();
    company.instead['POST groups/update'] = async (request) => {
      const { name } = (await request.json()) as { name: string };
      return name === 'Developers'
        ? new HttpResponse('Developers is managed elsewhere', { status: 400 })
        : (undefined as unknown as Response);
    };
    const result = await run([...DJONES, '--keys', '--yes', '--json']);
    expect(result.code).toBe(7);
    const { sources, summary } = JSON.parse(result.stdout);
    expect(sources[0].groups).toMatchObject([
      { group: { name: 'Developers' }, outcome: 'refused', error: { status: 400 } },
      { group: { name: 'QA' }, outcome: 'removed' },
    ]);
    expect(sources[0].apiKeys).toMatchObject([{ id: '3', outcome: 'not-tried' }]);
    expect(sources[0].notTouched[0]).toEqual({ what: 'group', message: 'the group Developers' });
    expect(summary).toMatchObject({ groupsRemoved: 1, groupsNotRemoved: 1, keysNotDeleted: 1 });
    expect(jsonError(result.stderr)).toMatchObject({ code: 'partial', status: 400 });
    expect(company.members('QA')).toEqual(['lchen']);
    expect(writesOf(server)).toEqual([UPDATE, UPDATE]);
  });

  it('is a group that goes away meanwhile', async () => {
    const company = new Company();
    const { run } = await stage(company);
    let reads = 0;
    company.instead['GET groups/list'] = () => {
      if (++reads === 2)
        company.groups = company.groups.filter(({ name }) => name !== 'Developers');
      return undefined as unknown as Response;
    };
    const result = await run([...DJONES, '--yes']);
    expect(result.code).toBe(7);
    expect(result.stdout).toContain(
      'djones was not removed from Developers: "Developers" was deleted meanwhile; nothing more was written.\n',
    );
    expect(company.members('QA')).toEqual(['lchen']);
  });

  it('is a key that stays', async () => {
    const { company, run } = await stage();
    company.instead['POST api-keys/delete'] = status(403);
    const result = await run([...DJONES, '--keys', '--yes']);
    expect(result.code).toBe(7);
    expect(result.stdout).toContain('Did not delete the API key "Laptop" (id 3): ');
    expect(result.stdout).toContain('\n  the API key "Laptop" (id 3)\n');
    expect(result.stdout).toContain('removed from 2 groups, 1 API key not deleted.\n');
  });

  it('leaves nothing to take back where nothing was removed', async () => {
    const { company, user, run } = await stage();
    company.instead['POST groups/update'] = status(400, 'managed elsewhere');
    const result = await run([...DJONES, '--yes']);
    expect(result.code).toBe(5);
    expect(journals(user)).toHaveLength(2);
    expect(result.stdout).not.toContain('groupctl undo');
  });

  it('is a change that does not settle, which may have more time', async () => {
    const { company, run } = await stage();
    // Somebody else writes another list each time.
    let writes = 0;
    company.instead['POST groups/update'] = () => {
      for (const group of company.groups) group.users = ['djones', `other${writes++}`];
      return HttpResponse.json({});
    };
    const clock = standingClock();
    const result = await run([...DJONES, '--yes', '--settle=100', '--settle-limit=5'], { clock });
    expect(result.code).toBe(8);
    expect(result.stderr).toContain('--settle-limit gives it more time.');
  });

  it('is what all failed with where nothing was done', async () => {
    const { company, run } = await stage();
    company.instead['POST groups/update'] = status(403);
    const result = await run([...DJONES, '--yes', '--json']);
    expect(result.code).toBe(3);
    expect(JSON.parse(result.stdout).summary).toMatchObject({ groupsNotRemoved: 2 });
  });

  it('leaves the rest alone after an interrupt: 130', async () => {
    const abort = new AbortController();
    const { company, server, user, run } = await stage();
    company.instead['POST groups/update'] = () => {
      abort.abort();
      return undefined as unknown as Response;
    };
    const result = await run([...DJONES, '--keys', '--yes', '--json'], { signal: abort.signal });
    expect(result.code).toBe(130);
    const [source] = JSON.parse(result.stdout).sources;
    expect(source.groups).toMatchObject([
      { group: { name: 'Developers' }, outcome: 'removed', verified: true },
      { group: { name: 'QA' }, outcome: 'not-tried' },
    ]);
    expect(source.apiKeys).toEqual([{ id: '3', displayName: 'Laptop', outcome: 'not-tried' }]);
    expect(jsonError(result.stderr)).toMatchObject({
      message: 'Interrupted: 1 of 3 steps done.',
      hint: 'Run the same command again: what is done stays done, and it continues with the rest.',
    });
    expect(writesOf(server)).toEqual([UPDATE]);
    expect(journals(user)).toHaveLength(1);
  });
});
