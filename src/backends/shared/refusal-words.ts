import type { ErrorKind } from '../../errors.ts';
import type { HttpAnswer } from '../../http/client.ts';

/** An answer that is not 2xx, in a sentence without its end: the server's own words may follow. */
export function refusalSentence(
  kind: ErrorKind,
  status: number,
  call: string,
  where: string,
): string {
  if (kind === 'unauthorized') return `${where} does not let us do this (${status} to ${call})`;
  if (kind === 'refused') return `${where} refused it (${status} to ${call})`;
  if (status === 429)
    return `${where} limits the rate of requests and did not let us through (${call})`;
  if (kind === 'server') return `${where} failed with ${status} on ${call}`;
  return `${where} answered ${status} to ${call}`;
}

/** The first value of a header. */
export function header(answer: HttpAnswer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
