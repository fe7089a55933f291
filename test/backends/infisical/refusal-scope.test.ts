import { describe, expect, it } from 'vitest';
import type { MemberChange } from '../../../src/domain/change.ts';
import { verdict } from '../../../src/domain/outcome.ts';
import { type Answer, fail, fakeWith, uuid, writes } from './fake.ts';
import { adds, change, open, removes } from './helpers.ts';

const OIDC = 'Cannot add user to group: OIDC group membership mapping is enabled';

describe('what concerns every row is found out once', () => {
  const cases: [string, Answer, string, string][] = [
    ['membership by OIDC', fail(400, 'BadRequest', OIDC), 'refused', 'refused'],
    ['a plan', fail(400, 'BadRequest', 'Failed due to plan restriction.'), 'refused', 'refused'],
    [
      'a more privileged group (old)',
      fail(403, 'ForbiddenError', 'Failed to add user to more privileged group'),
      'refused',
      'unauthorized',
    ],
    ['no permission', fail(403, 'PermissionDenied', 'Not allowed'), 'refused', 'unauthorized'],
    ['a 500', fail(500, 'InternalServerError', 'Something went wrong'), 'failed', 'server'],
    ['a 503', { status: 503 }, 'failed', 'server'],
    ['a missing route', fail(404, 'Not Found', 'Route POST:/x not found'), 'failed', 'protocol'],
  ];

  it.each(cases)(
    '%s: three calls, and the rest is not tried',
    async (_name, answer, first, kind) => {
      const fake = fakeWith(100, []);
      fake.intercept = (method) => (method === 'GET' ? undefined : answer);
      const names = fake.users.map(({ username }) => username);
      const opened = await open(fake, { concurrency: 1 });
      const { rows } = await change(opened, 'Developers', adds(...names));
      expect(rows).toHaveLength(100);
      expect(writes(fake)).toHaveLength(3);
      expect(fake.calls.length).toBeLessThan(10);
      expect(rows.slice(0, 3).map(({ outcome }) => outcome)).toEqual(Array(3).fill(first));
      const message = `${rows[0]?.error?.message}`;
      for (const { outcome, verified, error } of rows.slice(3)) {
        expect({ outcome, verified, kind: error?.kind, code: error?.code }).toEqual({
          outcome: 'not-tried',
          verified: false,
          kind,
          code: 'not-sent',
        });
        expect(error?.message).toBe(message);
      }
      expect(verdict(rows)).toBe(kind);
    },
  );

  it('membership by OIDC bars users, and no machine identities', async () => {
    const fake = fakeWith(10, []);
    fake.identities = [{ id: uuid(7), name: 'bot' }];
    fake.intercept = (method, path) =>
      method === 'POST' && path.includes('/users/') ? fail(400, 'BadRequest', OIDC) : undefined;
    const opened = await open(fake, { concurrency: 1 });
    const changes: MemberChange[] = [
      ...adds(...fake.users.map(({ username }) => username)),
      { op: 'add', type: 'identity', member: uuid(7), requested: uuid(7) },
    ];
    const { rows } = await change(opened, 'Developers', changes);
    const outcomes = rows.map(({ outcome }) => outcome);
    expect(outcomes.filter((each) => each === 'refused')).toHaveLength(3);
    expect(outcomes.filter((each) => each === 'not-tried')).toHaveLength(7);
    expect(rows.find(({ type }) => type === 'identity')).toMatchObject({ outcome: 'added' });
  });

  it('membership by OIDC that bars removals bars no additions', async () => {
    const fake = fakeWith(10, []);
    const [first, ...rest] = fake.users;
    fake.groups[0]?.members.push(...rest.map(({ id }) => id));
    fake.intercept = (method) => (method === 'DELETE' ? fail(400, 'BadRequest', OIDC) : undefined);
    const opened = await open(fake, { concurrency: 1 });
    const changes = [
      ...removes(...rest.map(({ username }) => username)),
      ...adds(first?.username ?? ''),
    ];
    const { rows } = await change(opened, 'Developers', changes);
    expect(rows.find(({ op }) => op === 'add')).toMatchObject({ outcome: 'added' });
  });

  it.each([
    ['a 500', fail(500, 'InternalServerError', 'Something went wrong')],
    ['a 403', fail(403, 'ForbiddenError', 'Failed to add user to more privileged group')],
  ])('%s for every third member stops nothing', async (_name, answer) => {
    const fake = fakeWith(30, []);
    let sent = 0;
    fake.intercept = (method) => (method === 'GET' || ++sent % 3 > 0 ? undefined : answer);
    const names = fake.users.map(({ username }) => username);
    const opened = await open(fake, { concurrency: 1 });
    const { rows } = await change(opened, 'Developers', adds(...names));
    expect(writes(fake)).toHaveLength(30);
    expect(rows.filter(({ outcome }) => outcome === 'added')).toHaveLength(20);
  });

  it.each([
    ['a validation', fail(422, 'ValidationFailure', [{ path: ['username'], message: 'Bad' }])],
    ['a 409', fail(409, 'Conflict', 'busy')],
    [
      '"not a member", though the list shows the member',
      fail(403, 'ForbiddenError', 'User(s) are not part of the group developers'),
    ],
  ])('%s is about its member, however often it comes', async (_name, answer) => {
    const fake = fakeWith(10, []);
    fake.groups[0]?.members.push(...fake.users.map(({ id }) => id));
    fake.intercept = (method) => (method === 'GET' ? undefined : answer);
    const names = fake.users.map(({ username }) => username);
    const opened = await open(fake, { concurrency: 1 });
    await change(opened, 'Developers', removes(...names));
    expect(writes(fake)).toHaveLength(10);
  });
});
