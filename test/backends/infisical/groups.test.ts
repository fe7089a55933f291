import { cli } from '../../helpers/cli.ts';
import { describe, expect, it } from 'vitest';
import { fail, FakeInfisical, uuid } from './fake.ts';
import { errorOf, open } from './helpers.ts';

const write = (): { calls: object[]; beforeSend: (intent: object) => Promise<void> } => {
  const calls: object[] = [];
  return {
    calls,
    beforeSend: (intent) => {
      calls.push(intent);
      return Promise.resolve();
    },
  };
};

function fakeWith(): FakeInfisical {
  const fake = new FakeInfisical().addUsers(3);
  fake.addGroup('Developers', ['user00000@corp.com'], 'devs-one');
  fake.addGroup('Developers', [], 'devs-two');
  fake.addGroup('devs-two', [], 'other-slug');
  fake.addGroup('Testers', [], 'testers');
  return fake;
}

describe('finding groups', () => {
  it('lists each group once, though it comes once for each role', async () => {
    const fake = fakeWith();
    fake.groups.push(fake.groups[3] as (typeof fake.groups)[0]);
    const { directory } = await open(fake);
    expect(await directory.listGroups()).toHaveLength(4);
  });

  it.each([
    [uuid(900_003).toUpperCase(), uuid(900_003)],
    ['devs-two', uuid(900_001)],
    ['TESTERS', uuid(900_003)],
    ['other-slug', uuid(900_002)],
  ])('takes an id, then a slug, then a name: %s', async (ref, id) => {
    const { directory } = await open(fakeWith());
    expect((await directory.findGroup(ref)).id).toBe(id);
  });

  it('refuses two groups of one name with slug and id of each', async () => {
    const { directory } = await open(fakeWith());
    const error = await errorOf(directory.findGroup('Developers'));
    expect(error).toMatchObject({ exitCode: 2, code: 'ambiguous-group' });
    expect(error.message).toBe(
      `"Developers" can mean "Developers" (slug devs-one, id ${uuid(900_000)}) or "Developers" (slug devs-two, id ${uuid(900_001)}).`,
    );
  });

  it('names near ones of a group that is not there', async () => {
    const { directory } = await open(fakeWith());
    const error = await errorOf(directory.findGroup('Tester'));
    expect(error).toMatchObject({ exitCode: 4, code: 'no-such-group' });
    expect(error.hint).toBe('Did you mean Testers?');
  });

  it('says of a missing route that the URL is wrong', async () => {
    const fake = fakeWith();
    fake.intercept = () => fail(404, 'Not Found', 'Route GET:/api/api/v1/groups not found');
    const { directory } = await open(fake);
    const error = await errorOf(directory.listGroups());
    expect(error).toMatchObject({ kind: 'protocol', code: 'no-such-route' });
    expect(error.hint).toContain('without /api');
  });
});

