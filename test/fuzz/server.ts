import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Routes, type RoutesContext, SandboxRequest } from '../../src/sandbox/http.ts';
import type { StateStore } from '../../src/sandbox/model.ts';
import type { Mutated } from './mutate.ts';
import { bytesOf, type Wire } from './wire.ts';

/** One request and what it was answered. */
export interface Exchange {
  readonly method: string;
  /** Path and query, as sent. */
  readonly path: string;
  readonly body: string;
  /** When it came, on the clock of the run, in milliseconds. */
  readonly at: number;
  wire?: Wire;
  /** What was done to the answer; undefined: it was right. */
  what?: string;
}

/** How one run is answered. */
export interface Stage {
  readonly state: StateStore;
  readonly routes: Routes;
  readonly context: RoutesContext;
  readonly now: () => number;
  /** What is sent in the place of a right answer; undefined: the right one. */
  readonly mutate: (exchange: Exchange, right: Wire) => Mutated | undefined;
}

/** A server on loopback that answers right, but for what a mutation does to it. */
export class FuzzServer {
  readonly #server: Server;
  #stage: Stage | undefined;
  #exchanges: Exchange[] = [];

  constructor() {
    this.#server = createServer((incoming, outgoing) => {
      outgoing.on('error', () => undefined);
      this.#answer(incoming, outgoing).catch(() => incoming.socket.destroy());
    });
    // A client may go away from an answer that it cannot read.
    this.#server.on('connection', (socket) => socket.on('error', () => undefined));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** From now on; the exchanges are those of this run alone. */
  begin(stage: Stage): Exchange[] {
    this.#stage = stage;
    this.#exchanges = [];
    return this.#exchanges;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const stage = this.#stage;
    const exchanges = this.#exchanges;
    const body = await buffer(incoming);
    const { method = 'GET', url: path = '/', headers } = incoming;
    if (stage === undefined) throw new Error('no run has begun');
    const exchange: Exchange = { method, path, body: body.toString(), at: stage.now() };
    exchanges.push(exchange);
    const request = new SandboxRequest(method, path, headers, body);
    const answer = await stage.routes(request, stage.state, stage.context);
    const type = answer.contentType;
    const right: Wire = {
      status: answer.status,
      reason: 'OK',
      headers: [
        ...(type === undefined ? [] : [['content-type', type] as const]),
        ...Object.entries(answer.headers ?? {}),
      ],
      body: Buffer.from(answer.body),
      framing: 'length',
      before: '',
      after: '',
      end: 'fin',
      broken: false,
    };
    const mutated = stage.mutate(exchange, right);
    exchange.wire = mutated?.wire ?? right;
    if (mutated === undefined) {
      outgoing.writeHead(right.status, Object.fromEntries(right.headers)).end(right.body);
      return;
    }
    exchange.what = mutated.what;
    send(mutated.wire, incoming);
  }
}

/** Writes the bytes past Node's own server, which would not send such an answer. */
function send(wire: Wire, { socket }: IncomingMessage): void {
  const { bytes, bodyAt } = bytesOf(wire);
  const { cutAt, end } = wire;
  const shown = bytes.subarray(0, cutAt === undefined || cutAt >= 0 ? cutAt : bodyAt - cutAt - 1);
  if (end === 'silence') socket.write(shown);
  else if (end === 'reset') socket.write(shown, () => socket.resetAndDestroy());
  else socket.end(shown);
}
