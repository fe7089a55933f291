import * as v from 'valibot';
import { HealthSchema, type WireHealth } from '../convert.ts';
import { GroupctlError, isGroupctlError } from '../../../errors.ts';
import type { HttpClient } from '../../../http/client.ts';
import { header, type HttpAnswer, type HttpRequest } from '../../../http/exchange.ts';
import { redacted } from '../../../http/redact.ts';
import { isPage, serverWords } from '../../../http/words.ts';

/** What every call of this server has in common: no secret in an error, and lists that are lists. */

type Redact = (text: string) => string;

/** These say that the server has no such endpoint, not that something is missing. */
export const NO_ENDPOINT: ReadonlySet<number> = new Set([404, 405, 501]);

/** True if the server itself says that it has no such endpoint. */
export function hasNoEndpoint(answer: HttpAnswer): boolean {
  return NO_ENDPOINT.has(answer.status) && !isForeignPage(answer);
}

/** True for a page without ProGet's version: something between groupctl and the server sent it. */
export function isForeignPage(answer: HttpAnswer): boolean {
  if (header(answer, 'x-proget-version') !== undefined) return false;
  return isPage(serverWords(answer.text(), String(answer.headers['content-type'] ?? '')));
}

export async function sendRedacted(
  http: HttpClient,
  request: HttpRequest,
  redact: Redact,
  onSend?: () => void,
): Promise<HttpAnswer> {
  try {
    return await http.send(request, onSend === undefined ? undefined : { sent: onSend });
  } catch (error) {
    throw isGroupctlError(error) ? redacted(error, redact) : error;
  }
}

/** @throws protocol (1) for what is no JSON */
export function jsonRedacted(answer: HttpAnswer, redact: Redact): unknown {
  try {
    return answer.json();
  } catch (error) {
    if (!isGroupctlError(error)) throw error;
    throw redacted(error, redact, answer.status);
  }
}

/**
 * A 2xx with a web page comes from a proxy or a sign-in page: the server accepted nothing.
 *
 * @throws protocol (1)
 */
export function assertNoPage(answer: HttpAnswer, redact: Redact): void {
  const type = String(answer.headers['content-type'] ?? '');
  if (/html/i.test(type) || /^\s*</.test(answer.text())) jsonRedacted(answer, redact);
}

/** @throws protocol (1) `unexpected-answer`, naming the place that is not as it should be */
export function parsedList<T>(
  schema: v.GenericSchema<unknown, T>,
  json: unknown,
  { call, status, hint }: { readonly call: string; readonly status: number; readonly hint: string },
): T[] {
  const parsed = v.safeParse(v.array(schema), json);
  if (parsed.success) return parsed.output;
  const place = v.getDotPath(parsed.issues[0]) ?? 'the top level';
  throw new GroupctlError(
    'protocol',
    `The answer to ${call} is not what ProGet sends: ${place} is not as expected.`,
    { code: 'unexpected-answer', hint, status },
  );
}

/** What an answer holds that may hold anything. */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
}

/** The health page; undefined for an answer that is none. */
export function parsedHealth(answer: HttpAnswer): WireHealth | undefined {
  const parsed = v.safeParse(HealthSchema, jsonOf(answer));
  if (!parsed.success) return undefined;
  const { applicationName, releaseNumber, databaseStatus } = parsed.output;
  return (applicationName ?? releaseNumber ?? databaseStatus) ? parsed.output : undefined;
}
