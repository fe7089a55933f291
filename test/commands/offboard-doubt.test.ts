import { describe, expect, it } from 'vitest';
import { noAnswer, status } from '../helpers/proget.ts';
import { journals } from './helpers.ts';
import { Company, DJONES, stage, withoutRuns } from './offboard-stage.ts';

/** What was sent, and nobody knows whether it took effect: neither done nor untouched. */

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
    expect(lines[2]).toMatch(/^Not known whether the API key "Laptop" \(id 3\) was deleted: /);
    expect(lines.slice(3)).toEqual([
      'djones: removed from 2 groups, it is not known whether 1 API key was deleted.',
      'To take a removal back: groupctl undo RUN',
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
        `^Not known whether djones was removed from Developers \\(run ${String(header?.['run'])}\\): `,
      ),
    );
    expect(lines.slice(1)).toEqual([
      'Did not delete the API key "Laptop" (id 3): left alone as long as it is not known whether djones is in Developers.',
      'djones: it is not known whether the removal from 1 group took effect, 1 API key not deleted.',
      'To find out what is not known: groupctl resume RUN',
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
