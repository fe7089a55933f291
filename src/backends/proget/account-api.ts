import * as v from 'valibot';
import type { HttpClient } from '../../http/client.ts';
import type { HttpAnswer, HttpRequest } from '../../http/exchange.ts';
import { assertNoSecret, type HoldsSecret } from '../../http/echo.ts';
import { DELETE_KEY, discreetly } from './discreet.ts';
import { jsonRedacted, NO_ENDPOINT, parsedList, sendRedacted } from './wire/answers.ts';
import { assertOk } from './wire/refusal.ts';

/** The calls about permissions and API keys (contract: "Endpoints"); errors become ours here. */

const PERMISSIONS = 'api/security/permissions';
const KEYS = 'api/api-keys';
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
    return await discreetly(call, this.#http.where, async () => {
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
    await discreetly(DELETE_KEY, this.#http.where, async () => {
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
    assertNoSecret(list, this.#holdsSecret, answer, { where: this.#http.where, call });
    return list;
  }

  async #send(http: HttpClient, request: HttpRequest): Promise<HttpAnswer> {
    return await sendRedacted(http, request, this.#redact);
  }
}
