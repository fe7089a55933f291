import { describe, expect, it } from 'vitest';
import { A, B, fail, FakeInfisical, uuid } from './fake.ts';
import { errorOf, open } from './helpers.ts';

/** Every group that holds somebody: a look into each. */

function fakeOf(groups: number, members: (n: number) => string[]): FakeInfisical {
  const fake = new FakeInfisical().addUsers(5);
  for (let n = 0; n < groups; n++) fake.addGroup(`Group ${n}`, members(n), `group-${n}`);
  return fake;
}

describe('groupsOf', () => {
  it('asks each group for this one name, and tells those that hold it in the order of the list', async () => {
    const fake = fakeOf(4, (n) => (n % 2 === 1 ? [A] : [B]));
    const { directory } = await open(fake);
    const found = await directory.groupsOf({ type: 'user', name: A });
    expect(found).toEqual(
      [1, 3].map((n) => ({
        group: { name: `Group ${n}`, id: uuid(900_000 + n), slug: `group-${n}` },
        member: A,
        // By the id a run can tell whether this is the account that it uses itself.
        user: { id: uuid(0), username: A, email: A, firstName: 'First0', lastName: null },
      })),
    );
    const looks = fake.calls.filter((call) => call.includes('/users?'));
    expect(looks).toHaveLength(4);
    expect(looks.every((call) => call.includes(`username=${encodeURIComponent(A)}`))).toBe(true);
    expect(fake.calls).toHaveLength(5);
  });

  it('has a bounded number of looks under way', async () => {
    const fake = fakeOf(40, (n) => (n === 39 ? [A] : []));
    // The first three looks are answered when all of them have come.
    let come = 0;
    let open3 = (): void => undefined;
    const three = new Promise<void>((resolve) => (open3 = resolve));
    fake.intercept = async (_, path) => {
      if (!path.includes('/users?')) return undefined;
      if (++come === 3) open3();
      await three;
      return undefined;
    };
    const { directory } = await open(fake, { concurrency: 3 });
    const found = await directory.groupsOf({ type: 'user', name: A });
    expect(found.map(({ group }) => group.name)).toEqual(['Group 39']);
    expect(fake.mostUnderWay).toBe(3);
  });

  it.each(['USER00000@corp.com', 'user00000@corp.com'])(
    'reads whole lists where looks are not complete, and compares names as ever: %s',
    async (name) => {
      const fake = fakeOf(2, (n) => (n === 1 ? [A] : []));
      fake.intercept = (_, path) =>
        path.includes('/users?') && path.includes('username=')
          ? { status: 200, body: { users: [], totalCount: 1 } }
          : undefined;
      const { directory } = await open(fake);
      const found = await directory.groupsOf({ type: 'user', name });
      expect(found.map(({ group, member }) => [group.name, member])).toEqual([['Group 1', A]]);
    },
  );

  it('means the name to the letter: a twin in another case is somebody else', async () => {
    const fake = fakeOf(2, () => []);
    fake.addUsers(2, (n) => ({ username: n === 5 ? 'dup@corp.com' : 'DUP@corp.com' }));
    fake.groups[0]!.members = [uuid(5)];
    fake.groups[1]!.members = [uuid(6)];
    const { directory } = await open(fake);
    const found = await directory.groupsOf({ type: 'user', name: 'DUP@corp.com' });
    expect(found.map(({ group, member }) => [group.name, member])).toEqual([
      ['Group 1', 'DUP@corp.com'],
    ]);
  });

  it('finds a machine identity by its id', async () => {
    const fake = fakeOf(3, () => [A]);
    fake.identities = [{ id: uuid(77), name: 'bot' }];
    fake.groups[2]!.identities = [uuid(77)];
    const { directory } = await open(fake);
    const found = await directory.groupsOf({ type: 'identity', name: uuid(77) });
    expect(found.map(({ group, member }) => [group.name, member])).toEqual([['Group 2', uuid(77)]]);
  });

  it('is an error, and not "no member", where the server does not show whether it holds the name', async () => {
    const fake = fakeOf(1, () => []);
    fake.generation = 'old';
    // More users have it in their names than an older server shows.
    fake.addUsers(400, (n) => ({ username: `x${n}-dup@corp.com`, firstName: 'Sam' }));
    fake.addUsers(1, () => ({ username: 'dup@corp.com', firstName: 'Zoe' }));
    fake.groups[0]!.members = [uuid(405)];
    const { directory } = await open(fake);
    const error = await errorOf(directory.groupsOf({ type: 'user', name: 'dup@corp.com' }));
    expect(error).toMatchObject({ kind: 'protocol', code: 'list-incomplete' });
  });

  it('is empty where there are no groups, and an error where one group cannot be read', async () => {
    const none = await open(fakeOf(0, () => []));
    expect(await none.directory.groupsOf({ type: 'user', name: A })).toEqual([]);
    const fake = fakeOf(3, () => [A]);
    fake.intercept = (_, path) =>
      path.includes(`${uuid(900_001)}/users`)
        ? fail(500, 'InternalServerError', 'Boom')
        : undefined;
    const { directory } = await open(fake);
    const error = await errorOf(directory.groupsOf({ type: 'user', name: A }));
    expect(error).toMatchObject({ kind: 'server', status: 500 });
  });
});