describe('creating and deleting groups', () => {
  it('creates one with slug and role, and reads it back', async () => {
    const fake = fakeWith();
    const { directory, server } = await open(fake);
    const journal = write();
    const options = { name: 'QA', slug: 'quality', role: 'member', dryRun: false };
    const group = await directory.createGroup(options, journal);
    expect(group).toEqual({ name: 'QA', slug: 'quality', id: uuid(900_004), memberCount: 0 });
    expect(server.writes()).toEqual([{ name: 'QA', slug: 'quality', role: 'member' }]);
    expect(journal.calls).toEqual([{ call: 'POST groups' }]);
  });

  it('refuses a slug that is taken, and a name that is unless a slug sets it apart', async () => {
    const fake = fakeWith();
    const { directory, server } = await open(fake);
    const make = (more: object) =>
      directory.createGroup({ name: 'testers', dryRun: false, ...more }, write());
    expect(await errorOf(make({}))).toMatchObject({ exitCode: 5, code: 'group-exists' });
    expect(await errorOf(make({ slug: 'devs-one' }))).toMatchObject({ code: 'group-exists' });
    expect(server.writes()).toEqual([]);
    expect((await make({ slug: 'testers-two' })).slug).toBe('testers-two');
  });

  it('sends nothing for a dry run', async () => {
    const fake = fakeWith();
    const { directory, server } = await open(fake);
    expect(await directory.createGroup({ name: 'QA', dryRun: true }, write())).toEqual({
      name: 'QA',
    });
    expect(server.writes()).toEqual([]);
  });

  it('reads back whether it was created when the answer was lost', async () => {
    const fake = fakeWith();
    fake.intercept = (method) => {
      if (method === 'GET') return undefined;
      fake.addGroup('QA', [], 'qa-x1');
      throw new Error('cut');
    };
    const { directory } = await open(fake);
    const group = await directory.createGroup({ name: 'QA', dryRun: false }, write());
    expect(group.slug).toBe('qa-x1');
  });

  it('reads back the group of the answer, and not another one of that name', async () => {
    const fake = fakeWith();
    fake.intercept = (method) => {
      if (method === 'POST') fake.addGroup('QA', [], 'qa-colleague');
      return undefined;
    };
    const { directory } = await open(fake);
    const group = await directory.createGroup({ name: 'QA', slug: 'qa', dryRun: false }, write());
    expect(group).toMatchObject({ slug: 'qa', id: uuid(900_005) });
  });

  it.each([
    ['another slug than the one asked for', ['qa-other'], { status: 502, exitCode: 1 }],
    ['two of that name', ['qa', 'qa'], { code: 'outcome-unknown', exitCode: 8 }],
  ])('takes no group for its own that has %s when the answer was lost', async (_, slugs, error) => {
    const fake = fakeWith();
    fake.intercept = (method) => {
      if (method === 'GET') return undefined;
      for (const slug of slugs) fake.addGroup('QA', [], slug);
      return { status: 502, body: {} };
    };
    const { directory } = await open(fake);
    const made = directory.createGroup({ name: 'QA', slug: 'qa', dryRun: false }, write());
    expect(await errorOf(made)).toMatchObject(error);
  });

  it.each([
    ['of that slug', { name: 'QA', slug: 'qa-two' }, 'QA', 'with the slug "qa-two"'],
    [
      'of that slug and another name',
      { name: 'QA', slug: 'qa-two' },
      'Quality',
      'with the slug "qa-two"',
    ],
    ['of that name', { name: 'QA' }, 'QA', 'named "QA"'],
  ])('takes a 500 Create for a refusal where somebody else made a group %s', async (...row) => {
    const [, options, name, what] = row;
    const fake = fakeWith();
    fake.intercept = (method) => {
      if (method === 'GET') return undefined;
      fake.addGroup(name, [], 'qa-two');
      return fail(500, 'Create', 'Something went wrong');
    };
    const opened = await open(fake);
    const made = opened.directory.createGroup({ ...options, dryRun: false }, write());
    expect(await errorOf(made)).toMatchObject({
      exitCode: 5,
      code: 'group-exists',
      message: `There is a group ${what} already.`,
      status: 500,
    });
    expect(opened.warnings).toEqual([]);
  });

  it('deletes by id, after the members went to the journal', async () => {
    const fake = fakeWith();
    const { directory } = await open(fake);
    const journal = write();
    await directory.deleteGroup(await directory.findGroup('devs-one'), journal);
    expect(journal.calls).toEqual([
      { call: 'DELETE groups', before: ['user00000@corp.com'], role: 'member' },
    ]);
    expect(fake.calls.filter((call) => call.startsWith('DELETE'))).toEqual([
      `DELETE /api/v1/groups/${uuid(900_000)}`,
    ]);
    expect(fake.groups.map(({ slug }) => slug)).not.toContain('devs-one');
  });

  it('are not deleted by this run where an older server says that one is not there', async () => {
    const fake = fakeWith();
    const { directory } = await open(fake);
    const group = await directory.findGroup('devs-one');
    fake.intercept = (method) => {
      if (method !== 'DELETE') return undefined;
      fake.groups = fake.groups.filter(({ slug }) => slug !== 'devs-one');
      return { status: 200, body: undefined };
    };
    expect(await directory.deleteGroup(group, write())).toBe('already-absent');
  });

  it.each(['POST', 'DELETE'])(
    'are not in doubt where the server limits the rate of %s, and of the reads after it',
    async (verb) => {
      const fake = fakeWith();
      const { directory } = await open(fake);
      const group = await directory.findGroup('devs-one');
      let isLimited = false;
      fake.intercept = (method) => {
        isLimited ||= method === verb;
        const limited = { ...fail(429, 'RateLimitExceeded', 'later') };
        return isLimited ? { ...limited, headers: { 'retry-after': '3600' } } : undefined;
      };
      const call =
        verb === 'POST'
          ? directory.createGroup({ name: 'QA', dryRun: false }, write())
          : directory.deleteGroup(group, write());
      expect(await errorOf(call)).toMatchObject({ code: 'wait-too-long', unsent: true });
      expect(fake.calls.filter((each) => !each.startsWith('GET'))).toHaveLength(1);
    },
  );

  it('shows a plan that does not allow it as refused', async () => {
    const fake = fakeWith();
    fake.intercept = (method) =>
      method === 'GET'
        ? undefined
        : fail(400, 'BadRequest', 'Failed to create group due to plan restriction.');
    const { directory } = await open(fake);
    const error = await errorOf(directory.createGroup({ name: 'QA', dryRun: false }, write()));
    expect(error).toMatchObject({ exitCode: 5, status: 400, requestId: 'req-1' });
  });
});

