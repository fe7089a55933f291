import { describe, expect, it } from 'vitest';
import { noAnswer, status } from '../../../helpers/proget.ts';
import { journals } from '../../../commands/helpers.ts';
import { Company, DJONES, stage, type Stage, withoutRuns } from './stage.ts';

/** What an offboarding counts, and what it does not know: neither done nor untouched. */

describe('a key whose deletion is in doubt', () => {
  it('has words and a count of its own', async () => {
    const { company, run } = await stage();
    company.instead['POST api-keys/delete'] = (request) => {
      company.instead['GET api-keys/list'] = status(500);
      return noAnswer(request);
    };
    const result = await run([...DJONES, '--keys', '--yes']);
    expect(result.code).toBe(7);
    const lines = withoutRuns(result.stdout).split('\n');
    expect(lines[2]).toMatch(/^Unknown whether the API key "Laptop" \(id 3\) was deleted: /);
    expect(lines.slice(3)).toEqual([
      'djones: removed from 2 groups, unknown whether 1 API key was deleted.',
      'To undo a removal: groupctl undo RUN',
      'Not touched:',
      '  the permission "Promote Packages" on the feed npm',
      '  the account djones itself',
      '',
    ]);
  });

  it('is no key that was not deleted', async () => {
    const { company, run } = await stage();
    company.instead['POST api-keys/delete'] = (request) => {
      company.instead['GET api-keys/list'] = status(500);
      return noAnswer(request);
    };
    const result = await run([...DJONES, '--keys', '--yes', '--json']);
    const { sources, summary } = JSON.parse(result.stdout);
    expect(sources[0].apiKeys).toMatchObject([{ id: '3', outcome: 'unknown' }]);
    expect(sources[0].notTouched).toEqual([
      { what: 'permission', message: 'the permission "Promote Packages" on the feed npm' },
      { what: 'account', message: 'the account djones itself' },
    ]);
    expect(summary).toMatchObject({ groupsUnknown: 0, keysUnknown: 1, keysNotDeleted: 0 });
  });
});

describe('a group that is in doubt', () => {
  function doubtful(): Company {
    const company = new Company();
    company.groups.splice(1);
    company.instead['POST groups/update'] = (request) => {
      company.instead['GET groups/list'] = status(500);
      return noAnswer(request);
    };
    return company;
  }

  it('names its run, and is not called untouched', async () => {
    const { company, user, run } = await stage(doubtful());
    const result = await run([...DJONES, '--keys', '--yes']);
    expect(result.code).toBe(8);
    const [header] = journals(user)[0] ?? [];
    const lines = result.stdout.split('\n');
    expect(lines[0]).toMatch(
      new RegExp(
        `^Unknown whether djones was removed from Developers \\(run ${String(header?.['run'])}\\): `,
      ),
    );
    expect(lines.slice(1)).toEqual([
      'Did not delete the API key "Laptop" (id 3): left alone as long as it is unknown whether djones is in Developers.',
      'djones: unknown whether the removal from 1 group took effect, 1 API key not deleted.',
      'To check what is unknown: groupctl resume RUN',
      'Not touched:',
      '  the permission "Promote Packages" on the feed npm',
      '  the API key "Laptop" (id 3)',
      '  the account djones itself',
      '',
    ]);
    company.instead = {};
    expect((await run(['resume', String(header?.['run'])])).code).toBe(0);
    expect(company.members('Developers')).toEqual(['mbrown', 'CORP\\akhan']);
  });

  it('has a count of its own', async () => {
    const { run } = await stage(doubtful());
    const { stdout } = await run([...DJONES, '--yes', '--json']);
    const { sources, summary } = JSON.parse(stdout);
    expect(sources[0].groups).toMatchObject([{ outcome: 'unknown', run: expect.any(String) }]);
    expect(sources[0].notTouched).not.toContainEqual(expect.objectContaining({ what: 'group' }));
    expect(summary).toMatchObject({ groupsUnknown: 1, groupsNotRemoved: 0, groupsRemoved: 0 });
  });
});

describe('what is counted', () => {
  it('is not removed by us where somebody else was faster', async () => {
    const gone = async (): Promise<Stage> => {
      const company = new Company();
      let reads = 0;
      company.instead['GET groups/list'] = () => {
        if (++reads === 2) company.groups[0]!.users = ['mbrown', 'CORP\\akhan'];
        return undefined as never;
      };
      return await stage(company);
    };
    const result = await (await gone()).run([...DJONES, '--yes']);
    expect(result.code).toBe(0);
    expect(withoutRuns(result.stdout).split('\n').slice(0, 3)).toEqual([
      'djones is not a member of Developers; nothing to do.',
      'Removed djones from QA (run RUN).',
      'djones: removed from 1 group, already out of 1 group.',
    ]);
    const json = await (await gone()).run([...DJONES, '--yes', '--json']);
    expect(JSON.parse(json.stdout).summary).toMatchObject({
      groupsRemoved: 1,
      groupsAlreadyAbsent: 1,
    });
  });

  it('is one group, however often it spells the person', async () => {
    const company = new Company();
    const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    company.groups = [{ name: 'QA', users: ['DJones', 'djones', ...others] }];
    const { run } = await stage(company);
    company.instead['POST groups/update'] = status(400, 'managed elsewhere');
    const refused = await run([...DJONES, '--yes']);
    expect(refused.code).toBe(5);
    expect(refused.stderr).not.toContain('steps could not be done');
    expect(refused.stdout.match(/the group QA/g)).toHaveLength(1);
    company.instead = {};
    const dry = await run([...DJONES, '--dry-run']);
    expect(dry.stdout).toContain('djones: would be removed from 1 group.\n');
    const result = await run([...DJONES, '--no-color'], { tty: true, answers: [true] });
    expect(result.stderr).toContain('Offboard djones on Default: remove from 1 group? (y/N) y\n');
    expect(result.stdout).toContain('djones: removed from 1 group.\n');
    expect(company.members('QA')).toEqual(others);
  });
});

describe('a removal that a 503 answers', () => {
  it('is not known yet, and is not called untouched', async () => {
    const company = new Company();
    company.groups.splice(1);
    company.instead['POST groups/update'] = status(503);
    const { run } = await stage(company);
    const { code, stdout, stderr } = await run([...DJONES, '--yes', '--timeout=1']);
    expect(code).toBe(1);
    const lines = withoutRuns(stdout).split('\n');
    expect(lines[0]).toMatch(
      /^It is not known yet whether djones was removed from Developers.*failed with 503/,
    );
    expect(stdout).toContain('unknown whether the removal from 1 group took effect.');
    expect(stdout).not.toContain('  the group Developers');
    expect(stderr).toContain('Hint: Run the same command again');
  });
});
