import { setFlagsFromString } from 'node:v8';
import { Agent, type Dispatcher } from 'undici';
import type { ProxyName } from './proxy-failure.ts';

/** The environment variables a proxy is named in, in upper or lower case. */
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];

const CONNECT_MS = 10_000;

/** Milliseconds for connecting, of those for one attempt. */
export function connectLimit(timeoutMs: number): number {
  return Math.min(CONNECT_MS, timeoutMs);
}

/** The connections of a command, and the proxy that they go through. */
export interface Route {
  readonly agent: Dispatcher;
  readonly proxy?: ProxyName;
}

export interface RouteOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The URL of the server. */
  readonly url: string;
  /** Milliseconds for one attempt. */
  readonly timeoutMs: number;
  readonly warn: (message: string) => void;
}

/**
 * Connections for one command: keep-alive, no time limits of their own but for connecting (each
 * attempt has an exact one), and through a proxy only when the environment names one.
 *
 * @throws config (exit 2) when a proxy variable is not a URL.
 */
export async function openRoute({ env, url, timeoutMs, warn }: RouteOptions): Promise<Route> {
  const connectMs = connectLimit(timeoutMs);
  const options = { headersTimeout: 0, bodyTimeout: 0, allowH2: false };
  const direct = (): Route => ({
    agent: new Agent({ ...options, connect: { timeout: connectMs } }),
  });
  let route: Route;
  if (PROXY_VARIABLES.some((name) => Boolean(env[name]))) {
    const { createProxyAgent, findProxy } = await import('./proxy.ts');
    const proxy = findProxy(env, new URL(url), warn);
    route =
      proxy === undefined
        ? direct()
        : { agent: createProxyAgent(proxy, options, connectMs), proxy };
  } else {
    route = direct();
  }
  workLess();
  return route;
}

/** The passwords in the URLs of the proxy variables, as they are written there. */
export function proxyPasswords(
  env: Readonly<Record<string, string | undefined>>,
): (string | undefined)[] {
  return PROXY_VARIABLES.map((name) => /^(?:[^:/]*:\/\/)?[^:@]*:(.*)@/.exec(env[name] ?? '')?.[1]);
}

/**
 * undici parses HTTP with WebAssembly, which V8 would go on optimizing in the background for about
 * 100 ms: longer than a whole command takes. And garbage is collected when there is a lot of it, and
 * not step by step beside the work, which is for pages that must not stutter. Set last, when
 * everything is loaded: set earlier, it makes Node reject its own code cache (docs/performance.md).
 */
function workLess(): void {
  setFlagsFromString('--wasm-tiering-budget=1000000000');
  setFlagsFromString('--no-incremental-marking');
}
