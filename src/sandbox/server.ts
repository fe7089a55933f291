/** The sandbox's server: sockets, faults and the log around the routes of one kind. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ADMIN_PREFIX, answerAdmin } from './admin.ts';
import { type Fault, Faults } from './faults.ts';
import {
  PLAIN_TEXT,
  readBody,
  type Routes,
  type RoutesContext,
  SandboxRequest,
  type SandboxResponse,
  text,
} from './http.ts';
import { sandboxToken } from './infisical/seed.ts';
import type { InfisicalOptions } from './infisical/server.ts';
import { RequestLog } from './log.ts';
import { proGetRoutes } from './proget/routes.ts';
import { cut, send } from './send.ts';
import { fileState, memoryState } from './state.ts';
import type { StateStore } from './model.ts';

/** The kinds of server a sandbox can be. A new one needs a row in {@link ROUTES}. */
export type SandboxKind = 'proget' | 'infisical';

const ROUTES: Readonly<Record<SandboxKind, (options: SandboxOptions) => Promise<Routes>>> = {
  proget: async () => proGetRoutes,
  // Loaded here so that the other kind does not wait for it.
  infisical: async (options) =>
    (await import('./infisical/routes-index.ts')).infisicalRoutes(options),
};

/** The options of Infisical have no effect on the `proget` kind, and the other way round. */
export interface SandboxOptions extends InfisicalOptions {
  readonly kind: SandboxKind;
  /** Where the state is kept, shared with other processes. Absent: in memory only. */
  readonly stateFile?: string | undefined;
  /** 0, the default: a free one. */
  readonly port?: number | undefined;
  /** What the server understands by `groups/add`; `update`, today's, by default. */
  readonly dialect?: 'update' | 'add' | undefined;
  /** Whose health pages a ProGet server has; 2025 by default. */
  readonly progetGeneration?: '2025' | '2026' | undefined;
  readonly faults?: readonly Fault[] | undefined;
  /** The key, or token, to ask for in place of the state's. It is not stored. */
  readonly apiKey?: string | undefined;
}

export interface RunningSandbox {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  readonly url: string;
  readonly port: number;
  /** The key, or an administrator's token. */
  readonly apiKey: string;
  /**
   * Stops the server and cuts every connection; a request that still waits out a latency takes no
   * effect. Resolves when nothing is left to happen: late commits are waited for.
   */
  close(): Promise<void>;
}

/**
 * Starts a sandbox on 127.0.0.1. Rejects with Node's own error where it cannot listen (EADDRINUSE,
 * …), and with an Error that names the path if the state file is damaged.
 */
export async function startSandbox(options: SandboxOptions): Promise<RunningSandbox> {
  const state = options.stateFile === undefined ? memoryState() : fileState(options.stateFile);
  const storedKey = await state.read(({ proget }) => proget.apiKey);
  const routes = await ROUTES[options.kind](options);
  const sandbox = new Sandbox(routes, state, new Faults(options.faults), {
    apiKey: options.apiKey,
    dialect: options.dialect ?? 'update',
    generation: options.progetGeneration,
  });
  const port = await sandbox.listen(options.port ?? 0);
  const apiKey = options.apiKey ?? (options.kind === 'infisical' ? sandboxToken() : storedKey);
  return { url: `http://127.0.0.1:${port}`, port, apiKey, close: () => sandbox.close() };
}

class Sandbox {
  readonly #server: Server;
  readonly #log = new RequestLog();
  readonly #closing = new AbortController();
  /** Requests in progress and late commits: what `close` waits for. */
  readonly #pending = new Set<Promise<void>>();

  constructor(
    readonly routes: Routes,
    readonly state: StateStore,
    readonly faults: Faults,
    readonly context: RoutesContext,
  ) {
    this.#server = createServer((request, response) => {
      // Errors on a connection show up where it is read or written; here they must not kill us.
      response.on('error', () => undefined);
      this.#track(this.#handle(request, response).catch(() => void response.destroy()));
    });
  }

  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
    // A request in progress may still leave a late commit behind.
    while (this.#pending.size > 0) await Promise.all(this.#pending);
  }

  #track(work: Promise<void>): void {
    const done = work.finally(() => this.#pending.delete(done));
    this.#pending.add(done);
  }

  async #handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = incoming.method ?? 'GET';
    const target = incoming.url ?? '/';
    const isAdmin = target.startsWith(ADMIN_PREFIX);
    // Log and faults go by the order requests come in, before anything is waited for.
    const entry = isAdmin ? undefined : this.#log.add(method, target);
    const fault = isAdmin ? undefined : this.faults.take(method, target);

    const body = await readBody(incoming);
    if (body === 'aborted') return;
    if (entry !== undefined && body !== 'too-large') this.#log.setBody(entry, body.toString());
    if (fault?.latencyMs !== undefined && !(await this.#pause(fault.latencyMs))) return;
    if (fault?.reset === 'before') return cut(incoming);

    const request =
      body === 'too-large' ? body : new SandboxRequest(method, target, incoming.headers, body);
    const answer = await this.#answer(request, isAdmin, fault).catch(asServerError);
    if (fault?.reset === 'after') return cut(incoming);
    if (entry !== undefined) entry.status = answer.status;
    send(response, dressed(answer, fault), fault?.truncate);
  }

  async #answer(
    request: SandboxRequest | 'too-large',
    isAdmin: boolean,
    fault: Fault | undefined,
  ): Promise<SandboxResponse> {
    if (request === 'too-large') return text(413, 'The request body is too large.');
    if (isAdmin) {
      return answerAdmin(request, { state: this.state, faults: this.faults, log: this.#log });
    }
    if (fault?.status !== undefined) return { status: fault.status, body: '' };
    const { lateCommitMs, ignore } = fault ?? {};
    const isReal = lateCommitMs === undefined && ignore !== true;
    const state = isReal ? this.state : await this.state.scratch();
    const answer = await this.routes(request, state, this.context);
    if (lateCommitMs !== undefined && ignore !== true) {
      const commit = async (): Promise<void> => {
        await sleep(lateCommitMs);
        await this.routes(request, this.state, this.context);
      };
      // The client has had the answer: there is nowhere to report a failure.
      this.#track(commit().catch(() => undefined));
    }
    return answer;
  }

  /** False if the server was closed meanwhile. */
  async #pause(ms: number): Promise<boolean> {
    const { signal } = this.#closing;
    return sleep(ms, true, { signal }).catch(() => false);
  }
}

/** The answer with what a fault puts in the place of its parts. */
function dressed(answer: SandboxResponse, fault: Fault | undefined): SandboxResponse {
  if (fault === undefined) return answer;
  const { body, contentType = body === undefined ? answer.contentType : PLAIN_TEXT } = fault;
  return {
    status: answer.status,
    body: body ?? answer.body,
    ...(contentType !== undefined && { contentType }),
    headers: { ...answer.headers, ...fault.headers },
  };
}

/** "500 = unexpected, body is plain text: message and stack trace" (contract, Connecting). */
function asServerError(error: unknown): SandboxResponse {
  return text(500, error instanceof Error ? (error.stack ?? error.message) : String(error));
}
