import { describe, expect, test } from 'vitest';
import { start } from '../helpers.ts';

const KEYS = 'api/api-keys';
const LIST = 'api/security/groups/list';

async function created(body: object) {
  const sandbox = await start();
  const answer = await sandbox.post(`${KEYS}/create`, body);
  return { ...sandbox, answer, key: (JSON.parse(answer.text) as { key: string }).key };
}

describe('api-keys/create', () => {
  test('answers with the key once, and the list does not show it', async () => {
    const { answer, key, get } = await created({
      type: 'System',
      systemApis: ['full-control'],
      displayName: 'CI',
      logging: 'Both',
    });
    const shown = {
      id: 4,
      type: 'System',
      systemApis: ['full-control'],
      displayName: 'CI',
      logging: 'Both',
    };
    expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { ...shown, key }]);
    expect(key).toMatch(/^[0-9a-f]{40}$/);
    const list: object[] = await get(`${KEYS}/list`);
    expect(list[3]).toEqual(shown);
    expect(JSON.stringify(list)).not.toContain(key);
  });

  test('a System key with full control manages groups, until it is deleted', async () => {
    const body = { type: 'System', systemApis: ['full-control'] };
    const { call, post, key } = await created({ ...body, key: 'chosen' });
    expect(key).toBe('chosen');
    const list = async () => (await call('GET', LIST, undefined, { 'X-ApiKey': key })).status;
    expect(await list()).toBe(200);
    await post(`${KEYS}/delete?id=4`);
    expect(await list()).toBe(403);
  });

  test.each([
    ['a System key of another API', { type: 'System', systemApis: ['feeds'] }],
    ['an expired key', { type: 'System', systemApis: ['full-control'], expiration: '2020-01-31' }],
    ['a Feed key', { type: 'Feed', packagePermissions: ['view'], feed: 'npm' }],
    ['a Personal key of somebody who is no administrator', { type: 'Personal', user: 'djones' }],
  ])('%s manages no groups', async (_, body) => {
    const { call, key } = await created(body);
    expect((await call('GET', LIST, undefined, { 'X-ApiKey': key })).status).toBe(403);
  });

  test("a Personal key has its user's rights", async () => {
    const { call, key } = await created({ type: 'Personal', user: 'ajohnson' });
    expect((await call('GET', LIST, undefined, { 'X-ApiKey': key })).status).toBe(200);
  });

  test.each([
    [{ type: 'Other' }, 'type'],
    [{ type: 'Personal' }, 'user'],
    [{ type: 'System' }, 'systemApis'],
    [{ type: 'System', systemApis: ['everything'] }, 'systemApis'],
    [{ type: 'Feed', packagePermissions: ['view'] }, 'feedGroup'],
    [{ type: 'Feed', packagePermissions: ['fly'], feed: 'npm' }, 'packagePermissions'],
    [{ type: 'Feed', packagePermissions: ['view'], feed: 'a', feedGroup: 'b' }, 'feed group'],
    [{ type: 'Personal', user: 'u', logging: 'Loud' }, 'logging'],
    [{ type: 'Personal', user: 'u', expiration: 'soon' }, 'expiration'],
  ])('refuses %j with 400', async (body, named) => {
    const { post, get } = await start();
    const { status, text } = await post(`${KEYS}/create`, body);
    expect([status, text]).toEqual([400, expect.stringContaining(named)]);
    expect(await get(`${KEYS}/list`)).toHaveLength(3);
  });
});
