import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.ts';
import { bytes, raw, start, talkTo, temporaryFolder } from './helpers.ts';

const LIST = 'api/security/groups/list';
const UPDATE = 'api/security/groups/update';
const BODY = { name: 'Engineers', users: ['jsmith'] };

/** For what comes sooner or later, however busy the machine is; milliseconds. */
const PATIENTLY = { timeout: 60_000, interval: 20 };

/** The code of the error below fetch's own. */
async function failure(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } };
    return cause?.code ?? String(error);
  }
}

describe('which request is hit', () => {
  test('method, path, skip and times', async () => {
    const { faults, call, post } = await start();
    await faults({ method: 'get', path: 'groups/', skip: 1, times: 2, status: 503 });
    const seen: number[] = [];
    for (let i = 0; i < 4; i++) {
      expect((await post(UPDATE, BODY)).status).toBe(200);
      expect((await call('GET', 'api/security/users/list')).status).toBe(200);
      seen.push((await call('GET', LIST)).status);
    }
    expect(seen).toEqual([200, 503, 503, 200]);
  });

  test('once by default, for ever with 0, in the order given', async () => {
    const { faults, call } = await start({ faults: [{ status: 500 }] });
    expect((await call('GET', LIST)).status).toBe(500);
    expect((await call('GET', LIST)).status).toBe(200);
    await faults({ path: 'list?search-term=%20', status: 502 }, { times: 0, status: 504 });
    for (let i = 0; i < 3; i++) expect((await call('GET', LIST)).status).toBe(504);
    const path = 'api/security/users/list?search-term=%20';
    expect((await call('GET', path)).status).toBe(502);
    await faults();
    expect((await call('GET', LIST)).status).toBe(200);
  });
});

describe('what it does', () => {
  test('status, headers and body, without effect', async () => {
    const { faults, post, members } = await start();
    await faults({ status: 429, headers: { 'Retry-After': '2' }, body: 'slow down' });
    const { status, text, headers } = await post(UPDATE, BODY);
    expect([status, text, headers.get('retry-after')]).toEqual([429, 'slow down', '2']);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await members('Engineers')).toEqual([]);
    await faults({ status: 204 });
    expect((await post(UPDATE, BODY)).status).toBe(204);
  });

  test('another body on an answer that took effect', async () => {
    const { faults, post, members } = await start();
    await faults({ body: '<html>', contentType: 'text/html' });
    const { status, text, headers } = await post(UPDATE, BODY);
    expect([status, text, headers.get('content-type')]).toEqual([200, '<html>', 'text/html']);
    expect(await members('Engineers')).toEqual(['jsmith']);
  });

  test('latency', async () => {
    const { faults, post, members } = await start();
    await faults({ latencyMs: 80, path: 'update' });
    const begun = performance.now();
    expect((await post(UPDATE, BODY)).status).toBe(200);
    expect(performance.now() - begun).toBeGreaterThan(75);
    expect(await members('Engineers')).toEqual(['jsmith']);
  });

  test('nothing takes effect before its latency is over', async () => {
    const { faults, post, members, requests } = await start();
    await faults({ latencyMs: 600_000, path: 'update' });
    const slow = failure(post(UPDATE, BODY));
    await vi.waitUntil(async () => (await requests()).length > 0, PATIENTLY);
    expect(await members('Engineers')).toEqual([]);
    // It is cut when the sandbox is closed, after the test.
    void slow;
  });

  test('a cut before or after', async () => {
    const { faults, post, members } = await start();
    await faults({ path: 'update', reset: 'before' });
    expect(await failure(post(UPDATE, BODY))).toBe('ECONNRESET');
    expect(await members('Engineers')).toEqual([]);
    await faults({ path: 'update', reset: 'after' });
    expect(await failure(post(UPDATE, BODY))).toBe('ECONNRESET');
    expect(await members('Engineers')).toEqual(['jsmith']);
  });

  test.each([0, 5])('a body that ends after %i bytes', async (truncate) => {
    const { sandbox, faults, post, members } = await start();
    await faults({ path: 'update', truncate, times: 2 });
    expect(await failure(post(UPDATE, BODY))).toBe('UND_ERR_SOCKET');
    expect(await members('Engineers')).toEqual(['jsmith']);
    const body = JSON.stringify(BODY);
    const answer = await bytes(
      sandbox.port,
      `POST /${UPDATE} HTTP/1.1\r\nHost: x\r\nX-ApiKey: ${sandbox.apiKey}\r\n` +
        `Content-Length: ${body.length}\r\n\r\n${body}`,
    );
    const whole = (await post(UPDATE, BODY)).text;
    expect(answer).toContain(`\r\nContent-Length: ${whole.length}\r\n`);
    expect(answer.split('\r\n\r\n')[1]).toBe(whole.slice(0, truncate));
  });

  test('a body that would have been shorter anyway is sent whole', async () => {
    const { faults, post } = await start();
    await faults({ truncate: 1000 });
    expect(JSON.parse((await post(UPDATE, BODY)).text)).toEqual(BODY);
  });

  test('ignored, though the answer says otherwise', async () => {
    const { faults, post, members } = await start();
    await faults({ path: 'update', ignore: true, times: 2 });
    const { status, text } = await post(UPDATE, BODY);
    expect([status, JSON.parse(text)]).toEqual([200, BODY]);
    expect((await post(UPDATE, { name: 'Nope' })).status).toBe(404);
    expect(await members('Engineers')).toEqual([]);
  });

  test('late, and in the order of its own time', async () => {
    const { faults, post, members } = await start();
    await faults({ path: 'update', lateCommitMs: 1000 });
    const { status, text } = await post(UPDATE, BODY);
    expect([status, JSON.parse(text)]).toEqual([200, BODY]);
    await post(UPDATE, { name: 'Engineers', users: ['lchen'] });
    expect(await members('Engineers')).toEqual(['lchen']);
    await vi.waitUntil(async () => (await members('Engineers'))[0] === 'jsmith', PATIENTLY);
  });

  test('closing waits for what is late, not for what is slow', async () => {
    const stateFile = `${await temporaryFolder()}/sandbox.json`;
    const first = await startSandbox({ kind: 'proget', stateFile });
    const talk = talkTo(first);
    await talk.faults({ path: 'update', lateCommitMs: 100 }, { path: 'list', latencyMs: 60_000 });
    await talk.post(UPDATE, BODY);
    const slow = failure(talk.call('GET', LIST));
    await sleep(20);
    await first.close();
    expect(await slow).not.toBe('none');
    const { members } = await start({ stateFile });
    expect(await members('Engineers')).toEqual(['jsmith']);
  });
});

