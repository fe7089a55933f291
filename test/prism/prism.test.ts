import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { http, HttpResponse, type RequestHandler } from 'msw';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FakeInfisical, uuid } from '../backends/infisical/fake.ts';
import { adds, change, openAt } from '../backends/infisical/helpers.ts';
import { serve } from '../helpers/server.ts';

/**
 * The add call against a peer that we did not write: Prism serves the OpenAPI file and validates
 * what it is sent. What the file does not describe (the reads) is answered by our own fake.
 */

const PRISM = fileURLToPath(
  new URL('node_modules/@stoplight/prism-cli/dist/index.js', import.meta.url),
);
const DOCUMENT = fileURLToPath(new URL('openapi.yaml', import.meta.url));
const isInstalled = existsSync(PRISM);
if (!isInstalled) {
  process.stdout.write(
    'Left out: the contract test against Prism; npm ci --prefix test/prism installs it.\n',
  );
}

const USER = 'a+b/c user@corp.com';

describe.skipIf(!isInstalled)('the add call, as Prism sees it', () => {
  let prism = '';
  let stop = (): void => undefined;

  beforeAll(async () => {
    const port = await freePort();
    const child = spawn(
      process.execPath,
      [PRISM, 'mock', '--errors', '--host', '127.0.0.1', '--port', String(port), DOCUMENT],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    stop = () => child.kill();
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (text: Buffer): void => {
        said += text.toString();
        if (said.includes('Prism is listening')) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.on('exit', () => reject(new Error(`Prism did not start: ${said}`)));
    });
    prism = `http://127.0.0.1:${port}`;
  }, 60_000);

  afterAll(() => stop());

  const cases: [number, object][] = [
    [200, { outcome: 'added', verified: true }],
    [400, { outcome: 'refused', error: { kind: 'refused', status: 400, requestId: 'string' } }],
    [401, { outcome: 'refused', error: { kind: 'unauthorized', code: 'token-refused' } }],
    [403, { outcome: 'refused', error: { kind: 'unauthorized', status: 403 } }],
    [404, { outcome: 'failed', error: { kind: 'not-found', status: 404 } }],
    [422, { outcome: 'refused', error: { kind: 'refused', code: 'validation' } }],
    [500, { outcome: 'failed', error: { kind: 'server', status: 500 } }],
  ];

  it.each(cases)('%i', async (code, expected) => {
    const fake = new FakeInfisical();
    fake.users.push({ id: uuid(1), username: USER, firstName: 'A' });
    const group = fake.addGroup('Developers');
    const answers: { status: number; violations: string | null }[] = [];
    const add: RequestHandler = http.post('*/users/:username', async ({ request }) => {
      const answer = await forward(request, prism, code);
      answers.push({ status: answer.status, violations: answer.headers.get('sl-violations') });
      if (answer.status === 200) group.members.push(uuid(1));
      return new HttpResponse(await answer.text(), {
        status: answer.status,
        headers: { 'content-type': answer.headers.get('content-type') ?? '' },
      });
    });
    const opened = await openAt(await serve(add, fake.handler()));
    const { rows } = await change(opened, 'Developers', adds(USER));
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject(expected);
    expect(answers).toEqual([{ status: code, violations: null }]);
  });

  it('would refuse a request that does not fit: the check itself works', async () => {
    const empty = await fetch(`${prism}/api/v1/groups/x/users/`, { method: 'POST' });
    expect(empty.status).toBe(422);
    expect(empty.headers.get('sl-violations')).toContain('username');
    const wrong = await fetch(`${prism}/api/v1/groups/x/users/y`, { method: 'PUT' });
    expect(wrong.status).toBe(405);
  });
});

/** The request as it came, with the status that the mock is to answer. */
async function forward(request: Request, prism: string, code: number): Promise<Response> {
  const headers = new Headers(request.headers);
  for (const name of ['host', 'connection', 'content-length']) headers.delete(name);
  headers.set('prefer', `code=${code}`);
  const { pathname, search } = new URL(request.url);
  const body = await request.text();
  return await fetch(`${prism}${pathname}${search}`, {
    method: request.method,
    headers,
    ...(body === '' ? {} : { body }),
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
