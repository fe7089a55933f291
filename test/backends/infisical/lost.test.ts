import { describe, expect, it } from 'vitest';
import { serve } from '../../helpers/server.ts';
import { B, C, fail, fakeWith, uuid, writes } from './fake.ts';
import { adds, change, errorOf, open, openAt } from './helpers.ts';

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
      new Set(['not-tried interrupted']),
    );
  });
});

describe('time', () => {
  it('ends with --deadline: what was not sent is failed, not unknown', async () => {
    const fake = fakeWith(20, []);
    let sent = 0;
    fake.intercept = (method) =>
      method === 'GET' || ++sent <= 5
        ? undefined
        : { ...fail(429, 'RateLimitExceeded', 'later'), headers: { 'retry-after': '60' } };
    const opened = await open(fake, { deadlineMs: 30_000, concurrency: 1 });
    const names = fake.users.map(({ username }) => username);
    const { rows } = await change(opened, 'Developers', adds(...names));
    const failed = rows.filter(({ outcome }) => outcome === 'failed' || outcome === 'not-tried');
    expect(rows.filter(({ outcome }) => outcome === 'added')).toHaveLength(5);
    expect(failed).toHaveLength(15);
    for (const { error } of failed)
      expect(error).toMatchObject({ kind: 'network', code: 'deadline' });
    expect(writes(fake)).toHaveLength(6);
  });

  it('is not unknown where the time ran out while the intent was kept', async () => {
    const fake = fakeWith(3, []);
    const opened = await open(fake, { deadlineMs: 30_000, concurrency: 1 });
    const { rows } = await change(opened, 'Developers', adds(B, C), {
      beforeSend: () => {
        opened.clock.time += 30_000;
        return Promise.resolve();
      },
    });
    expect(writes(fake)).toEqual([]);
    expect(rows.map(({ outcome, error }) => [outcome, error?.kind, error?.code])).toEqual(
      Array(2).fill(['not-tried', 'network', 'deadline']),
    );
    expect(rows.map(({ error }) => error?.message)).toEqual(
      Array(2).fill(
        'The --deadline of this command has passed: no time is left for another request.',
      ),
    );
  });

  it('does not wait for each member on a server that is gone', async () => {
    const fake = fakeWith(30, []);
    const opened = await open(fake, { concurrency: 2 });
    let sent = 0;
    fake.intercept = (method) => {
      if (method !== 'GET' && ++sent > 4) throw new Error('cut');
      return undefined;
    };
    const names = fake.users.map(({ username }) => username);
    const { rows } = await change(opened, 'Developers', adds(...names));
    expect(rows.filter(({ outcome }) => outcome === 'added')).toHaveLength(4);
    expect(rows.filter(({ error }) => error?.kind === 'network')).toHaveLength(26);
    expect(writes(fake).length).toBeLessThan(20);
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
