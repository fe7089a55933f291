import { describe, expect, it } from 'vitest';
import { FakeInfisical } from '../fake.ts';
import { errorOf, open } from '../helpers.ts';

const names = (fake: FakeInfisical, count: number): string[] =>
  fake.users.slice(0, count).map(({ username }) => username);

async function listed(fake: FakeInfisical, name = 'Developers'): Promise<string[]> {
  const { directory } = await open(fake);
  const [state] = await directory.snapshot([await directory.findGroup(name)]);
  return (state?.members ?? []).map(({ member }) => member).sort();
}

const userReads = (fake: FakeInfisical): string[] =>
  fake.calls.filter((call) => call.includes('/users?'));

describe('listing members', () => {
  it('reads one page of members', async () => {
    const fake = new FakeInfisical().addUsers(30);
    fake.addGroup('Developers', names(fake, 7));
    expect(await listed(fake)).toEqual(names(fake, 7));
    expect(userReads(fake)).toHaveLength(1);
    expect(userReads(fake)[0]).toContain('limit=100&filter=existingMembers');
  });

  it('pages, and reads the count again', async () => {
    const fake = new FakeInfisical().addUsers(400);
    fake.addGroup('Developers', names(fake, 250));
    expect(await listed(fake)).toEqual(names(fake, 250));
    expect(userReads(fake)).toHaveLength(4);
  });

  it('finds 3,000 members of one first name among 10,000 users, whose pages repeat and miss', async () => {
    const fake = new FakeInfisical().addUsers(10_000, () => ({ firstName: 'Same' }));
    fake.addGroup('Developers', names(fake, 3000));
    expect(await listed(fake)).toEqual(names(fake, 3000));
    expect(userReads(fake).length).toBeLessThan(300);
    for (const call of userReads(fake)) expect(call).not.toMatch(/username=[^&]*(%25|_|%5C)/);
  });

  it('finds them on the old server, which ignores the filter and ends at 200 rows', async () => {
    const fake = new FakeInfisical().addUsers(10_000, () => ({ firstName: 'Same' }));
    fake.generation = 'old';
    fake.addGroup('Developers', names(fake, 3000));
    expect(await listed(fake)).toEqual(names(fake, 3000));
    expect(userReads(fake).length).toBeLessThan(700);
  });

  it('finds names without an @, and names that begin alike', async () => {
    const fake = new FakeInfisical().addUsers(350, (n) => ({
      firstName: null,
      username: n % 2 === 0 ? `w${n}` : `ab_${n}_@corp.com`,
    }));
    const all = names(fake, 350);
    fake.addGroup('Developers', all);
    expect(await listed(fake)).toEqual([...all].sort());
  });

  it('counts rows: a user who is five times in the group is one member', async () => {
    const fake = new FakeInfisical().addUsers(130, () => ({ firstName: 'Same' }));
    const group = fake.addGroup('Developers', names(fake, 130));
    for (let time = 0; time < 4; time++) group.members.push(group.members[3] as string);
    expect(await listed(fake)).toEqual(names(fake, 130));
  });

  it('is an error with the numbers where the list cannot be had whole', async () => {
    const fake = new FakeInfisical().addUsers(150, (n) => ({
      firstName: 'Same',
      username: n < 120 ? '%_%_%_' : `user${n}@corp.com`,
    }));
    fake.addGroup('Developers');
    for (const { id } of fake.users) fake.groups[0]?.members.push(id);
    const error = await errorOf(listed(fake));
    expect(error).toMatchObject({ kind: 'protocol', exitCode: 1, code: 'list-incomplete' });
    const { found, total } = error.details as { found: number; total: number };
    expect(total).toBe(150);
    expect(found).toBeLessThan(150);
    expect(error.message).toBe(
      `Only ${found} of 150 members of "Developers" could be found. The server's pages repeat some rows and never show others.`,
    );
  });

  it.each([
    [20, 2],
    [200, 4],
    [250, 4],
  ])('does not search %i members for one that is only counted: %i reads', async (count, reads) => {
    const fake = new FakeInfisical().addUsers(count);
    fake.addGroup('Developers', names(fake, count));
    fake.extraCount = 1;
    const error = await errorOf(listed(fake));
    expect(error).toMatchObject({
      exitCode: 1,
      code: 'list-incomplete',
      details: { found: count, total: count + 1 },
    });
    expect(userReads(fake)).toHaveLength(reads);
  });

  it.each([1e15, Infinity, -1, 100.5])('refuses %d as the count of a list', async (totalCount) => {
    const fake = new FakeInfisical().addUsers(150);
    fake.addGroup('Developers', names(fake, 150));
    fake.intercept = (_, path) => {
      if (!path.includes('/users?')) return undefined;
      const users = fake.users.slice(0, 100).map((user) => ({ ...user, isPartOfGroup: true }));
      // No value of JavaScript is written as 1e400, which is read as Infinity.
      const text = JSON.stringify({ users, totalCount }).replace('null', '1e400');
      return { status: 200, text };
    };
    const error = await errorOf(listed(fake));
    expect(error).toMatchObject({
      code: 'unexpected-answer',
      message:
        'The answer to GET groups/users is not what Infisical sends: totalCount is not as expected.',
    });
    expect(userReads(fake)).toHaveLength(1);
  });

  it('says so where the list shows more than the server counts', async () => {
    const fake = new FakeInfisical().addUsers(2);
    fake.addGroup('Developers', names(fake, 2));
    fake.extraCount = -2;
    const error = await errorOf(listed(fake));
    expect(error).toMatchObject({
      code: 'list-incomplete',
      message: 'The server counts 0 members of "Developers", and its list shows 2.',
    });
  });

  it('gives up a list of which the server counts ever more than it shows', async () => {
    const fake = new FakeInfisical().addUsers(150, () => ({ firstName: 'Same' }));
    fake.addGroup('Developers', names(fake, 150));
    fake.extraCount = 9_000_000;
    // Each page counts another number, so that no round looks like the one before.
    fake.onList = () => {
      fake.extraCount--;
    };
    const error = await errorOf(listed(fake));
    expect(error).toMatchObject({ exitCode: 1, code: 'list-incomplete' });
    expect(userReads(fake).length).toBeLessThan(2500);
  });

  it('takes a count that settles', async () => {
    const fake = new FakeInfisical().addUsers(30);
    fake.addGroup('Developers', names(fake, 20));
    fake.extraCount = 1;
    let reads = 0;
    fake.onList = () => {
      if (++reads === 2) fake.extraCount = 0;
    };
    expect(await listed(fake)).toEqual(names(fake, 20));
  });

  it('begins again when the list grows while it is read, and has all that was there', async () => {
    const fake = new FakeInfisical().addUsers(400);
    const group = fake.addGroup('Developers', names(fake, 250));
    let reads = 0;
    fake.onList = () => {
      if (++reads === 2) group.members.push(fake.users[300]?.id ?? '');
    };
    const members = await listed(fake);
    expect(members).toHaveLength(251);
    expect(members).toContain(fake.users[300]?.username);
  });

  it('is an error for a list that grows with every read', async () => {
    const fake = new FakeInfisical().addUsers(600);
    const group = fake.addGroup('Developers', names(fake, 250));
    let next = 250;
    fake.onList = () => group.members.push(fake.users[next++]?.id ?? '');
    const error = await errorOf(listed(fake));
    expect(error.code).toBe('list-incomplete');
    expect(error.message).toContain('The list kept changing while it was read.');
  });

  it('lists machine identities after the users, and none on the old server', async () => {
    const fake = new FakeInfisical().addUsers(3);
    const group = fake.addGroup('Developers', names(fake, 1));
    fake.identities = [{ id: '11111111-0000-4000-8000-000000000001', name: 'ci' }];
    group.identities = ['11111111-0000-4000-8000-000000000001'];
    const { directory } = await open(fake);
    const found = await directory.findGroup('Developers');
    const [state] = await directory.snapshot([found]);
    expect(state?.members.map(({ member, type }) => [member, type])).toEqual([
      ['user00000@corp.com', 'user'],
      ['11111111-0000-4000-8000-000000000001', 'identity'],
    ]);
    expect(state?.group).toEqual({ ...found, memberCount: 2 });
    fake.generation = 'old';
    expect((await directory.snapshot([found]))[0]?.members).toHaveLength(1);
  });
});
