import { describe, expect, test } from 'vitest';
import { crowd, GROUPS, type Listed, said, startInfisical } from './helpers.ts';

const OLD = { generation: '2024-10' } as const;

/** An organization of so many, of whom the first ones are in the one group. */
async function startCrowd(size: number, inside: number, options = {}, firstName = 'Same') {
  const sandbox = await startInfisical(options);
  const people = crowd(size, firstName);
  const members = people.slice(0, inside).map(({ username }) => username);
  const { status } = await sandbox.patch({
    users: people,
    groups: [{ name: 'Everyone', members }],
  });
  expect(status).toBe(204);
  const page = (query: string) => sandbox.users('everyone', query);
  return { ...sandbox, page, people };
}

function ids(users: readonly Listed[]): Set<string> {
  return new Set(users.map(({ id }) => id));
}

describe('pages of one first name', () => {
  test('two of 100 of 272 hold 127 different users, the same each time, as recorded', async () => {
    const { page } = await startCrowd(272, 0, OLD);
    const first = await page('limit=100');
    const second = await page('limit=100&offset=100');
    expect([first.totalCount, second.totalCount]).toEqual([272, 272]);
    expect(ids([...first.users, ...second.users]).size).toBe(127);
    expect(await page('limit=100&offset=100')).toEqual(second);
  });

  test('never show everybody, whatever the offsets', async () => {
    const { page } = await startCrowd(500, 300);
    const seen = new Set<string>();
    for (let offset = 0; offset < 300; offset += 20) {
      const { users, totalCount } = await page(`filter=existingMembers&limit=100&offset=${offset}`);
      expect(totalCount).toBe(300);
      for (const { id } of users) seen.add(id);
    }
    expect(seen.size).toBeLessThan(200);
  });

  test('are whole in parts that fit one page', async () => {
    const { page } = await startCrowd(500, 300);
    const parts: Listed[] = [];
    for (let n = 0; n < 10; n += 1) {
      const { users, totalCount } = await page(`filter=existingMembers&limit=100&username=${n}@`);
      expect(users).toHaveLength(totalCount);
      parts.push(...users);
    }
    expect([parts.length, ids(parts).size]).toEqual([300, 300]);
  });

  test('with first names of their own they add up', async () => {
    const sandbox = await startInfisical();
    const people = crowd(250).map((person, n) => ({ ...person, firstName: `F${1000 + n}` }));
    await sandbox.patch({ users: people, groups: [{ name: 'Everyone' }] });
    const seen: string[] = [];
    for (const offset of [0, 100, 200]) {
      const { users } = await sandbox.users('everyone', `limit=100&offset=${offset}`);
      seen.push(...users.map(({ username }) => username));
    }
    expect(seen).toEqual(people.map(({ username }) => username));
  });
});

