import { describe, expect, it } from 'vitest';
import { serve } from '../../helpers/server.ts';
import { type Answer, fail, FakeInfisical, uuid } from './fake.ts';
import { adds, change, errorOf, open, openAt, removes, TestClock } from './helpers.ts';

const A = 'user00000@corp.com';
const B = 'user00001@corp.com';
const C = 'user00002@corp.com';

function fakeWith(count = 5, members: string[] = [A]): FakeInfisical {
  const fake = new FakeInfisical().addUsers(count);
  fake.addGroup('Developers', members);
  return fake;
}

const writes = (fake: FakeInfisical): string[] =>
  fake.calls.filter((call) => !call.startsWith('GET'));

/** Answers the first write with that, and lets the rest through. */
function once(fake: FakeInfisical, answer: Answer, before?: () => void): void {
  let done = false;
  fake.intercept = (method) => {
    if (method === 'GET' || done) return undefined;
    done = true;
    before?.();
    return answer;
  };
}

describe('changing members', () => {
  it('sends only what differs, by id and encoded name, and reads it back', async () => {
    const fake = fakeWith();
    const opened = await open(fake);
    const { said, intents, rows } = await change(opened, 'Developers', adds(A, B));
    expect(said).toEqual([`${A} already-member verified`, `${B} added verified`]);
    expect(intents).toEqual([`POST groups/users ${B}`]);
    expect(writes(fake)).toEqual([
      `POST /api/v1/groups/${uuid(900_000)}/users/user00001%40corp.com`,
    ]);
    const sent = opened.server.received.find(({ method }) => method === 'POST');
    expect(sent?.body).toBe('');
    expect(sent?.headers).not.toHaveProperty('content-type');
    expect(sent?.headers['authorization']).toBe('Bearer st.fake-token-0001');
    expect(rows.find(({ member }) => member === B)?.user).toEqual({
      id: uuid(1),
      username: B,
      email: B,
      firstName: 'First1',
      lastName: null,
    });
    expect(fake.membersOf('Developers')).toEqual([A, B]);
  });

  it('removes, and calls one who is no member already absent', async () => {
    const fake = fakeWith();
    const { said } = await change(await open(fake), 'Developers', removes(A, B));
    expect(said).toEqual([`${A} removed verified`, `${B} already-absent verified`]);
    expect(writes(fake)).toHaveLength(1);
    expect(fake.membersOf('Developers')).toEqual([]);
  });

  it("sends the server's spelling; twins are ambiguous unless typed exactly", async () => {
    const fake = fakeWith(0, []);
    for (const [n, username] of ['Mixed@Corp.com', 'dup@corp.com', 'DUP@corp.com'].entries()) {
      fake.users.push({ id: uuid(n), username, firstName: 'x' });
    }
    const opened = await open(fake);
    const { said } = await change(opened, 'Developers', adds('mixed@corp.COM', 'DUP@corp.com'));
    expect(said).toEqual(['Mixed@Corp.com added verified', 'DUP@corp.com added verified']);
    const error = await errorOf(change(opened, 'Developers', adds('Dup@corp.com')));
    expect(error).toMatchObject({ kind: 'ambiguous', code: 'ambiguous-member' });
    expect(writes(fake)).toHaveLength(2);
  });

  it.each([
    'a+b@x.test',
    'slash/user',
    'percent%41',
    'hash#q?x',
    'üñï@x.test',
    'CORP\\jdoe',
    'a_b',
    "o'brien",
  ])('adds %s', async (username) => {
    const fake = fakeWith(3, []);
    fake.users.push({ id: uuid(77), username, firstName: 'x' });
    const { said } = await change(await open(fake), 'Developers', adds(username));
    expect(said).toEqual([`${username} added verified`]);
    expect(fake.membersOf('Developers')).toEqual([username]);
  });

  it('finds a name that is composed or folded otherwise', async () => {
    const fake = fakeWith(3, []);
    fake.users.push({ id: uuid(77), username: 'Ju\u0308rgen@x.test', firstName: 'x' });
    const { said } = await change(await open(fake), 'Developers', adds('jÜrgen@x.test'));
    expect(said).toEqual(['Ju\u0308rgen@x.test added verified']);
  });

  it('says plainly which names the API cannot reach, and sends nothing for them', async () => {
    const fake = fakeWith(1, []);
    const long = `${'x'.repeat(100)}@x.test`;
    for (const [n, username] of [' lead@x.test', long, '..'].entries()) {
      fake.users.push({ id: uuid(50 + n), username, firstName: 'x' });
    }
    const opened = await open(fake);
    const { rows } = await change(opened, 'Developers', adds('lead@x.test', long, '..'));
    expect(rows.map(({ outcome, error }) => [outcome, error?.code, error?.kind])).toEqual(
      Array(3).fill(['refused', 'not-addressable', 'refused']),
    );
    expect(rows[0]?.error?.message).toBe(
      '" lead@x.test" cannot be added through this API: the server cuts blanks off at both ends of a name.',
    );
    expect(writes(fake)).toEqual([]);
  });

  it('rehearses without a write', async () => {
    const fake = fakeWith();
    const { said } = await change(await open(fake), 'Developers', adds(A, B), { dryRun: true });
    expect(said).toEqual([`${A} already-member verified`, `${B} planned`]);
    expect(writes(fake)).toEqual([]);
  });

  it('does not read back with verify: false', async () => {
    const fake = fakeWith();
    const { said } = await change(await open(fake), 'Developers', adds(B), { verify: false });
    expect(said).toEqual([`${B} added`]);
    expect(fake.calls.at(-1)).toMatch(/^POST/);
  });

  it('passes the members concerned to verifyBase, or all of them where it needs them', async () => {
    const fake = fakeWith(5, [A, B]);
    const opened = await open(fake);
    const bases: (readonly string[])[] = [];
    const verifyBase = (members: readonly string[]): void => void bases.push(members);
    await change(opened, 'Developers', removes(A), { verifyBase });
    await change(opened, 'Developers', adds(C), { verifyBase, wholeBase: true });
    expect(bases).toEqual([[A], [B]]);
    const stop = new Error('guard');
    const guarded = change(opened, 'Developers', removes(B), {
      verifyBase: () => {
        throw stop;
      },
    });
    await expect(guarded).rejects.toBe(stop);
    expect(writes(fake)).toHaveLength(2);
  });

  it('sends nothing when the intent cannot be kept', async () => {
    const fake = fakeWith();
    const full = new Error('disk full');
    const beforeSend = (): Promise<void> => Promise.reject(full);
    const changing = change(await open(fake), 'Developers', adds(B, C), { beforeSend });
    await expect(changing).rejects.toBe(full);
    expect(writes(fake)).toEqual([]);
  });

  it('never has two calls under way for one member, however it is typed', async () => {
    const fake = fakeWith();
    const { said } = await change(await open(fake), 'Developers', adds(B, B.toUpperCase()));
    expect(said.map((row) => row.split(' ')[1])).toEqual(['added', 'already-member']);
    expect(writes(fake)).toHaveLength(1);
  });

  it('looks for a few seconds for a replica to catch up', async () => {
    const fake = fakeWith();
    const group = fake.groups[0];
    const opened = await open(fake);
    let reads = 0;
    fake.onList = () => {
      if (!writes(fake).length || group === undefined) return;
      reads++;
      group.members = reads < 4 ? [uuid(0)] : [uuid(0), uuid(1)];
    };
    const { said } = await change(opened, 'Developers', adds(B));
    expect(said).toEqual([`${B} added verified`]);
    expect(opened.clock.sleeps).toEqual([100, 200, 400]);
  });

  it('calls a 200 that did nothing failed, and says why', async () => {
    const fake = fakeWith(2, []);
    Object.assign(fake.users[1] ?? {}, { noKeys: true });
    const opened = await open(fake);
    const { rows } = await change(opened, 'Developers', adds(B));
    expect(rows[0]).toMatchObject({ outcome: 'failed', error: { code: 'not-applied' } });
    expect(rows[0]?.error?.message).toContain('no encryption keys');
    expect(opened.clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(3000);
  });

  it('adds 300 with at most 8 under way, and reads them back as a list', async () => {
    const fake = fakeWith(1000, [A]);
    // The first eight are answered when all of them have come.
    let come = 0;
    let open8 = (): void => undefined;
    const eight = new Promise<void>((resolve) => (open8 = resolve));
    fake.intercept = async (method) => {
      if (method === 'GET') return undefined;
      if (++come === 8) open8();
      await eight;
      return undefined;
    };
    const names = fake.users.slice(0, 300).map(({ username }) => username);
    const opened = await open(fake);
    const { rows } = await change(opened, 'Developers', adds(...names));
    expect(rows.filter(({ outcome, verified }) => outcome === 'added' && verified)).toHaveLength(
      299,
    );
    expect(writes(fake)).toHaveLength(299);
    expect(fake.mostUnderWay).toBe(8);
    // The groups, ten pages to find out who is a member, four to read back.
    expect(fake.calls.length - 299).toBeLessThanOrEqual(15);
  });

  it('looks each name up where the pages do not show it', async () => {
    const fake = new FakeInfisical().addUsers(1000, () => ({ firstName: 'Same' }));
    fake.generation = 'old';
    fake.addGroup('Developers');
    const names = fake.users.slice(500, 540).map(({ username }) => username);
    const { said } = await change(await open(fake), 'Developers', adds(...names));
    expect(said).toEqual(names.map((name) => `${name} added verified`));
  });

  it('finishes 5,000 members against 90 writes a minute without one failed row', async () => {
    const fake = fakeWith(5000, []);
    const clock = new TestClock();
    fake.limit = { reads: 200, writes: 90, now: clock.now };
    const opened = await open(fake, { clock });
    const from = clock.time;
    const names = fake.users.map(({ username }) => username);
    const { rows } = await change(opened, 'Developers', adds(...names));
    expect(rows).toHaveLength(5000);
    expect(rows.filter(({ outcome, verified }) => outcome !== 'added' || !verified)).toEqual([]);
    const minutes = (clock.time - from) / 60_000;
    expect(minutes).toBeGreaterThanOrEqual(55);
    expect(minutes).toBeLessThan(60);
    // The headers keep it from running into the limit.
    expect(fake.throttled).toBeLessThan(10);
    expect(
      opened.warnings.find((line) => / of 5000 done; about \d+ minutes left\.$/.test(line)),
    ).toBeDefined();
  }, 120_000);

  it('waits out a 429 as told, though the server names no limit', async () => {
    const fake = fakeWith();
    once(fake, { ...fail(429, 'RateLimitExceeded', 'later'), headers: { 'retry-after': '37' } });
    const opened = await open(fake);
    const { said } = await change(opened, 'Developers', adds(B));
    expect(said).toEqual([`${B} added verified`]);
    expect(opened.waits).toEqual([37_000]);
  });
});

describe('what an answer means', () => {
  const cases: [
    string,
    'add' | 'remove',
    Answer,
    ((fake: FakeInfisical) => void) | undefined,
    object,
  ][] = [
    [
      'already a member',
      'add',
      fail(400, 'BadRequest', 'User(s) are already part of the group developers'),
      (fake) => fake.groups[0]?.members.push(uuid(1)),
      { outcome: 'already-member', verified: true },
    ],
    [
      'not a member',
      'remove',
      fail(403, 'ForbiddenError', 'User(s) are not part of the group developers'),
      (fake) => void (fake.groups[0] as { members: string[] }).members.splice(0),
      { outcome: 'already-absent', verified: true },
    ],
    [
      'not a member, as a 400',
      'remove',
      fail(400, 'BadRequest', 'User(s) are not part of the group developers'),
      (fake) => void (fake.groups[0] as { members: string[] }).members.splice(0),
      { outcome: 'already-absent', verified: true },
    ],
    [
      'a user who is gone',
      'add',
      fail(404, 'NotFound', 'Failed to find user with username x'),
      (fake) => void fake.users.splice(1),
      {
        outcome: 'no-such-user',
        error: { kind: 'not-found', code: 'no-such-user', status: 404, requestId: 'req-1' },
      },
    ],
    [
      'one who is not in the organization',
      'add',
      fail(403, 'ForbiddenError', 'User with id x is not part of the organization'),
      (fake) => void fake.users.splice(1),
      { outcome: 'no-such-user', error: { kind: 'not-found' } },
    ],
    [
      'one who is not in the organization, as a 400',
      'add',
      fail(400, 'BadRequest', 'User with id x is not part of the organization'),
      (fake) => void fake.users.splice(1),
      { outcome: 'no-such-user' },
    ],
    [
      'a group that is gone',
      'add',
      fail(404, 'NotFound', 'Failed to find group with ID x'),
      (fake) => void fake.groups.splice(0),
      { outcome: 'failed', error: { kind: 'not-found', status: 404 } },
    ],
    [
      'membership managed by OIDC',
      'add',
      fail(400, 'BadRequest', 'Cannot add user to group: OIDC group membership mapping is enabled'),
      undefined,
      { outcome: 'refused', error: { kind: 'refused', status: 400 } },
    ],
    [
      'a group more privileged than we (old)',
      'add',
      fail(403, 'ForbiddenError', 'Failed to add user to more privileged group'),
      undefined,
      { outcome: 'refused', error: { kind: 'unauthorized', code: 'forbidden' } },
    ],
    [
      'a group more privileged than we',
      'add',
      fail(403, 'PermissionBoundaryError', 'Boundary', {
        details: { missingPermissions: [{ action: 'edit', subject: 'groups' }] },
      }),
      undefined,
      {
        outcome: 'refused',
        error: {
          kind: 'unauthorized',
          code: 'permission-boundary',
          details: { missingPermissions: ['edit on groups'] },
        },
      },
    ],
    [
      'no permission',
      'add',
      fail(403, 'PermissionDenied', 'You are not allowed to edit on groups'),
      undefined,
      {
        outcome: 'refused',
        error: { kind: 'unauthorized', code: 'permission-denied', status: 403, requestId: 'req-1' },
      },
    ],
    [
      'a bad token',
      'add',
      fail(403, 'TokenError', 'invalid signature'),
      undefined,
      { outcome: 'refused', error: { kind: 'unauthorized', code: 'token-refused' } },
    ],
    [
      'a 401',
      'add',
      fail(401, 'UnauthorizedError', 'Token missing'),
      undefined,
      { outcome: 'refused', error: { kind: 'unauthorized', code: 'token-refused' } },
    ],
    [
      'a failed validation (old)',
      'add',
      fail(401, 'ValidationFailure', [{ path: ['username'], message: 'Required' }]),
      undefined,
      { outcome: 'refused', error: { kind: 'refused', code: 'validation' } },
    ],
    [
      'a failed validation',
      'add',
      fail(422, 'ValidationFailure', [{ path: ['username'], message: 'Required' }]),
      undefined,
      { outcome: 'refused', error: { kind: 'refused', code: 'validation' } },
    ],
    [
      'a missing route',
      'add',
      fail(404, 'Not Found', 'Route POST:/x not found'),
      undefined,
      { outcome: 'failed', error: { kind: 'protocol', code: 'no-such-route' } },
    ],
    [
      'a 500',
      'add',
      fail(500, 'InternalServerError', 'Something went wrong'),
      undefined,
      { outcome: 'failed', error: { kind: 'server', status: 500 } },
    ],
    [
      'a 500 that did it',
      'add',
      fail(500, 'InternalServerError', 'Something went wrong'),
      (fake) => fake.groups[0]?.members.push(uuid(1)),
      {
        outcome: 'failed',
        verified: true,
        error: { kind: 'server', code: 'answered-but-applied' },
      },
    ],
    [
      'a SCIM error',
      'add',
      {
        status: 403,
        body: { reqId: 'req-9', schemas: ['urn:ietf'], status: 403, detail: 'No rights here' },
      },
      undefined,
      { outcome: 'refused', error: { kind: 'unauthorized', requestId: 'req-9' } },
    ],
    [
      'a bad escape',
      'add',
      {
        status: 400,
        body: {
          error: 'Bad Request',
          code: 'FST_ERR_BAD_URL',
          message: 'not a valid url component',
          statusCode: 400,
        },
      },
      undefined,
      { outcome: 'refused', error: { kind: 'refused', status: 400 } },
    ],
    [
      'a 409',
      'add',
      fail(409, 'Conflict', 'busy'),
      undefined,
      { outcome: 'refused', error: { kind: 'refused', status: 409 } },
    ],
  ];

  it.each(cases)('%s', async (_name, op, answer, before, expected) => {
    const fake = fakeWith(2, op === 'add' ? [] : [B]);
    once(fake, answer, before === undefined ? undefined : () => before(fake));
    const { rows } = await change(
      await open(fake),
      'Developers',
      op === 'add' ? adds(B) : removes(B),
    );
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject(expected);
    expect(writes(fake)).toHaveLength(1);
  });

  it.each([
    [
      [
        { path: ['slug'], message: 'too short' },
        { path: [], message: 'odd' },
      ],
      ': slug: too short; odd.',
    ],
    [{ reason: 'x' }, ': {"reason":"x"}.'],
    ['Plain words.', ': Plain words.'],
    [undefined, ': ValidationFailure.'],
  ])('renders the message of a validation: %j', async (message, words) => {
    const fake = fakeWith(2, []);
    once(fake, fail(422, 'ValidationFailure', message));
    const { rows } = await change(await open(fake), 'Developers', adds(B));
    expect(rows[0]?.error?.message).toMatch(/refused it \(422 to POST groups\/users\)/);
    expect(rows[0]?.error?.message.endsWith(words)).toBe(true);
  });

  it('does not send the rest when our rights do not suffice, and says so', async () => {
    const fake = fakeWith(100, []);
    fake.intercept = (method) =>
      method === 'GET'
        ? undefined
        : fail(403, 'PermissionDenied', 'You are not allowed to edit on groups');
    const names = fake.users.map(({ username }) => username);
    const { rows } = await change(
      await open(fake, { concurrency: 1 }),
      'Developers',
      adds(...names),
    );
    expect(rows.filter(({ outcome }) => outcome === 'refused')).toHaveLength(100);
    expect(writes(fake)).toHaveLength(3);
    expect(rows.at(-1)?.error?.message).toMatch(/^It was not sent\. /);
  });
});

describe('lost answers and interrupts', () => {
  it('reads back before anything is repeated: done is done', async () => {
    const fake = fakeWith();
    fake.intercept = (method) => {
      if (method === 'GET') return undefined;
      fake.groups[0]?.members.push(uuid(1));
      throw new Error('cut');
    };
    const server = await serve(fake.handler());
    const { said } = await change(await openAt(server), 'Developers', adds(B));
    expect(said).toEqual([`${B} added verified`]);
    expect(writes(fake)).toHaveLength(1);
  });

  it('sends again what was not done, at most three times', async () => {
    const fake = fakeWith();
    let cuts = 2;
    fake.intercept = (method) => {
      if (method !== 'GET' && cuts-- > 0) throw new Error('cut');
      return undefined;
    };
    const opened = await open(fake);
    expect((await change(opened, 'Developers', adds(B))).said).toEqual([`${B} added verified`]);
    expect(writes(fake)).toHaveLength(3);
    cuts = 9;
    const { rows, intents } = await change(opened, 'Developers', adds(C));
    expect(rows[0]).toMatchObject({ outcome: 'failed', error: { kind: 'network' } });
    expect(intents).toHaveLength(3);
  });

  it('is unknown where it cannot be read', async () => {
    const fake = fakeWith();
    let sent = false;
    fake.intercept = (method) => {
      sent ||= method !== 'GET';
      if (sent) throw new Error('cut');
      return undefined;
    };
    const { rows } = await change(await open(fake), 'Developers', adds(B));
    expect(rows[0]).toMatchObject({
      outcome: 'unknown',
      error: { kind: 'safety', code: 'outcome-unknown' },
    });
    expect(writes(fake)).toHaveLength(1);
  });

  it('starts no call after an interrupt; those under way are finished and read back', async () => {
    const fake = fakeWith(50, []);
    const opened = await open(fake, { concurrency: 4 });
    let writesSeen = 0;
    fake.intercept = async (method) => {
      if (method === 'GET') return undefined;
      if (++writesSeen === 6) opened.abort.abort();
      await new Promise((resolve) => setTimeout(resolve, 5));
      return undefined;
    };
    const names = fake.users.map(({ username }) => username);
    const { rows } = await change(opened, 'Developers', adds(...names));
    expect(rows).toHaveLength(50);
    const added = rows.filter(({ outcome }) => outcome === 'added').map(({ member }) => member);
    expect(added.sort()).toEqual(fake.membersOf('Developers').sort());
    expect(added.length).toBeLessThanOrEqual(9);
    const rest = rows.filter(({ outcome }) => outcome !== 'added');
    expect(new Set(rest.map(({ outcome, error }) => `${outcome} ${error?.code}`))).toEqual(
      new Set(['failed interrupted']),
    );
  });
});

describe('machine identities', () => {
  const ID = '11111111-0000-4000-8000-000000000001';
  const identity = { type: 'identity', member: ID, requested: ID } as const;

  it('adds and removes them by id', async () => {
    const fake = fakeWith();
    fake.identities = [{ id: ID, name: 'ci' }];
    const opened = await open(fake);
    const added = await change(opened, 'Developers', [{ ...identity, op: 'add' }]);
    expect(added.said).toEqual([`${ID} added verified`]);
    expect(added.intents).toEqual([`POST groups/machine-identities ${ID}`]);
    expect(fake.groups[0]?.identities).toEqual([ID]);
    const removed = await change(opened, 'Developers', [{ ...identity, op: 'remove' }]);
    expect(removed.said).toEqual([`${ID} removed verified`]);
  });

  it('are not supported on an older server: exit 2, and nothing is written', async () => {
    const fake = fakeWith();
    fake.generation = 'old';
    const error = await errorOf(
      change(await open(fake), 'Developers', [{ ...identity, op: 'add' }]),
    );
    expect(error).toMatchObject({ kind: 'usage', exitCode: 2, code: 'not-supported' });
    expect(writes(fake)).toEqual([]);
  });
});
