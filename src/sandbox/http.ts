/** Requests and answers as the routes see them, apart from sockets and streams. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isRecord } from './values.ts';
import type { StateStore } from './model.ts';

/** The longest body that is read, in bytes; beyond it the answer is 413. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;

/** The content type of every sentence. */
export const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** An answer in the making. No content type is sent with an empty body. */
export interface SandboxResponse {
  readonly status: number;
  readonly body: string;
  readonly contentType?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How this server was started, as far as the routes need to know. */
export interface RoutesContext {
  /** Replaces the key, or the token, of the state, if given. */
  readonly apiKey: string | undefined;
  readonly dialect: 'update' | 'add';
  /** Of a ProGet server: whose health pages it has; 2025 by default. */
  readonly generation?: '2025' | '2026' | undefined;
}

/** One kind of server: everything it answers. Throws {@link Refusal} for an error status. */
export type Routes = (
  request: SandboxRequest,
  state: StateStore,
  context: RoutesContext,
) => Promise<SandboxResponse>;

/** An error status with its sentence, as plain text; changes nothing. */
export class Refusal extends Error {
  readonly status: number;

  constructor(status: number, text: string) {
    super(text);
    this.status = status;
  }
}

/** A request that has been read to its end. */
export class SandboxRequest {
  readonly method: string;
  /** Path and query, as sent. */
  readonly target: string;
  /** Without the query, as sent. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly #body: Uint8Array;

  constructor(method: string, target: string, headers: IncomingHttpHeaders, body: Uint8Array) {
    const at = target.indexOf('?');
    this.method = method;
    this.target = target;
    this.path = at < 0 ? target : target.slice(0, at);
    this.query = new URLSearchParams(at < 0 ? '' : target.slice(at + 1));
    this.headers = headers;
    this.#body = body;
  }

  /** The length of the body in bytes. */
  get size(): number {
    return this.#body.length;
  }

  /** The body as text; what is not UTF-8 in it is replaced. */
  text(): string {
    return new TextDecoder().decode(this.#body);
  }

  /** The body as JSON. Throws a 400 if it is not JSON, or not UTF-8. */
  json(): unknown {
    try {
      return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(this.#body));
    } catch {
      throw new Refusal(400, 'The request body is not valid JSON.');
    }
  }

  /** The body as a JSON object. Throws a 400 if it is anything else. */
  object(): Record<string, unknown> {
    const value = this.json();
    if (!isRecord(value)) throw new Refusal(400, 'The request body is not a JSON object.');
    return value;
  }

  /** A query argument. Throws a 400 if it is missing or empty. */
  argument(name: string): string {
    const value = this.query.get(name);
    if (value === null || value.trim() === '') {
      throw new Refusal(400, `The argument "${name}" is missing.`);
    }
    return value;
  }
}

/** A 200 with a value as JSON. The value is written out at once, so later changes do not show. */
export function json(value: unknown): SandboxResponse {
  const contentType = 'application/json; charset=utf-8';
  return { status: 200, body: JSON.stringify(value), contentType };
}

/** An answer in plain text. */
export function text(status: number, body: string): SandboxResponse {
  return { status, body, contentType: PLAIN_TEXT };
}

/** An answer without a body. */
export function empty(status = 200): SandboxResponse {
  return { status, body: '' };
}

/**
 * Reads a request's body, however it is framed. `too-large` comes as soon as that is certain; the
 * rest is then read and dropped, so that the client gets to see the answer. `aborted`: the client
 * left before the end.
 */
export function readBody(
  request: IncomingMessage,
  limit = MAX_BODY_BYTES,
): Promise<Buffer | 'too-large' | 'aborted'> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    if (Number(request.headers['content-length'] ?? 0) > limit) resolve('too-large');
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
      } else {
        chunks = [];
        resolve('too-large');
      }
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', () => resolve('aborted'));
    request.on('close', () => resolve('aborted'));
  });
}