describe('what a list takes', () => {
  test('ten rows by default, at most 100, and no count past the end', async () => {
    const { page, call, idOf } = await startCrowd(120, 5);
    expect((await page('')).users).toHaveLength(10);
    expect(await page('offset=120')).toEqual({ users: [], totalCount: 0 });
    const refused = await call('GET', `${GROUPS}/${await idOf('everyone')}/users?limit=101`);
    expect(said(refused)).toEqual([
      422,
      'ValidationFailure',
      [
        {
          code: 'too_big',
          maximum: 100,
          type: 'number',
          inclusive: true,
          exact: false,
          message: 'Number must be less than or equal to 100',
          path: ['limit'],
        },
      ],
    ]);
  });

  test('the old server reaches 200 rows and ignores what it does not know', async () => {
    const { page, call, idOf } = await startCrowd(300, 5, OLD);
    expect((await page('offset=100&limit=100')).users).toHaveLength(100);
    const path = `${GROUPS}/${await idOf('everyone')}/users`;
    const far = await call('GET', `${path}?offset=101`);
    expect([far.status, far.body.error]).toEqual([401, 'ValidationFailure']);
    for (const query of ['filter=existingMembers', 'filter=garbage', 'foo=bar']) {
      expect((await page(query)).totalCount).toBe(300);
    }
  });

  test('the new one filters, and refuses a filter it does not know', async () => {
    const { page, call, idOf } = await startCrowd(30, 5);
    const count = async (query: string) => {
      const { users, totalCount } = await page(`limit=100&${query}`);
      return [totalCount, users.filter(({ isPartOfGroup }) => isPartOfGroup).length];
    };
    expect(await count('')).toEqual([30, 5]);
    expect(await count('filter=existingMembers')).toEqual([5, 5]);
    expect(await count('filter=nonMembers')).toEqual([25, 0]);
    const path = `${GROUPS}/${await idOf('everyone')}/users?filter=assignedMachineIdentities`;
    const [status, , issues] = said(await call('GET', path));
    expect(status).toBe(422);
    expect(issues).toMatchObject([{ code: 'invalid_enum_value', path: ['filter'] }]);
  });

  test('username is any part, in any case, with the wildcards of SQL', async () => {
    const { users, patch } = await startInfisical();
    const names = [
      'a_b@x.test',
      'acb@x.test',
      'a%b@x.test',
      'A+B@x.test',
      'a.b@x.test',
      '\\@x.test',
    ];
    const people = names.map((username) => ({ username, firstName: username }));
    await patch({ users: people, groups: [{ name: 'Everyone' }] });
    const found = async (part: string) => {
      const page = await users('everyone', `limit=100&username=${encodeURIComponent(part)}`);
      return page.users.map(({ username }) => username).sort();
    };
    expect(await found('A.B')).toEqual(['a.b@x.test']);
    expect(await found('a+b')).toEqual(['A+B@x.test']);
    expect(await found('a_b')).toHaveLength(5);
    expect(await found('a%b')).toHaveLength(5);
    expect(await found('%')).toHaveLength(6);
    expect(await found('a\\_b')).toEqual(['a_b@x.test']);
    // The backslash takes the wildcard at the end as it is: what ends so is not there.
    expect(await found('\\')).toEqual([]);
    expect(await found(' acb ')).toEqual(['acb@x.test']);
  });

  test('search looks at names and addresses, and is narrow on the new server', async () => {
    const { users, call, idOf } = await startInfisical();
    const page = await users('engineers', 'search=muller&limit=100');
    expect(page.users).toEqual([]);
    const dana = await users('engineers', 'search=DANA&username=jsmith');
    expect(dana.users.map(({ username }) => username)).toEqual(['djones']);
    const path = `${GROUPS}/${await idOf('engineers')}/users?search=`;
    for (const odd of ['', '%20', '%25', '%3F', '%23']) {
      expect((await call('GET', path + odd)).status).toBe(422);
    }
    for (const fine of ["'", '_', '%2B', 'a%20b', 'm%C3%BCller']) {
      expect((await call('GET', path + fine)).status).toBe(200);
    }
    expect((await call('GET', `${path}jane.smith%40corp`)).body.totalCount).toBe(1);
    const old = await startInfisical(OLD);
    const oldPath = `${GROUPS}/${await old.idOf('engineers')}/users?search=`;
    for (const odd of ["'", '%3F']) {
      const answer = await old.call('GET', oldPath + odd);
      expect(said(answer).slice(0, 2)).toEqual([500, 'Find all org members']);
    }
    expect((await old.call('GET', `${oldPath}Dana%20Jones`)).body.totalCount).toBe(1);
  });

  test('case twins are two, pending users are there, those of others are not', async () => {
    const { users } = await startInfisical();
    expect((await users('engineers', 'username=dup@')).totalCount).toBe(2);
    const pending = await users('engineers', 'username=pending');
    expect(pending.users).toMatchObject([{ firstName: null, lastName: null }]);
    expect((await users('engineers', 'username=partner')).totalCount).toBe(0);
    expect((await users('engineers', 'username=lonely')).totalCount).toBe(0);
  });
});
