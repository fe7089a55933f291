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
  /** Lets everything pass, also what nobody waits for any more. */
  open(): void;
  /** Cuts what is held back, so that it never reaches the server. The rest passes. */
  drop(): void;
  stop(): void;
}

/** @param holds which requests can be held back */
export async function startGate(
  target: string,
  holds: (request: IncomingMessage) => boolean,
): Promise<Gate> {
  let passing = Infinity;
  let waiting: { pass(): void; cut(): void }[] = [];
  let onHeld = (): void => undefined;
  const take = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const pass = (): void => forward(target, incoming, body, outgoing);
    if (!holds(incoming) || passing-- > 0) return pass();
    waiting.push({ pass, cut: () => incoming.socket.destroy() });
    onHeld();
  };
  const server = createServer((incoming, outgoing) => {
    take(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const release = (what: 'pass' | 'cut'): void => {
    passing = Infinity;
    for (const each of waiting) each[what]();
    waiting = [];
  };
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
    open: () => release('pass'),
    drop: () => release('cut'),
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function forward(
  target: string,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
): void {
  const { method, url = '/', headers } = incoming;
  const passed = request(new URL(url, target), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  passed.on('error', () => outgoing.destroy());
  passed.end(body);
}
