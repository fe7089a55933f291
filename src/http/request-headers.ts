import type { HttpRequest } from './exchange.ts';

/** The headers of each request of a client: those of every request, and a request's own. */
export class RequestHeaders {
  readonly #always: Readonly<Record<string, string>>;
  /** Those of the last request: those of thousands of writes are the same. */
  #last: { own: HttpRequest['headers']; json: boolean; all: Record<string, string> } | undefined;

  constructor(always: Readonly<Record<string, string>>) {
    this.#always = { accept: 'application/json', 'accept-encoding': 'gzip', ...always };
  }

  /** A request's own header that is undefined is left out. */
  of({ json, headers: own }: HttpRequest): Record<string, string> {
    const hasJson = json !== undefined;
    if (this.#last?.own === own && this.#last?.json === hasJson) return this.#last.all;
    const headers = { ...this.#always };
    if (hasJson) headers['content-type'] = 'application/json';
    for (const name in own) {
      const value = own[name];
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- a header of groupctl itself
      if (value === undefined) delete headers[name];
      else headers[name] = value;
    }
    this.#last = { own, json: hasJson, all: headers };
    return headers;
  }
}
