import { describe, expect, it } from 'vitest';
import { Stage } from '../../output/progress/stage.ts';
import { A, B, C, fail, FakeInfisical, fakeWith, once, uuid, writes } from './fake.ts';
import { adds, change, errorOf, open, removes, TestClock } from './helpers.ts';

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
    await change(opened, 'Developers', adds(C), { verifyBase, needsAllMembers: true });
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

  it('fails a row as not-kept when an addition answered 200 never shows', async () => {
    const fake = fakeWith(2, []);
    Object.assign(fake.users[1] ?? {}, { noKeys: true });
    const opened = await open(fake);
    const { rows } = await change(opened, 'Developers', adds(B));
    expect(rows[0]).toMatchObject({
      outcome: 'failed',
      verified: true,
      error: {
        kind: 'refused',
        code: 'not-kept',
        message: `The server accepted the change, but "Developers" does not show "${B}".`,
      },
    });
    expect(rows[0]?.error?.hint).toContain('may not have finished signing up');
    expect(writes(fake)).toHaveLength(1);
    expect(opened.clock.sleeps.reduce((sum, ms) => sum + ms, 0)).toBe(3000);
  });

  it('fails a row as not-kept when a removal answered 200 still shows', async () => {
    const fake = fakeWith(2);
    fake.intercept = (method) =>
      method === 'DELETE' ? { status: 200, body: fake.users[0] } : undefined;
    const { rows } = await change(await open(fake), 'Developers', removes(A));
    expect(rows[0]).toMatchObject({
      outcome: 'failed',
      error: {
        kind: 'refused',
        code: 'not-kept',
        message: `The server accepted the change, but "Developers" still shows "${A}".`,
      },
    });
    expect(writes(fake)).toHaveLength(1);
  });

  it('adds 300 with at most 8 under way, and reads them back as a list', async () => {
    const fake = fakeWith(1000, [A]);
    // The first one is sent alone. The next eight are answered when all of them have come.
    let come = -1;
    let open8 = (): void => undefined;
    const eight = new Promise<void>((resolve) => (open8 = resolve));
    fake.intercept = async (method) => {
      if (method === 'GET') return undefined;
      if (++come === 8) open8();
      if (come > 0) await eight;
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

  it.each([
    ['new', 800],
    ['old', 800],
    ['old', 80],
  ] as const)(
    'finds names of one first name by parts of the list (%s, %i)',
    async (generation, count) => {
      const fake = new FakeInfisical().addUsers(800, () => ({ firstName: 'Same' }));
      fake.generation = generation;
      fake.addGroup('Developers');
      const names = fake.users
        .filter((_, n) => (n * 7919) % 800 < count)
        .map(({ username }) => username);
      const { rows } = await change(await open(fake), 'Developers', adds(...names));
      expect(rows.filter(({ outcome, verified }) => outcome === 'added' && verified)).toHaveLength(
        count,
      );
      expect(fake.calls.length - count).toBeLessThan(150);
      const beyond = fake.calls.filter((call) => /offset=[2-9]\d\d/.test(call));
      if (generation === 'old') expect(beyond).toHaveLength(1);
    },
  );

  it('finishes 5,000 members against 90 writes a minute without one failed row', async () => {
    const fake = fakeWith(5000, []);
    const clock = new TestClock();
    fake.limit = { reads: 200, writes: 90, now: clock.now };
    const opened = await open(fake, { clock });
    const from = clock.time;
    const names = fake.users.map(({ username }) => username);
    const stage = new Stage();
    stage.now = from;
    const progress = stage.progress(5000);
    const { rows } = await change(opened, 'Developers', adds(...names), {
      onStep: (sent) => {
        stage.now = clock.time;
        progress.step(1, sent);
      },
    });
    expect(rows).toHaveLength(5000);
    expect(rows.filter(({ outcome, verified }) => outcome !== 'added' || !verified)).toEqual([]);
    const minutes = (clock.time - from) / 60_000;
    expect(minutes).toBeGreaterThanOrEqual(55);
    expect(minutes).toBeLessThan(60);
    // The headers keep it from running into the limit.
    expect(fake.throttled).toBeLessThan(10);
    expect(stage.writes.length).toBeGreaterThan(50);
    const line = / of 5,000 done \(\d+ %\), 1\.\d\/s, about \d+ min left\.\n$/;
    expect(stage.writes.filter((text) => line.test(text)).length).toBeGreaterThan(40);
    expect(opened.warnings).toEqual([]);
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
