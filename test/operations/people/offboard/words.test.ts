import { describe, expect, it } from 'vitest';
import { fakeWith, TOKEN } from '../../../backends/infisical/fake.ts';
import { type Cli, cli } from '../../../helpers/cli.ts';
import { status } from '../../../helpers/proget.ts';
import { serve } from '../../../helpers/server.ts';
import { jsonError, MEMBERS } from '../../../commands/helpers.ts';
import { addSource, Company, DJONES, OFFBOARD, stage, withoutRuns } from './stage.ts';

/** Which group, which source and which person an offboarding speaks of. */

const ALL = [...DJONES, '--all-sources'];

async function addInfisical(user: Cli, ...groups: [name: string, slug: string][]) {
  const fake = fakeWith(4, []);
  fake.groups = [];
  Object.assign(fake.users[0]!, { username: 'djones', firstName: 'Dana', lastName: 'Jones' });
  Object.assign(fake.users[0]!, { email: 'dana@corp.com' });
  for (const [name, slug] of groups) {
    fake.addGroup(name, ['djones', ...fake.users.slice(1).map(({ username }) => username)], slug);
  }
  const { url } = await serve(fake.handler());
  await addSource(user, 'inf', url, '--kind=infisical', `--api-key=${TOKEN}`, '--self=groupctl');
  return fake;
}

describe('groups of one name', () => {
  it('are told apart by their slugs', async () => {
    const user = cli();
    const fake = await addInfisical(user, ['Twins', 'twins'], ['Twins', 'twins-2'], ['QA', 'qa']);
    const who = [...DJONES, '--source=inf'];
    const dry = await user.run([...who, '--dry-run', '--max-removals=0']);
    expect(dry.code).toBe(8);
    expect(dry.stderr).toContain('Twins [twins]');
    expect(dry.stderr).toContain('Twins [twins-2]');
    fake.intercept = (method, path) =>
      method === 'DELETE' && path.includes(fake.groups[1]!.id)
        ? { status: 400, body: { error: 'BadRequest', message: 'no', statusCode: 400, reqId: 'r' } }
        : undefined;
    const result = await user.run([...who, '--yes']);
    expect(result.code).toBe(7);
    expect(result.stderr).toContain('  groups: Twins [twins], Twins [twins-2], QA\n');
    expect(result.stderr).toContain('1 of 3 steps could not be done: Twins [twins-2] on inf. ');
    const said = withoutRuns(result.stdout);
    expect(said).toContain('Removed djones from Twins [twins] (run RUN).\n');
    expect(said).toContain('djones was not removed from Twins [twins-2]: ');
    expect(said).toContain('Removed djones from QA (run RUN).\n');
    expect(said).toContain('  the group Twins [twins-2]\n');
  });
});

describe('several sources', () => {
  it('are named by guards, and where a group is not told', async () => {
    const user = cli();
    for (const name of ['one', 'two']) {
      const company = new Company();
      company.groups = [
        { name: 'QA', users: ['djones'] },
        { name: 'Hidden', users: null },
      ];
      await addSource(user, name, (await company.serve()).url);
    }
    const guarded = await user.run([...ALL, '--dry-run', '--json', '--protect=djones']);
    expect(guarded.code).toBe(2);
    const stopped = await user.run([...ALL, '--json', '--yes', '--no-color'], {
      tty: true,
      answers: [true, true],
    });
    expect(stopped.code).toBe(8);
    const wouldEmpty = 'Stopped: this would leave QA without members.';
    expect(jsonError(stopped.stderr)['message']).toBe(`one: ${wouldEmpty} two: ${wouldEmpty}`);
    expect(stopped.stderr).toContain('On one the server does not tell who is in "Hidden".\n');
    const where = await user.run([...MEMBERS, 'where', '--member=djones', '--all-sources']);
    expect(where.code).toBe(1);
    expect(where.stderr).toBe(
      [
        'On one the server does not tell who is in "Hidden".',
        'On two the server does not tell who is in "Hidden".',
        'groupctl: It is not known whether djones is in Hidden on one, Hidden on two: the server does not tell who is there.',
        'Hint: Look at these groups on the server.',
        '',
      ].join('\n'),
    );
  });
});

describe('the person', () => {
  it('is asked about by name and address, as far as a server tells them', async () => {
    const user = cli();
    const company = new Company();
    company.users = [{ name: 'djones', displayName: 'Dan Jones', email: 'dan@corp.com' }] as never;
    await addSource(user, 'pg', (await company.serve()).url);
    const silent = new Company();
    silent.instead['GET users/list'] = () => new Response(null, { status: 404 });
    await addSource(user, 'silent', (await silent.serve()).url);
    await addInfisical(user, ['QA', 'qa']);
    const result = await user.run([...ALL, '--no-color'], {
      tty: true,
      answers: [false, false, false],
    });
    expect(result.code).toBe(8);
    const questions = result.stderr.split('\n').filter((line) => line.startsWith('Is '));
    expect(questions).toEqual([
      'Is djones (Dan Jones, dan@corp.com) on pg the person you mean? (y/N) n',
      'Is djones on silent the person you mean? (y/N) n',
      'Is djones (Dana Jones, dana@corp.com) on inf the person you mean? (y/N) n',
    ]);
  });
});

describe('a server that cannot say who exists', () => {
  it.each([['--yes'], ['--dry-run']])(
    'is told once, as a typing error looks the same: %s',
    async (how) => {
      const company = new Company();
      company.instead['GET users/list'] = status(404);
      const { run } = await stage(company);
      const result = await run([...OFFBOARD, '--member=djoness', how]);
      expect(result.code).toBe(0);
      expect(result.stderr.match(/^.*who exists.*$/gm)).toEqual([
        'Default cannot say who exists; djoness is taken as typed.',
      ]);
      expect((await run([...DJONES, how])).stderr).not.toContain('who exists');
    },
  );
});

describe('feed keys of the person', () => {
  it('are named last, and left', async () => {
    const company = new Company();
    company.keys.push({ id: 7, type: 'Feed', user: 'DJones', displayName: 'Nightly' });
    const { run } = await stage(company);
    const result = await run([...DJONES, '--keys', '--yes']);
    expect(result.code).toBe(0);
    expect(result.stdout).toContain(
      'Not touched:\n  the permission "Promote Packages" on the feed npm\n  the feed API key "Nightly" (id 7)\n  the account djones itself\n',
    );
    expect(company.keys.map(({ id }) => id)).toEqual([1, 4, 7]);
    const json = await run([...OFFBOARD, '--member=djones', '--dry-run', '--json']);
    expect(JSON.parse(json.stdout).sources[0].notTouched).toContainEqual({
      what: 'api-key',
      message: 'the feed API key "Nightly" (id 7)',
    });
    const csv = await run([...DJONES, '--dry-run', '--output=csv']);
    expect(csv.stdout).toContain('Default,proget,djones,feed-api-key,Nightly,7,kept,,\n');
  });
});

describe('the question on a terminal', () => {
  it.each(['--source=sandbox', '--source=sandbox:infisical'])(
    'says who it is, besides the user name (%s)',
    async (source) => {
      const argv = ['security', 'groups', 'members', 'offboard', '--member=lchen', source];
      const { code, stderr } = await cli().run(argv, { tty: true, answers: [false] });
      expect(code).toBe(8);
      expect(stderr).toContain(
        `lchen (Li Chen, li.chen@corp.example) on ${source.slice('--source='.length)}:\n  groups: QA\n`,
      );
    },
  );
});
