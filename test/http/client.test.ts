import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { openRoute } from '../../src/http/agent.ts';
import { Deadline } from '../../src/http/deadline.ts';
import { isGroupctlError } from '../../src/errors.ts';
import { HttpClient } from '../../src/http/client.ts';

/** What a server saw of a write that has the given milliseconds left, one number for each time it is asked. */
async function write(leftMs: readonly number[], deadlineMs?: number) {
  const seen = { connections: 0, requests: 0, sent: 0 };
  const server = createServer((_, response) => {
    seen.requests++;
    if (deadlineMs === undefined) response.end('{}');
  });
  server.on('connection', () => seen.connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const clock = { now: () => 0, random: () => 0, sleep: () => Promise.resolve() };
  const answers = [...leftMs];
  const options = { env: {}, timeoutMs: 1000, connections: 1, warn: () => undefined };
  const client = new HttpClient({
    baseUrl,
    headers: {},
    timeoutMs: 1000,
    deadline: new Deadline(clock, deadlineMs),
    clock,
    signal: new AbortController().signal,
    openRoute: () => openRoute({ ...options, url: baseUrl }),
    writeLeftMs: () => answers.shift() ?? leftMs.at(-1) ?? 0,
  });
  onTestFinished(() => client.close());
  const request = { method: 'POST', path: 'x', json: {} } as const;
  const outcome = await client.send(request, { sent: () => seen.sent++ }).then(
    ({ status }) => status,
    (error: unknown) =>
      isGroupctlError(error)
        ? [error.code, error.exitCode, ...(error.unsent === true ? ['unsent'] : [])]
        : error,
  );
  return { outcome, ...seen };
}

it('a write with time left is sent', async () => {
  expect(await write([5000])).toEqual({ outcome: 200, connections: 1, requests: 1, sent: 1 });
});

it('a write without time left is not handed over', async () => {
  expect(await write([0])).toMatchObject({ outcome: ['write-limit', 8], requests: 0, sent: 0 });
});

it('a write whose time is over when its connection is ready is not started', async () => {
  expect(await write([5000, 0])).toEqual({
    outcome: ['write-limit', 8],
    connections: 1,
    requests: 0,
    sent: 1,
  });
});

it('a write for which the deadline leaves no time has no effect, and says so', async () => {
  expect(await write([5000], 0)).toMatchObject({
    outcome: ['deadline', 6, 'unsent'],
    requests: 0,
    sent: 0,
  });
});

it('a write that the deadline cuts off may have an effect', async () => {
  expect(await write([5000], 300)).toMatchObject({
    outcome: ['deadline', 6],
    requests: 1,
    sent: 1,
  });
});
