import { defined } from '../../domain/defined.ts';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import { NO_ENDPOINT } from './wire/answers.ts';

export const DELETE_KEY = 'POST api-keys/delete';

/** An answer about API keys may contain a key, so errors quote nothing of it. */
export async function withoutServerText<T>(
  call: string,
  where: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isGroupctlError(error) ? reworded(error, call, where) : error;
  }
}

/** Codes of errors that have a status and quote nothing of the answer. */
const OUR_CODES = new Set(['unexpected-answer', 'secret-in-answer', 'not-supported']);

/** The same failure without the answer's text: only its status and the call. */
function reworded(error: GroupctlError, call: string, where: string): GroupctlError {
  const { kind, code, status, message, hint } = error;
  // No answer: there is nothing in it, but for what a library may quote.
  const isOurs = status === undefined ? code !== 'network' : OUR_CODES.has(code);
  if (isOurs) return new GroupctlError(kind, message, { code, hint, status });
  if (status === undefined) {
    return new GroupctlError(kind, `The request to ${where} failed (${call}).`, { code, hint });
  }
  const known = knownFacts(error);
  const words =
    code === 'html-answer' || code === 'invalid-json'
      ? `${where} sent no JSON in answer to ${call} (${status}).`
      : `${where}${productWords(known)} answered ${status} on ${call}. Its message is not shown, because it may hold keys.`;
  return new GroupctlError(kind, words, {
    code,
    hint: call === DELETE_KEY && NO_ENDPOINT.has(status) ? NO_DELETE : hintOf(kind),
    status,
    details: Object.keys(known).length === 0 ? undefined : known,
  });
}

/** Which server it is, and how long to wait. */
interface KnownFacts {
  readonly version?: string;
  readonly edition?: string;
  readonly retryAfterMs?: number;
}

/** Other details may hold a key, and so may a header that is no version and no word. */
function knownFacts({ details }: GroupctlError): KnownFacts {
  const { version = '', edition = '', retryAfterMs } = (details ?? {}) as KnownFacts;
  return defined({
    version: /^\d{1,4}(\.\d{1,6}){1,3}$/.test(version) ? version : undefined,
    edition: /^[a-z]{1,20}$/i.test(edition) ? edition : undefined,
    retryAfterMs,
  });
}

/** ` (ProGet 22.0.1, Free)`: old versions and low editions refuse some keys (contract: "create API key"). */
function productWords({ version, edition }: KnownFacts): string {
  const words = [version && `ProGet ${version}`, edition].filter(Boolean).join(', ');
  return words === '' ? '' : ` (${words})`;
}

/** A caller that deletes a key has read their list: the URL is right. */
const NO_DELETE =
  'This server does not delete API keys through its API, or the key is gone already: look at the API keys on the server.';

/** The usual advice is to look at the answer, and this one is not shown. */
function hintOf(kind: GroupctlError['kind']): string {
  if (kind === 'unauthorized') return 'Look at what the key of this source may do on the server.';
  return kind === 'server' || kind === 'refused'
    ? "Look at the server's own log."
    : 'Check the URL of the source.';
}
