import { describe, expect, test } from 'vitest';
import { start } from '../helpers.ts';

/** What an account holds besides groups, as a server of the contract tells it. */
const PERMISSIONS = 'api/security/permissions';
const KEYS = 'api/api-keys';
const SECRET = 'c0ffee00c0ffee00c0ffee00c0ffee00';

describe('what an account holds', () => {
  test('a seeded person has a permission of her own and a personal key', async () => {
    const { get } = await start();
    const permissions: { user?: string }[] = await get(`${PERMISSIONS}/list`);
    expect(permissions.filter(({ user }) => user === 'djones')).toEqual([
      { id: 3, user: 'djones', task: 'Promote Packages', feed: 'internal-npm', deny: false },
    ]);
    const keys: { user?: string }[] = await get(`${KEYS}/list`);
    // The secret is in the answer on purpose: tests look for it where it must not be.
    expect(keys.filter(({ user }) => user === 'djones')).toEqual([
      {
        id: 3,
        type: 'Personal',
        user: 'djones',
        displayName: 'Laptop',
        logging: 'None',
        key: SECRET,
      },
    ]);
  });

  test.each(['POST', 'DELETE'])(
    'a key is deleted by %s, once, and no other with it',
    async (verb) => {
      const { get, call } = await start();
      expect(await call(verb, `${KEYS}/delete?id=3`)).toMatchObject({ status: 200, text: '' });
      expect((await get(`${KEYS}/list`)).map(({ id }: { id: number }) => id)).toEqual([1, 2]);
      expect((await call(verb, `${KEYS}/delete?id=3`)).status).toBe(200);
      expect((await call(verb, `${KEYS}/delete?id=three`)).status).toBe(400);
      expect(await get(`${KEYS}/list`)).toHaveLength(2);
    },
  );

  test('an older server knows nothing of API keys, and lists permissions', async () => {
    const { get, call } = await start({ dialect: 'add' });
    expect((await call('GET', `${KEYS}/list`)).status).toBe(404);
    expect((await call('POST', `${KEYS}/delete?id=3`)).status).toBe(404);
    expect(await get(`${PERMISSIONS}/list`)).toHaveLength(4);
  });

  test('neither is told without the key', async () => {
    const { call } = await start();
    for (const path of [`${PERMISSIONS}/list`, `${KEYS}/list`]) {
      expect(await call('GET', path, undefined, {})).toMatchObject({ status: 403, text: '' });
    }
  });
});
