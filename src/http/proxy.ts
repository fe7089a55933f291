import { type Dispatcher, EnvHttpProxyAgent } from 'undici';

/**
 * An agent that goes through the proxies of the environment. In a file of its own, which is loaded
 * only when a proxy variable is set. Throws what undici throws for a value that is no URL.
 */
export function createProxyAgent(
  env: Readonly<Record<string, string | undefined>>,
  options: object,
): Dispatcher {
  const httpProxy = withScheme(env['http_proxy'] || env['HTTP_PROXY']);
  const httpsProxy = withScheme(env['https_proxy'] || env['HTTPS_PROXY']);
  const noProxy = env['no_proxy'] || env['NO_PROXY'];
  return new EnvHttpProxyAgent({
    ...options,
    // Plain HTTP is forwarded by the proxy as every other client has it, not tunnelled.
    proxyTunnel: false,
    httpProxy: httpProxy ?? '',
    httpsProxy: httpsProxy ?? '',
    noProxy: noProxy ?? '',
  });
}

/** `proxy.corp.local:3128` is what people write; undici wants a scheme. */
function withScheme(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined;
  return value.includes('://') ? value : `http://${value}`;
}
