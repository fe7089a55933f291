import { defined } from '../../domain/defined.ts';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import { NO_ENDPOINT } from './wire/answers.ts';
import { hintFor } from './wire/refusal.ts';
import { serverWords } from '../../http/words.ts';

export const CREATE_KEY = 'POST api-keys/create';
export const DELETE_KEY = 'POST api-keys/delete';

/**
 * An answer about API keys may contain a key, so errors quote nothing of it, but for the words that refuse a
 * new key: no key was made.
 */
export async function withoutServerText<T>(
  call: string,
  where: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isGroupctlError(error) ? withoutAnswerText(error, call, where) : error;
  }
}

/** Codes of errors that have a status and quote nothing of the answer. */
const OWN_CODES = new Set(['unexpected-answer', 'secret-in-answer', 'not-supported']);

/** The same failure without the answer's text: only its status and the call. */
function withoutAnswerText(error: GroupctlError, call: string, where: string): GroupctlError {
  const { kind, code, status, message, hint, unsent, fromBetween } = error;
  // No answer: there is nothing in it, but for what a library may quote.
  const isOwn = status === undefined ? code !== 'network' : OWN_CODES.has(code);
  if (isOwn) return new GroupctlError(kind, message, { code, hint, status, unsent });
  if (status === undefined) {
    return new GroupctlError(kind, `The request to ${where} failed (${call}).`, { code, hint });
  }
  const known = knownFacts(error);
  const said = call === CREATE_KEY ? refusalWords(error) : undefined;
  const page = fromBetween === true ? ' with an HTML page' : '';
  const answered = `${where}${productWords(known)} answered ${status} on ${call}${page}`;
  const words =
    code === 'html-answer' || code === 'invalid-json'
      ? `${where} sent no JSON in answer to ${call} (${status}).`
      : said === undefined
        ? `${answered}. Its message is not shown, because it may hold keys.`
        : `${answered}: ${said}`;
  const isGone = call === DELETE_KEY && NO_ENDPOINT.has(status) && fromBetween !== true;
  return new GroupctlError(kind, words, {
    code,
    hint: isGone ? NO_DELETE : status === 407 ? hint : hintOf(kind, status, said),
    status,
    fromBetween,
    details: Object.keys(known).length === 0 ? undefined : known,
  });
}

/** A 4xx in plain text, without what may be a key. The text has none of the known secrets in it. */
function refusalWords({ status = 0, body = '' }: GroupctlError): string | undefined {
  if (status < 400 || status >= 500 || /^\s*["[{<]/.test(body)) return undefined;
  return serverWords(body.replaceAll(KEY_LIKE, '***'), 'text/plain');
}

/** 16 or more letters, digits, hyphens and underscores, with a letter and a digit among them. */
const KEY_LIKE = /(?<![\w-])(?=[\w-]*[a-z])(?=[\w-]*\d)[\w-]{16,}/gi;

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

/** The usual advice is to look at the answer, and most are not shown. */
function hintOf(kind: GroupctlError['kind'], status: number, said: string | undefined): string {
  const isHidden = kind === 'server' || (kind === 'refused' && said === undefined);
  return isHidden ? "Look at the server's own log." : hintFor(kind, status);
}