describe('the sandbox’s own addresses', () => {
  test('the log has every request in order and no header', async () => {
    const { call, post, faults, requests } = await start();
    await post(UPDATE, BODY);
    await post(UPDATE, '{"oops"');
    await faults({ reset: 'before' }, { status: 500 });
    await failure(call('GET', LIST));
    await call('GET', `${LIST}?a=b%20c`);
    await call('DELETE', 'api/security/groups/delete?group=QA');
    expect(await requests()).toEqual([
      { method: 'POST', path: `/${UPDATE}`, status: 200, body: BODY },
      { method: 'POST', path: `/${UPDATE}`, status: 400 },
      { method: 'GET', path: `/${LIST}`, status: 0 },
      { method: 'GET', path: `/${LIST}?a=b%20c`, status: 500 },
      { method: 'DELETE', path: '/api/security/groups/delete?group=QA', status: 200 },
    ]);
    expect((await call('DELETE', '_sandbox/requests')).status).toBe(204);
    expect(await requests()).toEqual([]);
  });

  test('reset brings the company back', async () => {
    const { call, post, members } = await start();
    await post(UPDATE, { name: 'Developers', users: [] });
    expect((await call('POST', '_sandbox/reset')).status).toBe(204);
    expect(await members('Developers')).toHaveLength(3);
  });

  test.each(
    [
      {},
      [1],
      [{ stauts: 500 }],
      [{ status: 99 }],
      [{ times: -1 }],
      [{ reset: 'now' }],
      [{ latencyMs: '5' }],
      [{ headers: { 'a b': 'c' } }],
      [{ headers: { a: 'b\nc' } }],
      [{ headers: { a: 1 } }],
      [{ toString: 1 }],
      [{ status: 500 }, { status: 600 }],
    ].map((faults) => [faults]),
  )('faults that make no sense are refused: %j', async (faults) => {
    const { call } = await start();
    expect((await call('PUT', '_sandbox/faults', faults)).status).toBe(400);
    expect((await call('GET', LIST)).status).toBe(200);
  });

  test('a patch replaces what it names, or nothing', async () => {
    const { patch, call, get } = await start();
    const wrong = [
      { groups: [{ name: 'A' }], nope: [] },
      { groups: {} },
      { apiKey: [] },
      { groups: [{}] },
      { groups: [{ name: 'A', users: [1] }] },
      { permissions: [{ id: 'x' }] },
    ];
    for (const section of wrong) expect((await patch(section)).status).toBe(400);
    for (const body of ['{', '[]', '{"other":{}}', '{"__proto__":{}}', '{"proget":[]}']) {
      expect((await call('PATCH', '_sandbox/state', body)).status).toBe(400);
    }
    expect(await get(LIST)).toHaveLength(4);
    expect((await patch({ groups: [{ name: 'A' }], users: [] })).status).toBe(204);
    expect(await get(LIST)).toEqual([{ name: 'A' }]);
    expect(await get('api/security/users/list')).toEqual([]);
    expect(await get('api/security/tasks/list')).toHaveLength(6);
  });

  test('not from a browser, and nothing else is there', async () => {
    const { sandbox, call } = await start();
    expect((await call('GET', '_sandbox/nope')).status).toBe(404);
    const { status } = await raw(`${sandbox.url}/_sandbox/reset`, {
      method: 'POST',
      headers: { Origin: 'http://example.com' },
    });
    expect(status).toBe(403);
  });
});
