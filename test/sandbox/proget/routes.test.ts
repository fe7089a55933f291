import { describe, expect, test } from 'vitest';
import { SANDBOX_ADMIN, SANDBOX_API_KEY } from '../../../src/sandbox/seed.ts';
import { raw, start } from '../helpers.ts';

const GROUPS = 'api/security/groups';
const USERS = 'api/security/users';
const TASKS = 'api/security/tasks';
const PERMISSIONS = 'api/security/permissions';

describe('groups on today’s server', () => {
  test('the seeded company', async () => {
    const { get, members } = await start();
    const names = (await get(`${GROUPS}/list`)).map(({ name }: { name: string }) => name);
    expect(names).toEqual(['Administrators', 'Developers', 'QA', 'Engineers']);
    expect(await members('Developers')).toEqual(['djones', 'mbrown', 'CORP\\akhan']);
    expect(await members('Engineers')).toEqual([]);
  });

  test('add creates, and refuses a name that is taken in any case', async () => {
    const { post, members } = await start();
    const made = await post(`${GROUPS}/add`, { name: 'Ops', users: ['nobody', 'djones'] });
    expect([made.status, JSON.parse(made.text)]).toEqual([
      200,
      { name: 'Ops', users: ['nobody', 'djones'] },
    ]);
    expect(await members('Ops')).toEqual(['nobody', 'djones']);
    const again = await post(`${GROUPS}/add`, { name: 'OPS' });
    expect(again.status).toBe(400);
    expect(again.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(again.text).toContain('already exists');
    expect((await post(`${GROUPS}/add`, { name: 'Empty', users: null })).status).toBe(200);
    expect(await members('Empty')).toEqual([]);
  });

  test('update replaces the whole list, in order and spelling', async () => {
    const { post, get } = await start();
    const users = ['Zed', 'CORP\\akhan', 'a, "b" @c', 'Zoë Müller', 'djones', 'DJones'];
    const body = { name: 'dEVELOPERS', users, extra: { kept: [1] } };
    expect((await post(`${GROUPS}/update`, body)).status).toBe(200);
    const groups = await get(`${GROUPS}/list`);
    expect(groups[1]).toEqual({ name: 'Developers', users, extra: { kept: [1] } });
    await post(`${GROUPS}/update`, { name: 'Developers' });
    expect((await get(`${GROUPS}/list`))[1]).toEqual({ name: 'Developers', users: [] });
  });

  test('update of an unknown group is 404 and makes nothing', async () => {
    const { post, get } = await start();
    expect((await post(`${GROUPS}/update`, { name: 'Nope', users: ['djones'] })).status).toBe(404);
    expect(await get(`${GROUPS}/list`)).toHaveLength(4);
  });

  test.each(['DELETE', 'POST'])('%s deletes, and does not mind a missing one', async (method) => {
    const { call, get } = await start();
    for (let i = 0; i < 2; i++) {
      const { status, text } = await call(method, `${GROUPS}/delete?group=developers`);
      expect([status, text]).toEqual([200, '']);
    }
    const groups = await get(`${GROUPS}/list`);
    expect(groups.map(({ name }: { name: string }) => name)).not.toContain('Developers');
    expect(await get(`${PERMISSIONS}/list`)).toHaveLength(3);
    expect((await call(method, `${GROUPS}/delete`)).status).toBe(400);
    expect((await call(method, `${GROUPS}/delete?group=`)).status).toBe(400);
  });

  test('a list that is null or missing is shown as it is', async () => {
    const { patch, get, call } = await start();
    const groups = [{ name: 'A', users: null }, { name: 'B' }, { name: 'C', users: [] }];
    expect((await patch({ groups })).status).toBe(204);
    expect(await get(`${GROUPS}/list`)).toEqual(groups);
    expect((await call('POST', `${USERS}/delete?user=djones`)).status).toBe(200);
    expect(await get(`${GROUPS}/list`)).toEqual(groups);
  });

  test.each([
    ['', 'not valid JSON'],
    ['{"name":', 'not valid JSON'],
    ['null', 'not a JSON object'],
    ['[]', 'not a JSON object'],
    ['{}', 'name'],
    ['{"name":" "}', 'name'],
    ['{"name":7}', 'name'],
    ['{"name":"Developers","users":"djones"}', 'users'],
    ['{"name":"Developers","users":[1]}', 'users'],
    ['{"name":"Developers","users":[""]}', 'users'],
  ])('%j is 400 and says why', async (body, why) => {
    const { post, members } = await start();
    for (const verb of ['add', 'update']) {
      const { status, text } = await post(`${GROUPS}/${verb}`, body);
      expect([status, text]).toEqual([400, expect.stringContaining(why)]);
    }
    expect(await members('Developers')).toHaveLength(3);
  });
});

describe('groups on the older server', () => {
  test('nothing can be listed or updated', async () => {
    const { call, post } = await start({ dialect: 'add' });
    expect((await call('GET', `${GROUPS}/list`)).status).toBe(404);
    expect((await call('GET', `${USERS}/list`)).status).toBe(404);
    expect((await post(`${GROUPS}/update`, { name: 'QA', users: [] })).status).toBe(404);
    expect((await call('GET', 'health/json')).status).toBe(404);
    expect((await call('GET', 'health')).status).toBe(200);
  });

  test('add keeps the earlier members and answers with all', async () => {
    const { post } = await start({ dialect: 'add' });
    const body = { name: 'developers', users: ['John Smith', 'DJONES', 'john smith'] };
    const users = ['djones', 'mbrown', 'CORP\\akhan', 'John Smith'];
    for (let i = 0; i < 2; i++) {
      const { status, text } = await post(`${GROUPS}/add`, body);
      expect([status, JSON.parse(text)]).toEqual([200, { name: 'Developers', users }]);
    }
  });

  test('add makes a group that is missing', async () => {
    const { post, call } = await start({ dialect: 'add' });
    expect(JSON.parse((await post(`${GROUPS}/add`, { name: 'Ops', users: ['x'] })).text)).toEqual({
      name: 'Ops',
      users: ['x'],
    });
    expect(JSON.parse((await post(`${GROUPS}/add`, { name: 'ops' })).text).users).toEqual(['x']);
    expect((await call('DELETE', `${GROUPS}/delete?group=Ops`)).status).toBe(200);
    expect(JSON.parse((await post(`${GROUPS}/add`, { name: 'Ops' })).text).users).toEqual([]);
  });

  test('200 adds at once are all there', async () => {
    const { post } = await start({ dialect: 'add' });
    const adds = Array.from({ length: 200 }, (_, i) =>
      post(`${GROUPS}/add`, { name: 'Engineers', users: [`user${i}`] }),
    );
    for (const { status } of await Promise.all(adds)) expect(status).toBe(200);
    const { text } = await post(`${GROUPS}/add`, { name: 'Engineers' });
    expect(new Set(JSON.parse(text).users).size).toBe(200);
  });
});

describe('users', () => {
  test('the list has computed groups, no password and no directory account', async () => {
    const { get } = await start();
    const users = await get(`${USERS}/list`);
    const named = (name: string) => users.find((user: { name: string }) => user.name === name);
    expect(named('djones')).toEqual({
      name: 'djones',
      displayName: 'Dana Jones',
      email: 'dana.jones@corp.example',
      groups: ['Developers'],
    });
    expect(named('John Smith')).toMatchObject({ displayName: 'John Smith', groups: [] });
    expect(named('CORP\\akhan')).toBeUndefined();
    expect(JSON.stringify(users)).not.toMatch(/password/i);
  });

  test('search-term looks at both names in any case', async () => {
    const { get } = await start();
    const found = async (term: string) =>
      (await get(`${USERS}/list?search-term=${encodeURIComponent(term)}`)).map(
        ({ name }: { name: string }) => name,
      );
    expect(await found('SMITH')).toEqual(['John Smith', 'jsmith']);
    expect(await found('MÜLLER')).toEqual(['Zoë Müller']);
    expect(await found('dana j')).toEqual(['djones']);
    expect(await found('nobody')).toEqual([]);
  });

  test('created, edited and deleted everywhere', async () => {
    const { post, get, call, members } = await start();
    const user = { name: 'nnew', displayName: 'N', email: 'n@x', password: 'p', groups: ['qa'] };
    const made = await post(`${USERS}/add`, user);
    expect([made.status, JSON.parse(made.text)]).toEqual([
      200,
      { name: 'nnew', displayName: 'N', email: 'n@x', groups: ['QA'] },
    ]);
    expect(await members('QA')).toEqual(['Zoë Müller', 'lchen', 'nnew']);
    expect((await post(`${USERS}/add`, { ...user, name: 'NNEW' })).status).toBe(400);
    expect((await post(`${USERS}/add`, { name: 'x', groups: ['?'], password: 'p' })).status).toBe(
      400,
    );

    expect((await post(`${USERS}/update`, { name: 'NNew', email: 'm@x' })).status).toBe(200);
    expect(await get(`${USERS}/list?search-term=nnew`)).toEqual([
      { name: 'nnew', displayName: 'N', email: 'm@x', groups: ['QA'] },
    ]);
    await post(`${USERS}/update`, { name: 'nnew', groups: ['Engineers'] });
    expect(await members('QA')).toEqual(['Zoë Müller', 'lchen']);
    expect(await members('Engineers')).toEqual(['nnew']);
    expect((await post(`${USERS}/update`, { name: 'nobody', email: 'x' })).status).toBe(404);

    expect((await call('DELETE', `${USERS}/delete?user=NNEW`)).status).toBe(200);
    expect((await call('POST', `${USERS}/delete?user=nnew`)).status).toBe(200);
    expect(await members('Engineers')).toEqual([]);
    // A directory account can be taken out of everything, too.
    await call('DELETE', `${USERS}/delete?user=${encodeURIComponent('corp\\AKHAN')}`);
    expect(await members('Developers')).toEqual(['djones', 'mbrown']);
  });

  test.each([{ name: 'x' }, { password: 'x' }, { name: 'x', password: 'p', email: 1 }])(
    '%j cannot be created',
    async (body) => {
      const { post, get } = await start();
      expect((await post(`${USERS}/add`, body)).status).toBe(400);
      expect(await get(`${USERS}/list`)).toHaveLength(13);
    },
  );
});

describe('tasks, attributes, permissions, keys', () => {
  test('tasks', async () => {
    const { post, get, call } = await start();
    const task = { name: 'Audit', description: 'Look', attributes: ['feeds_viewfeed'] };
    const stored = { ...task, feedScoped: false, attributes: ['Feeds_ViewFeed'] };
    expect(JSON.parse((await post(`${TASKS}/add`, task)).text)).toEqual(stored);
    expect((await post(`${TASKS}/add`, { name: 'audit' })).status).toBe(400);
    expect((await post(`${TASKS}/add`, { name: 'B', attributes: ['Nope'] })).status).toBe(400);
    expect((await post(`${TASKS}/add`, { name: 'B', feedScoped: 'yes' })).status).toBe(400);
    expect((await post(`${TASKS}/update`, { name: 'AUDIT', feedScoped: true })).status).toBe(200);
    const tasks = await get(`${TASKS}/list`);
    expect(tasks).toContainEqual({ name: 'Audit', feedScoped: true, attributes: [] });
    expect((await post(`${TASKS}/update`, { name: 'Nope' })).status).toBe(404);
    const name = encodeURIComponent('view & download packages');
    expect((await call('POST', `${TASKS}/delete?task=${name}`)).status).toBe(200);
    expect((await call('DELETE', `${TASKS}/delete?task=${name}`)).status).toBe(200);
    expect(await get(`${TASKS}/list`)).toHaveLength(tasks.length - 1);
    expect(await get(`${PERMISSIONS}/list`)).toHaveLength(3);
  });

  test('attributes', async () => {
    const { get } = await start();
    expect(await get('api/security/attributes/list')).toContainEqual({
      name: 'Feeds_ViewFeed',
      feedScoped: true,
    });
  });

  test('permissions', async () => {
    const { post, get, call } = await start();
    const wanted = { user: 'CORP\\akhan', group: null, task: 'administer', feed: 'f' };
    expect(JSON.parse((await post(`${PERMISSIONS}/add`, wanted)).text)).toEqual({
      id: 5,
      user: 'CORP\\akhan',
      task: 'Administer',
      feed: 'f',
      deny: false,
    });
    for (const wrong of [
      {},
      { user: 'a' },
      { user: 'a', task: 'Nope' },
      { user: 'a', group: 'QA', task: 'Administer' },
      { user: 'a', task: 'Administer', feed: 'f', feedGroup: 'g' },
      { user: 'a', task: 'Administer', deny: 'no' },
    ]) {
      expect((await post(`${PERMISSIONS}/add`, wrong)).status).toBe(400);
    }
    expect(await get(`${PERMISSIONS}/list`)).toHaveLength(5);
    expect((await call('DELETE', `${PERMISSIONS}/delete?permissionId=5`)).status).toBe(200);
    expect((await call('POST', `${PERMISSIONS}/delete?permissionId=5`)).status).toBe(200);
    expect((await call('DELETE', `${PERMISSIONS}/delete?permissionId=x`)).status).toBe(400);
    expect((await call('DELETE', `${PERMISSIONS}/delete`)).status).toBe(400);
    expect(await get(`${PERMISSIONS}/list`)).toHaveLength(4);
  });

  test('API keys', async () => {
    const { get, call } = await start();
    const keys = await get('api/api-keys/list');
    expect(keys.map(({ type }: { type: string }) => type)).toEqual(['System', 'Feed', 'Personal']);
    expect(keys.filter((key: object) => 'key' in key)).toHaveLength(1);
    expect((await call('POST', 'api/api-keys/delete?id=3')).status).toBe(200);
    expect((await call('DELETE', 'api/api-keys/delete?id=3')).status).toBe(200);
    expect((await call('POST', 'api/api-keys/delete')).status).toBe(400);
    expect(await get('api/api-keys/list')).toHaveLength(2);
  });
});

describe('who may ask, and for what', () => {
  test('a wrong key is 403 without a word, before anything else', async () => {
    const { call, members } = await start();
    for (const headers of [
      {},
      { 'X-ApiKey': 'nope' },
      { 'X-ApiKey': '' },
      { 'X-ApiKey': `${SANDBOX_ADMIN.user}:wrong` },
      { 'X-ApiKey': 'djones:' },
      { Authorization: `Bearer ${SANDBOX_API_KEY}` },
    ] as Record<string, string>[]) {
      const read = await call('GET', `${GROUPS}/list`, undefined, headers);
      expect([read.status, read.text]).toEqual([403, '']);
      expect(read.headers.get('x-proget-edition')).toBe('Enterprise');
      const write = await call('POST', `${GROUPS}/update`, '{', headers);
      expect([write.status, write.text]).toEqual([403, '']);
    }
    expect(await members('Developers')).toHaveLength(3);
  });

  test('a key is taken from the URL and from Basic credentials of the user api, too', async () => {
    const { call } = await start();
    const basic = (login: string) => ({
      Authorization: `Basic ${Buffer.from(login).toString('base64')}`,
    });
    const status = async (path: string, headers = {}) =>
      (await call('GET', path, undefined, headers)).status;
    expect(await status(`${GROUPS}/list?key=${SANDBOX_API_KEY}`)).toBe(200);
    expect(await status(`${GROUPS}/list?key=nope`)).toBe(403);
    expect(await status(`${GROUPS}/list`, basic(`api:${SANDBOX_API_KEY}`))).toBe(200);
    expect(await status(`${GROUPS}/list`, basic('api:nope'))).toBe(403);
    expect(await status(`${GROUPS}/list`, basic(`other:${SANDBOX_API_KEY}`))).toBe(403);
  });

  test('an administrator may log in, anybody else may not', async () => {
    const { call, post } = await start();
    const as = (user: string, password: string) =>
      call('GET', `${GROUPS}/list`, undefined, { 'X-ApiKey': `${user}:${password}` });
    expect((await as(SANDBOX_ADMIN.user, SANDBOX_ADMIN.password)).status).toBe(200);
    await post(`${USERS}/update`, { name: 'djones', password: 'pässword' });
    expect((await as('djones', 'pässword')).status).toBe(403);
    await post(`${USERS}/update`, { name: 'djones', groups: ['Administrators'] });
    expect((await as('DJones', 'pässword')).status).toBe(200);
  });

  test('the key can be another one', async () => {
    const { sandbox, call } = await start({ apiKey: 'mine' });
    expect(sandbox.apiKey).toBe('mine');
    expect((await call('GET', `${GROUPS}/list`)).status).toBe(200);
    const seeded = { 'X-ApiKey': SANDBOX_API_KEY };
    expect((await call('GET', `${GROUPS}/list`, undefined, seeded)).status).toBe(403);
  });

  test('health needs no key', async () => {
    const { call } = await start();
    for (const path of ['health', 'health/json']) {
      const { status, text, headers } = await call('GET', path, undefined, {});
      expect([status, JSON.parse(text)]).toMatchObject([
        200,
        { applicationName: 'ProGet', databaseStatus: 'OK', replicationStatus: {} },
      ]);
      expect(headers.get('x-proget-version')).toBe(JSON.parse(text).versionNumber);
    }
    expect((await call('POST', 'health', '{}', {})).status).toBe(405);
  });

  test('health of a server of 2026 is OK, and JSON where it is asked for', async () => {
    const { call, get } = await start({ progetGeneration: '2026' });
    expect(await call('GET', 'health', undefined, {})).toMatchObject({ status: 200, text: 'OK' });
    for (const path of ['health/json', 'health?format=json']) {
      expect(await get(path)).toMatchObject({ applicationName: 'ProGet', versionNumber: '26.0.3' });
    }
  });

  test('unknown addresses and wrong methods', async () => {
    const { call } = await start();
    for (const path of ['', 'api/security/groups', 'api/security/groups/list/x', '__proto__']) {
      const { status, text } = await call('GET', path);
      expect([status, text]).toEqual([404, expect.stringContaining('not found')]);
    }
    const { status, headers } = await call('PUT', `${GROUPS}/delete?group=QA`);
    expect([status, headers.get('allow')]).toEqual([405, 'DELETE, POST']);
    expect((await call('POST', `${GROUPS}/list`)).status).toBe(405);
    expect((await call('GET', `${GROUPS}/update`)).status).toBe(405);
    expect((await call('GET', 'API/Security/Groups/LIST/')).status).toBe(200);
  });
});

describe('what the published client sends', () => {
  const headers = { 'X-ApiKey': SANDBOX_API_KEY };

  test('chunked bodies with escapes, cut anywhere', async () => {
    const { sandbox, members } = await start();
    const { status } = await raw(`${sandbox.url}/${GROUPS}/update`, {
      method: 'POST',
      headers: { ...headers, 'Transfer-Encoding': 'chunked', 'Content-Type': 'application/json' },
      chunks: [
        '{"name":"Devel',
        'opers","users":["Zo\\u00',
        'EB M\\u00FCller","\\u0022q\\u0022"',
        ']}',
      ],
    });
    expect(status).toBe(200);
    expect(await members('Developers')).toEqual(['Zoë Müller', '"q"']);
  });

  test('deletes by POST with an empty body, chunked or not', async () => {
    const { sandbox, get } = await start();
    for (const [group, framing] of [
      ['Developers', { 'Transfer-Encoding': 'chunked' }],
      ['QA', { 'Content-Length': '0' }],
    ] as [string, Record<string, string>][]) {
      const url = `${sandbox.url}/${GROUPS}/delete?group=${group}`;
      const answer = await raw(url, { method: 'POST', headers: { ...headers, ...framing } });
      expect([answer.status, answer.text]).toEqual([200, '']);
    }
    expect(await get(`${GROUPS}/list`)).toHaveLength(2);
  });

  test('a body split inside a character', async () => {
    const { sandbox, members } = await start();
    const body = Buffer.from('{"name":"QA","users":["Zoë"]}');
    const cut = body.indexOf(0xc3) + 1;
    const { status } = await fetch(`${sandbox.url}/${GROUPS}/update`, {
      method: 'POST',
      headers,
      duplex: 'half',
      body: new ReadableStream({
        start(controller) {
          controller.enqueue(body.subarray(0, cut));
          controller.enqueue(body.subarray(cut));
          controller.close();
        },
      }),
    });
    expect(status).toBe(200);
    expect(await members('QA')).toEqual(['Zoë']);
  });
});
