import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getResponse, type RequestHandler } from 'msw';
import { expect, onTestFinished } from 'vitest';

/** One request that a test server was sent, as it came. */
export interface Received {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface TestServer {
  /** With a slash at the end. */
  readonly url: string;
  readonly received: Received[];
  /** `METHOD path` of each request. */
  calls(): string[];
  /** The JSON bodies of the requests that wrote something. */
  writes(): unknown[];
}

/** A response with this header is cut after that many bytes of its body, under its full length. */
export const CUT_AFTER = 'x-test-cut-after';

/**
 * Serves msw handlers on a real loopback port, so that the production transport is what is tested
 * (msw cannot see undici's `request`). A request without a handler, and a handler that no request
 * reached, fail the test.
 */
export async function serve(...handlers: RequestHandler[]): Promise<TestServer> {
  const received: Received[] = [];
  const unhandled: string[] = [];
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing, handlers, received, unhandled).catch(() =>
      incoming.socket.destroy(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  onTestFinished(async (context) => {
    await stop(server);
    if (context.task.result?.state === 'fail') return;
    expect(unhandled, 'requests without a handler').toEqual([]);
    const unused = handlers.filter(({ isUsed }) => !isUsed).map(({ info }) => info.header);
    expect(unused, 'handlers that no request reached').toEqual([]);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    received,
    calls: () => received.map(({ method, path }) => `${method} ${path}`),
    writes: () =>
      received
        .filter(({ method }) => method !== 'GET')
        .map(({ body }) => JSON.parse(body) as unknown),
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handlers: RequestHandler[],
  received: Received[],
  unhandled: string[],
): Promise<void> {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  const method = incoming.method ?? '';
  const path = incoming.url ?? '';
  const headers = incoming.headers as Record<string, string>;
  received.push({ method, path, headers, body: body.toString('utf8') });
  const request = new Request(`http://${incoming.headers.host ?? ''}${path}`, {
    method,
    headers,
    ...(body.length === 0 ? {} : { body }),
  });
  const response = await getResponse(handlers, request);
  if (response === undefined) {
    unhandled.push(`${method} ${path}`);
    outgoing.writeHead(500, { 'content-type': 'text/plain' }).end('no handler for this request');
    return;
  }
  if (response.type === 'error') {
    incoming.socket.destroy();
    return;
  }
  const bytes = Buffer.from(await response.arrayBuffer());
  const cut = response.headers.get(CUT_AFTER);
  response.headers.delete(CUT_AFTER);
  outgoing.writeHead(response.status, {
    ...Object.fromEntries(response.headers),
    'content-length': bytes.length,
  });
  if (cut === null) {
    outgoing.end(bytes);
    return;
  }
  outgoing.write(bytes.subarray(0, Number(cut)), () => incoming.socket.destroy());
}

async function stop(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
