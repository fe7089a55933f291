import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { LoggedRequest } from '../../src/sandbox/log.ts';
import {
  type RunningSandbox,
  type SandboxOptions,
  startSandbox,
} from '../../src/sandbox/server.ts';

export interface Answer {
  status: number;
  text: string;
  headers: Headers;
}

/** A sandbox that ends with the test, and short ways to talk to it. */
export async function start(options: Partial<SandboxOptions> = {}) {
  const sandbox = await startSandbox({ kind: 'proget', ...options });
  onTestFinished(() => sandbox.close());
  return { sandbox, ...talkTo(sandbox) };
}

export function talkTo(sandbox: RunningSandbox) {
  async function call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = { 'X-ApiKey': sandbox.apiKey },
  ): Promise<Answer> {
    const init: RequestInit = { method, headers };
    if (body !== undefined) init.body = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`${sandbox.url}/${path}`, init);
    return { status: response.status, text: await response.text(), headers: response.headers };
  }
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  async function get(path: string): Promise<any> {
    const { status, text } = await call('GET', path);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
    return JSON.parse(text);
  }
  return {
    call,
    get,
    post: (path: string, body?: unknown) => call('POST', path, body),
    members: async (group: string): Promise<string[]> => {
      const groups: { name: string; users: string[] }[] = await get('api/security/groups/list');
      return groups.find(({ name }) => name === group)?.users ?? [];
    },
    faults: (...faults: object[]) => call('PUT', '_sandbox/faults', faults, {}),
    patch: (section: object) => call('PATCH', '_sandbox/state', { proget: section }, {}),
    requests: async (): Promise<LoggedRequest[]> =>
      JSON.parse((await call('GET', '_sandbox/requests', undefined, {})).text) as LoggedRequest[],
  };
}

/** A folder that ends with the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'groupctl-sandbox-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A request with exactly these headers and pieces of body: no User-Agent, no Accept. */
export function raw(
  url: string,
  options: { method: string; headers?: Record<string, string>; chunks?: string[] },
): Promise<{ status: number; text: string; headers: IncomingHttpHeaders }> {
  return new Promise((resolve, reject) => {
    const { method, headers = {}, chunks = [] } = options;
    const request = httpRequest(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text, headers: response.headers }),
      );
    });
    request.on('error', reject);
    for (const chunk of chunks) request.write(chunk);
    request.end();
  });
}

/** Sends bytes as they are; what comes back until the server hangs up or `until` was seen. */
export function bytes(port: number, data: string | Buffer, until?: string): Promise<string> {
  return new Promise((resolve) => {
    let got = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(data));
    socket.on('data', (chunk) => {
      got += chunk.toString();
      if (until !== undefined && got.includes(until)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(got));
  });
}