describe('resolving names', () => {
  it('finds, does not find, and suggests', async () => {
    const fake = fakeWith();
    const { directory } = await open(fake);
    const resolved = await directory.resolve(
      ['USER00001@corp.com', 'user00O02@corp.com'].map((name) => ({ type: 'user', name })),
    );
    expect(Object.fromEntries(resolved)).toEqual({
      'USER00001@corp.com': { kind: 'found', name: 'user00001@corp.com' },
      'user00O02@corp.com': {
        kind: 'unknown',
        near: expect.arrayContaining(['user00002@corp.com']) as string[],
      },
    });
  });

  it('takes neither of two accounts whose names differ in how they are composed', async () => {
    const twins = ['zo\u00eb@x.com', 'zoe\u0308@x.com'];
    const fake = new FakeInfisical().addUsers(2, (n) => ({ username: twins[n] ?? '' }));
    fake.addGroup('testers');
    const { directory } = await open(fake);
    for (const name of ['ZO\u00cb@x.com', 'ZOE\u0308@x.com']) {
      const resolved = await directory.resolve([{ type: 'user', name }]);
      expect(resolved.get(name)).toMatchObject({ kind: 'ambiguous' });
    }
    const [name = ''] = twins;
    const exact = await directory.resolve([{ type: 'user', name }]);
    expect(exact.get(name)).toEqual({ kind: 'found', name });
  });

  it('suggests the account whose full name it is, and no other that is spelled alike', async () => {
    const user = cli();
    const argv = ['security', 'groups', 'members', 'add', '--name=QA', '--member=Jane Smith'];
    const { stderr } = await user.run([...argv, '--source=sandbox:infisical']);
    expect(stderr).toContain('There is no user named "Jane Smith". Did you mean jsmith?\n');
  });

  it('reads pages for many names, and singly only what they did not show', async () => {
    const fake = new FakeInfisical().addUsers(300);
    fake.addGroup('Developers');
    const { directory } = await open(fake);
    const names = [...fake.users.slice(0, 50).map(({ username }) => username), 'nobody@corp.com'];
    const resolved = await directory.resolve(names.map((name) => ({ type: 'user', name })));
    expect([...resolved.values()].filter(({ kind }) => kind === 'found')).toHaveLength(50);
    expect(resolved.get('nobody@corp.com')?.kind).toBe('unknown');
    const lookUps = fake.calls.filter((call) => call.includes('username=nobody'));
    expect(lookUps).toHaveLength(1);
    expect(fake.calls.length).toBeLessThanOrEqual(7);
  });

  it('does not call a name unknown that more names match than the server shows', async () => {
    const fake = new FakeInfisical().addUsers(400, (n) => ({
      firstName: 'Same',
      username: `aa${n}`,
    }));
    fake.generation = 'old';
    fake.addGroup('Developers');
    const { directory } = await open(fake);
    const resolved = await directory.resolve([{ type: 'user', name: 'aa' }]);
    expect(resolved.get('aa')).toEqual({ kind: 'unchecked', name: 'aa' });
  });

  it('reads who is a member once: what resolving read is what the change starts from', async () => {
    const fake = fakeWith();
    const { directory } = await open(fake);
    const group = await directory.findGroup('testers', { forUpdate: true });
    await directory.resolve([{ type: 'user', name: 'USER00001@corp.com' }]);
    const changes = [
      { op: 'add', type: 'user', member: 'user00001@corp.com', requested: 'x' },
    ] as const;
    const options = {
      dryRun: false,
      signal: new AbortController().signal,
      beforeSend: () => Promise.resolve(),
      verifyBase: () => undefined,
      warn: () => undefined,
    };
    for await (const rows of directory.changeMembers(group, changes, options)) {
      for (const row of rows) expect(row).toMatchObject({ outcome: 'added', verified: true });
    }
    expect(
      fake.calls.map((call) => call.replace(/[?].*/, '').split('/').slice(0, 4).join('/')),
    ).toEqual([
      'GET /api/v1/groups',
      'GET /api/v1/groups',
      'POST /api/v1/groups',
      'GET /api/v1/groups',
    ]);
  });
});
