/** A server's own words, fit for one line of a terminal. */

const MAX_WORDS = 300;
/** What an error keeps of a body. */
export const MAX_ERROR_BODY = 64 * 1024;

const PAGE = 'an HTML page';

/** The first line of a plain-text answer, the title of an HTML page, or undefined. */
export function serverWords(body: string, contentType: string): string | undefined {
  const html = /html/i.test(contentType) || /^\s*<(!doctype|html)/i.test(body);
  if (html) {
    const title = /<title[^<>]*>([^<]{1,300})<\/title>/i.exec(body)?.[1]?.trim();
    return title === undefined || title === '' ? PAGE : `${PAGE}, "${title}"`;
  }
  const line = body.split(/\r?\n/).find((candidate) => candidate.trim() !== '');
  if (line === undefined) return undefined;
  const words = line.trim();
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}…` : words;
}

/** True for what {@link serverWords} makes of an HTML page. */
export function isPage(words: string | undefined): boolean {
  return words === PAGE || words?.startsWith(`${PAGE}, "`) === true;
}

/** The part of a body that an error carries, cut at a character and not inside one. */
export function errorBody(body: string): string | undefined {
  if (body === '') return undefined;
  return body.length > MAX_ERROR_BODY ? body.slice(0, MAX_ERROR_BODY).toWellFormed() : body;
}

/** An HTTP status that is not 2xx, as the kind of failure it is everywhere. */
export function kindOfStatus(
  status: number,
): 'unauthorized' | 'refused' | 'network' | 'server' | 'protocol' {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status === 429 || status === 407) return 'network';
  // 408 comes from a proxy, like 504: nobody refused anything.
  if (status >= 500 || status === 408) return 'server';
  // A route or a verb that is not there is the wrong server or the wrong URL, not a refusal.
  if (status === 404 || status === 405 || status < 400) return 'protocol';
  return 'refused';
}
