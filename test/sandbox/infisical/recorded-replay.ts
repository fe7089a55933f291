import { readFile, writeFile } from 'node:fs/promises';
import type { RateLimit } from '../../../src/sandbox/infisical/limits.ts';
import type { InfisicalState } from '../../../src/sandbox/infisical/model.ts';
import type { InfisicalGeneration } from '../../../src/sandbox/infisical/server.ts';
import { type RunningSandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { seedState } from '../../../src/sandbox/seed.ts';
import { bytes } from '../helpers.ts';
import type { Exchange } from './recorded-company.ts';

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** Which server was recorded, and what it knew before the first recorded request. */
export interface RecordedServer {
  readonly generation: InfisicalGeneration;
  readonly state: InfisicalState;
  /** By the names that the recording gives them. */
  readonly tokens: Readonly<Record<string, string>>;
}

export interface StartOptions {
  readonly planLimited?: boolean;
  readonly rateLimit?: RateLimit;
}

/** The sandbox as a recorded server, and what is needed to ask it as that was asked. */
export class Replay {
  /** The sandbox's clock, in milliseconds. */
  now = Date.UTC(2026, 10, 22, 2);
  /** Recorded ids and generated slugs, each to the sandbox's. */
  readonly ours = new Map<string, string>();
  readonly tokens: Map<string, string>;
  #etag = '';
  #sandbox: RunningSandbox | undefined;

  constructor(
    readonly stateFile: string,
    readonly server: RecordedServer,
  ) {
    this.tokens = new Map(Object.entries(server.tokens));
  }

  /** Starts on the recorded company; the state of an earlier start stays. */
  async start(options: StartOptions = {}): Promise<void> {
    const { generation, state: infisical } = this.server;
    if (this.#sandbox === undefined) {
      await writeFile(this.stateFile, JSON.stringify({ ...seedState(), infisical }));
    }
    await this.close();
    this.#sandbox = await startSandbox({
      kind: 'infisical',
      generation,
      stateFile: this.stateFile,
      ...options,
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

  /** Changes the state as it is now. */
  async edit(change: (state: InfisicalState) => void): Promise<void> {
    const { infisical } = JSON.parse(await readFile(this.stateFile, 'utf8')) as {
      infisical: InfisicalState;
    };
    change(infisical);
    const { orgId: _, ...lists } = infisical;
    await this.patch(lists);
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
    if (/1\.1 MiB|1150000 times/.test(text)) text = JSON.stringify({ name: 'x'.repeat(1_153_434) });
    if (request.path.endsWith('/token/revoke')) {
      text = JSON.stringify({ accessToken: this.tokens.get('revoked') });
    }
    return this.ask(request.method, this.translated(request.path), headers, bare ? '' : text, bare);
  }

  /** What stands in the recording, with our ids. */
  translated(text: string): string {
    return text.replace(/[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}/gi, (id) => {
      const dashed = id.includes('-')
        ? id
        : id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
      const ours = this.ours.get(dashed.toLowerCase()) ?? dashed;
      const spelt = id.includes('-') ? ours : ours.replaceAll('-', '');
      return id === id.toUpperCase() ? spelt.toUpperCase() : spelt;
    });
  }

  /** A recorded value with our ids and slugs. */
  translatedValue(value: unknown): unknown {
    return JSON.parse(JSON.stringify(value ?? ''), (key, each: unknown) => {
      if (typeof each !== 'string') return each;
      return key === 'slug' ? (this.ours.get(each) ?? each) : this.translated(each);
    }) as unknown;
  }

  /** Takes the id and slug that the sandbox made, for what the recorded server made. */
  learn(theirs: unknown, ours: unknown): void {
    if (!isRecord(theirs) || !isRecord(ours) || typeof theirs['slug'] !== 'string') return;
    this.ours.set(String(theirs['id']).toLowerCase(), String(ours['id']).toLowerCase());
    this.ours.set(theirs['slug'], String(ours['slug']));
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

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
