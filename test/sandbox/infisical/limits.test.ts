import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { RATE_LIMITS } from '../../../src/sandbox/infisical/limits.ts';
import { SANDBOX_CLIENT } from '../../../src/sandbox/infisical/seed.ts';
import type { SandboxOptions } from '../../../src/sandbox/server.ts';
import { temporaryFolder } from '../helpers.ts';
import { type Answer, GROUPS, LOGIN, said, startInfisical } from './helpers.ts';

async function startAt(options: Partial<SandboxOptions>) {
  const time = { now: Date.UTC(2026, 5, 1) };
  const sandbox = await startInfisical({ clock: () => time.now, ...options });
  return { ...sandbox, time };
}

function limits({ headers }: Answer): (string | null)[] {
  const names = ['limit', 'remaining', 'reset'].map((name) => `x-ratelimit-${name}`);
  return [...names, 'retry-after'].map((name) => headers.get(name));
}

describe('rate limits', () => {
  test('a fixed window, exact to the second it names', async () => {
    const { call, time } = await startAt({ rateLimit: { reads: 2 } });
    const read = () => call('GET', GROUPS);
    expect(limits(await read())).toEqual(['2', '1', '60', null]);
    time.now += 20_500;
    expect(limits(await read())).toEqual(['2', '0', '40', null]);
    const refused = await read();
    expect(said(refused)).toEqual([
      429,
      'RateLimitExceeded',
      'Rate limit exceeded. Please try again in 40 seconds',
    ]);
    expect(limits(refused)).toEqual(['2', '0', '40', '40']);
    time.now += 39_000;
    expect(limits(await read())).toEqual(['2', '0', '1', '1']);
    time.now += 1000;
    expect(limits(await read())).toEqual(['2', '1', '60', null]);
  });

  test('reads, writes and logins apart, or all calls together', async () => {
    const apart = await startAt({ rateLimit: { reads: 1, writes: 1, logins: 1 } });
    const statuses = async ({ call }: typeof apart, id: string) => {
      const write = `${GROUPS}/${id}/users/jsmith`;
      return [
        (await call('POST', write)).status,
        (await call('DELETE', write)).status,
        (await call('POST', LOGIN, SANDBOX_CLIENT, null)).status,
        (await call('POST', LOGIN, SANDBOX_CLIENT, null)).status,
      ];
    };
    const id = await apart.idOf('engineers');
    // Each route by itself: the two writes are of different ones.
    expect(await statuses(apart, id)).toEqual([200, 200, 200, 429]);
    const old = await startAt({
      rateLimit: { reads: 1, writes: 1, logins: 1 },
      generation: '2024-10',
    });
    expect(await statuses(old, await old.idOf('engineers'))).toEqual([200, 429, 200, 429]);
    const together = await startAt({ rateLimit: { all: 2 } });
    await together.idOf('engineers');
    expect(await statuses(together, id)).toEqual([200, 429, 200, 200]);
  });

  test('a window of any length; a refused token or route is not counted', async () => {
    const { call, time } = await startAt({ rateLimit: { reads: 1, windowMs: 1500 } });
    for (let n = 0; n < 3; n += 1) {
      expect(limits(await call('GET', GROUPS, undefined, 'garbage'))[0]).toBeNull();
      await call('GET', `${GROUPS}/a/b/c`);
    }
    expect(limits(await call('GET', GROUPS))).toEqual(['1', '0', '2', null]);
    expect((await call('GET', GROUPS)).body.message).toMatch(/in 2 seconds$/);
    time.now += 1500;
    expect((await call('GET', GROUPS)).status).toBe(200);
  });

  test('none unless asked for; the known ones are at hand', async () => {
    const { call } = await startInfisical();
    expect(limits(await call('GET', GROUPS))).toEqual([null, null, null, null]);
    expect(RATE_LIMITS.free).toEqual({ reads: 200, writes: 90 });
  });

  test('a call that takes effect late is counted once', async () => {
    const { add, faults, call, idOf } = await startAt({ rateLimit: { writes: 2 } });
    await idOf('engineers');
    await faults({ method: 'POST', lateCommitMs: 1 });
    expect(limits(await add('engineers', 'jsmith'))[1]).toBe('1');
    await expect
      .poll(
        async () =>
          (await call('GET', `${GROUPS}/${await idOf('engineers')}/users?username=jsm`)).body,
      )
      .toMatchObject({ users: [{ isPartOfGroup: true }] });
    expect(limits(await add('engineers', 'djones'))[1]).toBe('0');
  });
});

