import { setFlagsFromString } from 'node:v8';
import { Agent, type Dispatcher } from 'undici';
import { GroupctlError } from '../errors.ts';

/** The environment variables a proxy is named in, in upper or lower case. */
const PROXY_VARIABLES = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY'];

/**
 * Connections for one command: keep-alive, no time limits of their own (each attempt has an exact
 * one), and through a proxy only when the environment names one.
 *
 * @throws config (exit 2) when a proxy variable is not a URL.
 */
export async function openAgent(
  env: Readonly<Record<string, string | undefined>>,
  connectTimeoutMs: number,
): Promise<Dispatcher> {
  const options = {
    headersTimeout: 0,
    bodyTimeout: 0,
    allowH2: false,
    connect: { timeout: connectTimeoutMs },
  };
  const proxied = PROXY_VARIABLES.find((name) => env[name] !== undefined && env[name] !== '');
  const agent =
    proxied === undefined ? new Agent(options) : await openProxyAgent(env, proxied, options);
  workLess();
  return agent;
}

async function openProxyAgent(
  env: Readonly<Record<string, string | undefined>>,
  variable: string,
  options: object,
): Promise<Dispatcher> {
  const { createProxyAgent } = await import('./proxy.ts');
  try {
    return createProxyAgent(env, options);
  } catch (cause) {
    throw new GroupctlError('config', `The proxy in ${variable} is not a URL.`, {
      code: 'bad-proxy',
      hint: `Write it as http://host:port, or unset ${variable}.`,
      cause,
    });
  }
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
