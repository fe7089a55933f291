import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A server in front of another one, which holds back requests until it is told. */
export interface Gate {
  readonly url: string;
  /**
   * Holds requests back from now on.
   *
   * @param after how many of them still pass
   */
  shut(after?: number): void;
  /** Resolves when so many requests are held back. */
  held(count?: number): Promise<void>;
  /**
   * Lets everything pass, also what nobody waits for any more. Resolves when the server has answered
   * what was held back.
   */
  open(): Promise<void>;
  stop(): void;
}

/** @param holds which requests can be held back */
export async function startGate(
  target: string,
  holds: (request: IncomingMessage) => boolean,
): Promise<Gate> {
  let passing = Infinity;
  const waiting: (() => Promise<void>)[] = [];
  let onHeld = (): void => undefined;
  const take = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const pass = (): Promise<void> => forward(target, incoming, body, outgoing);
    if (!holds(incoming) || passing-- > 0) return await pass();
    waiting.push(pass);
    onHeld();
  };
  const server = createServer((incoming, outgoing) => {
    take(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    shut: (after = 0) => void (passing = after),
    held: (count = 1) =>
      new Promise((resolve) => {
        onHeld = () => {
          if (waiting.length >= count) resolve();
        };
        onHeld();
      }),
    async open() {
      passing = Infinity;
      await Promise.all(waiting.splice(0).map((pass) => pass()));
    },
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function forward(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): Promise<void> {
  const { method, url = '/', headers } = incoming;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(new URL(url, target), { method, headers }, resolve).on('error', reject).end(body);
  });
  outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(outgoing);
}
