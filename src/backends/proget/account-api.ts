import * as v from 'valibot';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import type { HttpClient } from '../../http/client.ts';
import type { HttpAnswer, HttpRequest } from '../../http/exchange.ts';
import { assertNoSecret, type HoldsSecret } from '../../http/echo.ts';
import { jsonRedacted, NO_ENDPOINT, parsedList, sendRedacted } from './wire/answers.ts';
import { assertOk } from './wire/refusal.ts';

/** The calls about permissions and API keys (contract: "Endpoints"); errors become ours here. */

const PERMISSIONS = 'api/security/permissions';
const KEYS = 'api/api-keys';
const DELETE_KEY = 'POST api-keys/delete';
const USERS = 'api/security/users/list';

const nullishText = v.nullish(v.string());
/** A larger number was rounded, and would be the id of something else. */
const id = v.union([v.pipe(v.number(), v.safeInteger()), v.string()]);

const PermissionSchema = v.object({
  id: v.nullish(id),
  user: nullishText,
  task: nullishText,
  feed: nullishText,
  feedGroup: nullishText,
  deny: v.nullish(v.boolean()),
});

/** What is not named here is dropped as it is read: an answer may hold the `key` itself. */
const ApiKeySchema = v.object({
  id,
  type: nullishText,
  user: nullishText,
  displayName: nullishText,
  expiration: nullishText,
});

/** Of a user no more than tells people apart. */
const PersonSchema = v.object({ name: v.string(), displayName: nullishText, email: nullishText });

export type WirePerson = v.InferOutput<typeof PersonSchema>;
export type WirePermission = v.InferOutput<typeof PermissionSchema>;
export type WireApiKey = v.InferOutput<typeof ApiKeySchema>;

export interface ListOptions {
  /** False for the read-back of a write: an interrupt waits for it. */
  readonly interruptible?: boolean;
}

export class AccountApi {
  readonly #http: HttpClient;
  readonly #discreet: HttpClient;
  readonly #redact: (text: string) => string;
  readonly #holdsSecret: HoldsSecret | undefined;

  /**
   * @param http the client of this source
   * @param discreet one that shows no bodies, for answers that may hold keys
   */
  constructor(
    http: HttpClient,
    discreet: HttpClient,
    redact: (text: string) => string,
    holdsSecret?: HoldsSecret,
  ) {
    this.#http = http;
    this.#discreet = discreet;
    this.#redact = redact;
    this.#holdsSecret = holdsSecret;
  }

  /** The users of the built-in directory, as people; undefined on a server without that list. */
  async listPeople(): Promise<WirePerson[] | undefined> {
    const answer = await this.#send(this.#http, { method: 'GET', path: USERS });
    return this.#listed(answer, 'GET users/list', PersonSchema);
  }

  /** Every permission, of groups too; undefined on a server without that list. */
  async listPermissions(options: ListOptions = {}): Promise<WirePermission[] | undefined> {
    const request = { method: 'GET', path: `${PERMISSIONS}/list`, ...options } as const;
    const answer = await this.#send(this.#http, request);
    return this.#listed(answer, 'GET permissions/list', PermissionSchema);
  }

  /** Every API key, without the keys themselves; undefined on a server without that list. */
  async listApiKeys(options: ListOptions = {}): Promise<WireApiKey[] | undefined> {
    const call = 'GET api-keys/list';
    return await this.#discreetly(call, async () => {
      const request = { method: 'GET', path: `${KEYS}/list`, ...options } as const;
      const answer = await this.#send(this.#discreet, request);
      return this.#listed(answer, call, ApiKeySchema);
    });
  }

  /** One verb may be missing: then the other. */
  async deleteApiKey(keyId: string): Promise<void> {
    const path = `${KEYS}/delete?id=${encodeURIComponent(keyId)}`;
    // The answer to a delete may be the thing that was deleted.
    const http = this.#discreet;
    await this.#discreetly(DELETE_KEY, async () => {
      const answer = await this.#send(http, { method: 'POST', path, interruptible: false });
      if (answer.status !== 404 && answer.status !== 405) {
        assertOk(answer, 'POST api-keys/delete', http, this.#redact);
        return;
      }
      const other = await this.#send(http, { method: 'DELETE', path, interruptible: false });
      assertOk(other, 'DELETE api-keys/delete', http, this.#redact);
    });
  }

  /** The source's own client is closed by its owner. */
  async close(): Promise<void> {
    await this.#discreet.close();
  }

  /** What an answer about API keys says may be a key, so nothing of it is in an error. */
  async #discreetly<T>(call: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw isGroupctlError(error) ? inOurWords(error, call, this.#http.where) : error;
    }
  }

  #listed<T>(
    answer: HttpAnswer,
    call: string,
    schema: v.GenericSchema<unknown, T>,
  ): T[] | undefined {
    if (NO_ENDPOINT.has(answer.status)) return undefined;
    assertOk(answer, call, this.#http, this.#redact);
    const hint = 'Check the URL of the source, and the version of the server.';
    const json = jsonRedacted(answer, this.#redact);
    const { status } = answer;
    const list = parsedList(schema, json, { call, status, hint });
    assertNoSecret(list, this.#holdsSecret, { where: this.#http.where, call, status });
    return list;
  }

  async #send(http: HttpClient, request: HttpRequest): Promise<HttpAnswer> {
    return await sendRedacted(http, request, this.#redact);
  }
}

/** What is ours in the errors that have a status: no part of the answer is in these sentences. */
const OUR_CODES = new Set(['unexpected-answer', 'secret-in-answer']);

/** The same failure without a word of the answer: its status and the call are what can be told. */
function inOurWords(error: GroupctlError, call: string, where: string): GroupctlError {
  const { kind, code, status, message, hint } = error;
  // No answer: there is nothing in it, but for what a library may quote.
  const isOurs = status === undefined ? code !== 'network' : OUR_CODES.has(code);
  if (isOurs) return new GroupctlError(kind, message, { code, hint, status });
  if (status === undefined) {
    return new GroupctlError(kind, `The request to ${where} failed (${call}).`, { code, hint });
  }
  const words =
    code === 'html-answer' || code === 'invalid-json'
      ? `${where} sent no JSON in answer to ${call} (${status}).`
      : `${where} answered ${status} on ${call}. Its message is not shown, because it may hold keys.`;
  // How long to wait is a number.
  const { retryAfterMs } = (error.details ?? {}) as { retryAfterMs?: number };
  return new GroupctlError(kind, words, {
    code,
    hint: call === DELETE_KEY && NO_ENDPOINT.has(status) ? NO_DELETE : hintOf(kind),
    status,
    ...(retryAfterMs === undefined ? {} : { details: { retryAfterMs } }),
  });
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
