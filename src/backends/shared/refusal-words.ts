import { proxyInWords, type ProxyName } from '../../http/proxy-failure.ts';
import type { ErrorKind } from '../../errors.ts';

/** An answer that is not 2xx, in a sentence without its end: the server's own words may follow. */
export function refusalSentence(
  kind: ErrorKind,
  status: number,
  call: string,
  where: string,
): string {
  if (kind === 'unauthorized') return `Access denied by ${where} (${status} on ${call})`;
  if (kind === 'refused') return `${where} refused the request (${status} on ${call})`;
  if (status === 429) return `${where} limits the rate of requests (${status} on ${call})`;
  if (kind === 'server') return `${where} failed with ${status} on ${call}`;
  return `${where} answered ${status} on ${call}`;
}

/** Where to look after a 5xx, which a proxy may have answered. */
export function serverHint(status: number, proxy: ProxyName | undefined): string {
  const isOfProxy = proxy !== undefined && status >= 502 && status <= 504;
  const logs = isOfProxy ? `log, and at ${proxyInWords(proxy)}` : 'log';
  return `Look at the server's own ${logs}; --verbose shows the whole answer.`;
}