describe('replica lag', () => {
  test('reads show a write late, writes see it at once', async () => {
    const { add, remove, members, time } = await startAt({ replicaLagMs: 1000 });
    await add('engineers', 'jsmith');
    time.now += 400;
    await remove('developers', 'djones');
    expect(await members('engineers')).toEqual([]);
    expect(await members('developers')).toEqual(['djones', 'mbrown']);
    expect((await add('engineers', 'jsmith')).status).toBe(400);
    time.now += 600;
    expect(await members('engineers')).toEqual(['jsmith']);
    expect(await members('developers')).toEqual(['djones', 'mbrown']);
    time.now += 400;
    expect(await members('developers')).toEqual(['mbrown']);
  });

  test('of groups that come, change and go', async () => {
    const { call, idOf, time, add } = await startAt({ replicaLagMs: 1000 });
    const id = await idOf('engineers');
    await add('engineers', 'jsmith');
    await call('POST', GROUPS, { name: 'New one', slug: 'new-one' });
    await call('PATCH', `${GROUPS}/${id}`, { name: 'Renamed' });
    await call('DELETE', `${GROUPS}/${id}`);
    const names = async () =>
      ((await call('GET', GROUPS)).body as unknown as { name: string }[])
        .map(({ name }) => name)
        .sort();
    const before = ['Administrators', 'Developers', 'Duplicates', 'Duplicates', 'Engineers', 'QA'];
    expect([...new Set(await names())]).toEqual([...new Set(before)]);
    const then = await call('GET', `${GROUPS}/${id}/users?filter=existingMembers`);
    expect(then.body).toEqual({ users: [], totalCount: 0 });
    time.now += 1000;
    expect(await names()).toContain('New one');
    expect(await names()).not.toContain('Engineers');
    expect((await call('GET', `${GROUPS}/${id}`)).status).toBe(404);
  });
});

describe('the state', () => {
  test('is shared by a file, and seeded into one that has no such section', async () => {
    const stateFile = `${await temporaryFolder()}/sandbox.json`;
    await writeFile(stateFile, JSON.stringify({ version: 1, other: 'kept' }));
    const a = await startInfisical({ stateFile });
    const b = await startInfisical({ stateFile, generation: '2024-10' });
    await Promise.all([a.add('engineers', 'jsmith'), b.add('engineers', 'djones')]);
    expect((await a.members('engineers')).sort()).toEqual(['djones', 'jsmith']);
    const { accessToken } = (await b.call('POST', LOGIN, SANDBOX_CLIENT, null)).body;
    expect((await a.call('GET', GROUPS, undefined, accessToken)).status).toBe(200);
    const text = await readFile(stateFile, 'utf8');
    expect(text).toContain('"other":"kept"');
    for (const secret of [SANDBOX_CLIENT.clientSecret, accessToken]) {
      expect(text).not.toContain(secret);
    }
    await a.call('POST', '/_sandbox/reset', undefined, null);
    expect(await b.members('engineers')).toEqual([]);
  });

  test('damaged: 500, and a reset helps', async () => {
    const stateFile = `${await temporaryFolder()}/sandbox.json`;
    const { call, sandbox } = await startInfisical({ stateFile });
    await writeFile(stateFile, JSON.stringify({ version: 1, infisical: { orgId: 1 } }));
    const response = await fetch(sandbox.url + GROUPS, {
      headers: { Authorization: `Bearer ${sandbox.apiKey}` },
    });
    expect([response.status, await response.text()]).toEqual([
      500,
      expect.stringContaining('reset'),
    ]);
    expect((await call('POST', '/_sandbox/reset', undefined, null)).status).toBe(204);
    expect((await call('GET', GROUPS)).status).toBe(200);
  });

  test.each([
    { users: [{}] },
    { users: {} },
    { groups: [{ name: 'A', members: ['nobody'] }] },
    { groups: [{ name: 'A', members: 5 }] },
    { groups: [{}] },
    { roles: [{ slug: 'x' }] },
    { orgId: [] },
    { nope: [] },
  ])('a patch that makes no sense is refused: %j', async (lists) => {
    const { patch, call } = await startInfisical();
    expect(await patch(lists)).toMatchObject({ status: 400 });
    expect((await call('GET', GROUPS)).body).toHaveLength(7);
  });
});
