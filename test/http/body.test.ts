import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { Agent } from 'undici';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Attempt, type Received } from '../../src/http/attempt.ts';
import { answerBody, BODY_CAP, isPacked, unpack } from '../../src/http/body.ts';

const MIB = 1024 * 1024;

const TOO_LARGE = {
  kind: 'protocol',
  code: 'body-too-large',
  message: 'The answer is larger than 2 MiB and was not read.',
};

/** Gets what a server sends, with a cap of 2 MiB. */
async function get(send: (response: ServerResponse) => void): Promise<Received> {
  const server = createServer((_request, response) => send(response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const agent = new Agent();
  onTestFinished(async () => {
    await agent.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const request = { origin: `http://127.0.0.1:${port}`, path: '/', method: 'GET' as const };
  return await new Attempt(undefined, 2 * MIB).run(agent, request, 20_000, undefined);
}

describe('the cap of an answer', () => {
  it('is 64 MiB', () => {
    expect(BODY_CAP).toBe(64 * MIB);
  });

  it.each([
    { what: 'told', told: true },
    { what: 'not told', told: false },
  ])('lets through what just fits, its length $what', async ({ told }) => {
    const { body } = await get((response) => {
      if (told) response.setHeader('content-length', 2 * MIB);
      response.write(Buffer.alloc(MIB, ' '));
      response.end(Buffer.alloc(MIB, ' '));
    });
    expect(body).toHaveLength(2 * MIB);
  });

  it('ends the reading, and the connection, at the first byte beyond it', async () => {
    let closed: Promise<void> | undefined;
    const reading = get((response) => {
      closed = new Promise((resolve) => response.on('close', resolve));
      // There is always more: this ends only when the client has gone.
      const more = (): void => {
        if (!response.destroyed && response.write(Buffer.alloc(MIB, ' '))) setImmediate(more);
      };
      response.on('drain', more);
      more();
    });
    await expect(reading).rejects.toMatchObject(TOO_LARGE);
    await closed;
  });

  it('counts after unpacking too', async () => {
    const bomb = gzipSync(Buffer.alloc(2 * MIB + 1));
    expect(bomb.length).toBeLessThan(MIB / 10);
    await expect(unpack(bomb, 2 * MIB)).rejects.toMatchObject(TOO_LARGE);
  });

  it('takes an empty answer for empty, packed or not', async () => {
    expect(await unpack(Buffer.alloc(0))).toHaveLength(0);
    expect(answerBody(Buffer.alloc(0), {}).text()).toBe('');
  });
});

describe('a body', () => {
  it.each([
    ['gzip', true],
    ['X-GZIP', true],
    ['identity', false],
    [undefined, false],
  ])('with Content-Encoding %s is packed: %s', (encoding, packed) => {
    expect(isPacked({ 'content-encoding': encoding })).toBe(packed);
  });

  it('loses its byte order mark, and no other', () => {
    const body = answerBody(Buffer.from('\ufeff"\ufeffä"'), {});
    expect(body.text()).toBe('"\ufeffä"');
    expect(body.json()).toBe('\ufeffä');
  });

  it('that is not UTF-8 can be shown, and is no JSON', () => {
    const body = answerBody(Buffer.from([0x22, 0xe4, 0x22]), {});
    expect(body.text()).toBe('"\ufffd"');
    expect(() => body.json()).toThrow('The server sent no valid JSON where JSON was expected.');
  });
});

describe('JSON that nests', () => {
  const nested = (levels: number): string =>
    `${'{"a":['.repeat(levels / 2)}${']}'.repeat(levels / 2)}`;
  const parse = (text: string): unknown => answerBody(Buffer.from(text), {}).json();

  it('500 levels deep is read', () => {
    expect(JSON.stringify(parse(nested(500)))).toBe(nested(500));
  });

  it.each([502, 200_000])('%i levels deep is no answer, and no crash', (levels) => {
    expect(() => parse(nested(levels))).toThrow(
      'The server sent JSON that nests more than 500 levels deep.',
    );
  });

  it('in a long list beside a flat one is found', () => {
    const flat = Array.from({ length: 1000 }, () => '{"name":"x"}').join();
    expect(() => parse(`[${flat},${nested(600)}]`)).toThrow('levels deep');
  });
});

describe('an attempt', () => {
  it('that is interrupted before it was sent is never sent', async () => {
    const seen: string[] = [];
    const server = createServer((request, response) => {
      seen.push(String(request.url));
      setTimeout(() => response.end('{}'), 50);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    // One connection: the second call waits for the first.
    const agent = new Agent({ connections: 1 });
    onTestFinished(async () => {
      await agent.destroy();
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const interrupt = new AbortController();
    const run = async (path: string, signal?: AbortSignal): Promise<number> => {
      const request = { origin, path, method: 'POST' as const };
      return (await new Attempt().run(agent, request, 20_000, signal)).status;
    };
    const first = run('/first');
    const second = run('/second', interrupt.signal);
    interrupt.abort();
    await expect(second).rejects.toThrow('interrupted');
    expect(await first).toBe(200);
    expect(await run('/third')).toBe(200);
    expect(seen).toEqual(['/first', '/third']);
  });

  it('says what came of the head when the rest never came', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { 'content-length': '9' });
      response.write('[');
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const agent = new Agent();
    onTestFinished(async () => {
      await agent.destroy();
      server.close();
    });
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const attempt = new Attempt();
    const request = { origin, path: '/', method: 'GET' as const };
    await expect(attempt.run(agent, request, 99.5, undefined)).rejects.toThrow('out of time');
    expect([attempt.timedOut, attempt.status]).toEqual([true, 200]);
  });
});
