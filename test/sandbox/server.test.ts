import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { MAX_BODY_BYTES } from '../../src/sandbox/http.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { resetSandbox } from '../../src/sandbox/state.ts';
import { bytes, start, temporaryFolder } from './helpers.ts';

const LIST = 'api/security/groups/list';

describe('listening', () => {
  test('on the loopback only, on a free port', async () => {
    const { sandbox } = await start();
    expect(sandbox.url).toBe(`http://127.0.0.1:${sandbox.port}`);
    expect(sandbox.port).toBeGreaterThan(1023);
  });

  test('a port that is taken gives Node’s own error', async () => {
    const { sandbox } = await start();
    await expect(startSandbox({ kind: 'proget', port: sandbox.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port: sandbox.port,
    });
  });

  test('close cuts what is open and may be called again', async () => {
    const { sandbox } = await start();
    const open = bytes(sandbox.port, 'GET /health HTTP/1.1\r\nHost: x\r\n');
    await fetch(`${sandbox.url}/health`);
    await sandbox.close();
    expect(await open).toBe('');
    await sandbox.close();
    await expect(fetch(`${sandbox.url}/health`)).rejects.toThrow();
  });
});

describe('garbage', () => {
  test.each([
    ['no HTTP at all', 'hello\r\n\r\n'],
    ['TLS', Buffer.from('16030100c4010000c0', 'hex')],
    ['two lengths', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
    ['a chunk that is none', 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['a CONNECT', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['half a body', 'POST /api/security/groups/update HTTP/1.1\r\nContent-Length: 9\r\n\r\n{'],
    ['an odd target', 'GET //?%ff&% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
  ])('%s does no harm', async (_, data) => {
    const { sandbox, get } = await start();
    const sent = bytes(sandbox.port, data);
    const ended = await Promise.race([sent, new Promise((done) => setTimeout(done, 50))]);
    expect(ended ?? 'HTTP/1.1 4').toMatch(/^(HTTP\/1.1 4.*)?$/s);
    expect(await get(LIST)).toHaveLength(4);
  });

  test('bytes that are not UTF-8 are 400', async () => {
    const { sandbox } = await start();
    const response = await fetch(`${sandbox.url}/api/security/groups/update`, {
      method: 'POST',
      headers: { 'X-ApiKey': sandbox.apiKey },
      body: Buffer.from('7b226e616d65223a22ff227d', 'hex'),
    });
    expect(response.status).toBe(400);
  });

  test('deep nesting does no harm', async () => {
    const { post, get } = await start();
    const deep = '['.repeat(1_000_000);
    expect((await post('api/security/groups/update', deep)).status).toBe(400);
    expect(await get(LIST)).toHaveLength(4);
  });

  test('a body of more than 64 MiB is 413, announced or not', async () => {
    const { sandbox, members } = await start();
    const head = `POST /api/security/groups/update HTTP/1.1\r\nHost: x\r\nX-ApiKey: ${sandbox.apiKey}\r\n`;
    const announced = `${head}Content-Length: ${MAX_BODY_BYTES + 1}\r\n\r\n{`;
    expect(await bytes(sandbox.port, announced, '413')).toContain(' 413 ');
    const piece = Buffer.alloc(8 * 1024 * 1024, ' ');
    let sent = 0;
    const response = await fetch(`${sandbox.url}/api/security/groups/update`, {
      method: 'POST',
      headers: { 'X-ApiKey': sandbox.apiKey },
      duplex: 'half',
      body: new ReadableStream({
        pull(controller) {
          controller.enqueue(piece);
          sent += piece.length;
          if (sent > MAX_BODY_BYTES) controller.close();
        },
      }),
    });
    expect(response.status).toBe(413);
    expect(await members('Developers')).toHaveLength(3);
  });
});

describe('a state file', () => {
  test('two servers share it', async () => {
    const stateFile = `${await temporaryFolder()}/deep/er/sandbox.json`;
    const a = await start({ stateFile });
    const b = await start({ stateFile, dialect: 'add' });
    const adds = Array.from({ length: 20 }, (_, i) =>
      b.post('api/security/groups/add', { name: 'Engineers', users: [`u${i}`] }),
    );
    const tasks = Array.from({ length: 20 }, (_, i) =>
      a.post('api/security/tasks/add', { name: `task${i}` }),
    );
    for (const { status } of await Promise.all([...adds, ...tasks])) expect(status).toBe(200);
    expect(await a.members('Engineers')).toHaveLength(20);
    expect(await b.get('api/security/tasks/list')).toHaveLength(26);
  });

  test('damaged: no start, 500 while running, and a reset helps', async () => {
    const stateFile = `${await temporaryFolder()}/sandbox.json`;
    const { call, post, get } = await start({ stateFile });
    await post('api/security/groups/add', { name: 'Ops' });
    await writeFile(stateFile, '{"version":1,');
    const { status, text } = await call('GET', LIST);
    expect([status, text]).toEqual([500, expect.stringContaining(stateFile)]);
    expect((await post('api/security/groups/add', { name: 'Ops' })).status).toBe(500);
    await expect(startSandbox({ kind: 'proget', stateFile, apiKey: 'k' })).rejects.toThrow(
      /sandbox\.json.*groupctl sandbox reset/,
    );
    expect(await readFile(stateFile, 'utf8')).toBe('{"version":1,');
    await resetSandbox(stateFile);
    expect(await get(LIST)).toHaveLength(4);
  });

  test('a password never gets into it', async () => {
    const stateFile = `${await temporaryFolder()}/sandbox.json`;
    const { post } = await start({ stateFile });
    await post('api/security/users/add', { name: 'x', password: 'hunter22' });
    expect(await readFile(stateFile, 'utf8')).not.toContain('hunter22');
  });
});
