import { writeFile } from 'node:fs/promises';
import { type RunningSandbox, startSandbox } from '../../src/sandbox/server.ts';
import { seedState } from '../../src/sandbox/seed.ts';
import { identityToken, signToken, userToken } from '../../src/sandbox/infisical-token.ts';
import { bytes } from './helpers.ts';
import {
  type Exchange,
  everybody,
  IDENTITIES,
  RECORDED,
  recordedState,
  SECRET,
  step,
} from './recorded-company.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** The sandbox in its old mode, and what is needed to ask it as the recorded server was asked. */
export class Replay {
  /** The sandbox's clock, in milliseconds. */
  now = Date.UTC(2026, 10, 22, 2);
  /** Recorded ids and generated slugs, each to the sandbox's. */
  readonly ours = new Map<string, string>();
  readonly tokens = new Map<string, string>();
  #etag = '';
  #sandbox: RunningSandbox | undefined;

  constructor(
    readonly stateFile: string,
    readonly exchanges: readonly Exchange[],
  ) {
    for (const [name, { id }] of Object.entries(IDENTITIES))
      this.tokens.set(name, identityToken(id));
    const far = { iat: 0, exp: 4_102_444_800 };
    const [head = '', payload = ''] = identityToken(IDENTITIES.admin.id).split('.');
    this.tokens.set('jwt', userToken(RECORDED.ownerId));
    this.tokens.set('badsig', `${head}.${payload}.bm90LXRoaXM`);
    this.tokens.set('none-alg', `${head}.${payload}.`);
    this.tokens.set('unknowntype', signToken({ ...far, authTokenType: 'other' }));
    this.tokens.set('expuser', signToken({ iat: 0, exp: 1, authTokenType: 'accessToken' }));
    this.tokens.set(
      'unknownid',
      signToken({
        ...far,
        identityId: IDENTITIES.admin.id,
        identityAccessTokenId: '00000000-0000-4000-8000-00000000dead',
        authTokenType: 'identityAccessToken',
      }),
    );
  }

  /** Starts on the recorded company; the state of an earlier start stays. */
  async start(planLimited = false): Promise<void> {
    if (this.#sandbox === undefined) {
      const state = { ...seedState(), infisical: recordedState() };
      await writeFile(this.stateFile, JSON.stringify(state));
    }
    await this.close();
    this.#sandbox = await startSandbox({
      kind: 'infisical',
      generation: '2024-10',
      stateFile: this.stateFile,
      planLimited,
      rateLimit: planLimited ? undefined : { all: 600, logins: 200 },
      clock: () => this.now,
    });
  }

  async close(): Promise<void> {
    await this.#sandbox?.close();
  }

  /** Replaces lists of the state. */
  async patch(lists: object): Promise<void> {
    const body = JSON.stringify({ infisical: lists });
    const { status } = await this.ask('PATCH', '/_sandbox/state', {}, body);
    if (status !== 204) throw new Error(`The state was not taken: ${status}`);
  }

  /** The users there were up to a step. */
  async users(upTo: number): Promise<void> {
    const users = everybody(this.exchanges).filter((person) => step(person) <= upTo);
    await this.patch({ users });
  }

  /** The clients; the second one with what is said of it. */
  async clients(limited: object): Promise<void> {
    const { admin, member } = IDENTITIES;
    await this.patch({
      clients: [
        { clientId: RECORDED.clientId, identityId: admin.id, clientSecret: SECRET },
        {
          clientId: RECORDED.limitedClientId,
          identityId: member.id,
          clientSecret: SECRET,
          ...limited,
        },
      ],
    });
  }

  /** Sends a recorded request, with our tokens and ids in the place of theirs. */
  async send({ request }: Exchange): Promise<Reply> {
    const headers = Object.fromEntries(
      Object.entries(request.headers ?? {}).map(([name, value]) => [
        name,
        this.#header(name, value),
      ]),
    );
    const { body } = request;
    const bare = body === null || body === undefined;
    let text = typeof body === 'string' ? body : JSON.stringify(body);
    if (text.startsWith('1.1 MiB')) text = JSON.stringify({ name: 'x'.repeat(1_153_434) });
    if (request.path.endsWith('/token/revoke')) {
      text = JSON.stringify({ accessToken: this.tokens.get('revoked') });
    }
    return this.ask(request.method, this.translated(request.path), headers, bare ? '' : text, bare);
  }

  /** What stands in the recording, with our ids. */
  translated(text: string): string {
    return text.replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, (id) => {
      const ours = this.ours.get(id.toLowerCase()) ?? id;
      return id === id.toUpperCase() ? ours.toUpperCase() : ours;
    });
  }

  #header(name: string, value: string): string {
    if (name === 'If-None-Match') return this.#etag;
    return value
      .replace(/REDACTED\(([^)]+)\)/, (_, who: string) => this.tokens.get(who) ?? `no ${who}`)
      .replace('REDACTED_JWT', this.tokens.get('any') ?? this.tokens.get('admin') ?? '');
  }

  /** Sends these headers and bytes, and nothing else but what HTTP must have. */
  async ask(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    bare = false,
  ): Promise<Reply> {
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    const framed = names.includes('content-length') || names.includes('transfer-encoding');
    const length = bare || framed ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const lines = Object.entries({ ...headers, ...length, Host: 'x', Connection: 'close' }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );
    const text = `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`;
    const reply = parsed(await bytes(this.#sandbox?.port ?? 0, text));
    this.#etag = reply.headers['etag'] ?? this.#etag;
    return reply;
  }
}

function parsed(text: string): Reply {
  const whole = text.replace('HTTP/1.1 100 Continue\r\n\r\n', '');
  const end = whole.indexOf('\r\n\r\n');
  const [line = '', ...fields] = whole.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    fields.map((field) => {
      const at = field.indexOf(': ');
      return [field.slice(0, at).toLowerCase(), field.slice(at + 2)];
    }),
  );
  const rest = whole.slice(end + 4);
  return {
    status: Number(line.split(' ')[1]),
    headers,
    body: rest === '' ? '' : (JSON.parse(rest) as unknown),
  };
}
