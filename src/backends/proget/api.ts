import * as v from 'valibot';
import { GroupctlError } from '../../errors.ts';
import type { Source } from '../../domain/source.ts';
import type { HttpClient } from '../../http/client.ts';
import type { HttpAnswer, HttpRequest } from '../../http/exchange.ts';
import { assertNoSecret, type HoldsSecret } from '../../http/echo.ts';
import { cleanDeep, redacted } from '../../http/redact.ts';
import {
  assertNoPage,
  isForeignPage,
  jsonOf,
  jsonRedacted,
  NO_ENDPOINT,
  parsedHealth,
  parsedList,
  sendRedacted,
} from './wire/answers.ts';
import { byEitherVerb } from './wire/either-verb.ts';
import { inexactProperty } from './wire/exact.ts';
import { askedToWait, assertNotInfisical, assertOk, notKeptError } from './wire/refusal.ts';
import {
  groupsAsSent,
  type SecurityGroup,
  SecurityGroupSchema,
  type SecurityUser,
  SecurityUserSchema,
  usersAsSent,
  type WireHealth,
} from './convert.ts';

/**
 * The calls of the ProGet Security API (contract: "Endpoints"). Failures become groupctl's errors
 * here.
 */

const ROOT = 'api/security';

interface HealthAnswer {
  readonly wire: WireHealth;
  readonly status: number;
}

/** What the elements of a list are. */
interface Shape<T> {
  readonly schema: v.GenericSchema<unknown, T>;
  readonly quick: (json: unknown) => T[] | undefined;
}

const GROUPS: Shape<SecurityGroup> = { schema: SecurityGroupSchema, quick: groupsAsSent };
const USERS: Shape<SecurityUser> = { schema: SecurityUserSchema, quick: usersAsSent };

export interface CallOptions {
  /** False for a write under way and its read-back: an interrupt waits for them. */
  readonly interruptible?: boolean;
}

interface ProgetApiOptions {
  readonly source: Pick<Source, 'name'>;
  readonly redact: (text: string) => string;
  readonly holdsSecret: HoldsSecret | undefined;
  /** The source says that the server is of the older kind: a page in place of a list is its own. */
  readonly isOlder: boolean;
}

export class ProgetApi {
  readonly #http: HttpClient;
  readonly #options: ProgetApiOptions;
  /** Where each group was read: its answer, and its place there. */
  readonly #origins = new WeakMap<SecurityGroup, { answer: HttpAnswer; at: number }>();

  constructor(http: HttpClient, options: ProgetApiOptions) {
    this.#http = http;
    this.#options = options;
  }

  get where(): string {
    return this.#http.where;
  }

  /** Every group with its users; undefined on a server without that list. */
  async listGroups(options: CallOptions = {}): Promise<SecurityGroup[] | undefined> {
    const read = await this.#list(`${ROOT}/groups/list`, GROUPS, options);
    if (read === undefined) return undefined;
    const { list, answer } = read;
    list.forEach((group, at) => this.#origins.set(group, { answer, at }));
    return list;
  }

  /** The users of the built-in directory; undefined on a server without that list. */
  async listUsers(): Promise<SecurityUser[] | undefined> {
    return (await this.#list(`${ROOT}/users/list`, USERS, {}))?.list;
  }

  /**
   * Makes sure that a group that was read goes back as it is, but for its users (contract: "Objects").
   *
   * @throws safety (8) `property-not-kept`, naming the property
   */
  assertExact(group: SecurityGroup): void {
    const origin = this.#origins.get(group);
    const inexact = origin && inexactProperty(origin.answer.text(), origin.at);
    if (inexact !== undefined) throw notKeptError(group.name, inexact);
  }

  /** Replaces the whole group, its list of users included. Never retried. */
  async updateGroup(group: SecurityGroup, onSend?: () => void): Promise<void> {
    const request = { method: 'POST', path: `${ROOT}/groups/update`, json: group } as const;
    assertNoPage(
      await this.#write({ ...request, interruptible: false }, onSend),
      this.#options.redact,
    );
  }

  /**
   * Today's servers: creates a group. Older ones: adds users to it. Never retried.
   *
   * @returns the group as the server shows it; undefined when it shows none
   */
  async addGroup(group: SecurityGroup, onSend?: () => void): Promise<SecurityGroup | undefined> {
    const request = { method: 'POST', path: `${ROOT}/groups/add`, json: group } as const;
    const answer = await this.#write({ ...request, interruptible: false }, onSend);
    assertNoPage(answer, this.#options.redact);
    const parsed = v.safeParse(SecurityGroupSchema, jsonOf(answer));
    if (!parsed.success || this.#options.holdsSecret?.(parsed.output, answer.text()) === true)
      return undefined;
    return parsed.output;
  }

  /** Deleting what is not there is not an error. One verb may be missing: then the other. */
  async deleteGroup(name: string, onSend?: () => void): Promise<void> {
    const path = `${ROOT}/groups/delete?group=${encodeURIComponent(name)}`;
    const { answer, method } = await byEitherVerb(
      (verb) => this.#send({ method: verb, path, interruptible: false }, onSend),
      ['DELETE', 'POST'],
    );
    this.#assertOk(answer, `${method} groups/delete`);
  }

  /**
   * Waits after a 429 to a write.
   *
   * @throws network (6) `wait-too-long`, `deadline`; interrupted (130)
   */
  async waitOut(throttled: GroupctlError): Promise<void> {
    await this.#http.waitOut(askedToWait(throttled));
  }

  /**
   * `health`; where that only says OK `health/json`, or `health?format=json` (contract:
   * "Connecting"). A sick server answers 500 with the same page.
   */
  async health(): Promise<HealthAnswer> {
    const plain = await this.#health('health');
    if (plain.health !== undefined) return plain.health;
    const json = await this.#health('health/json');
    if (json.health !== undefined) return json.health;
    // Where the plain page is the only one.
    const other = plain.answer.status < 400 ? await this.#health('health?format=json') : json;
    if (other.health !== undefined) return other.health;
    // The first failure is the one to report, under its own path.
    const { answer, call } = [plain, json].find((each) => each.answer.status >= 400) ?? other;
    this.#assertOk(answer, call);
    const message = `${this.where} does not answer health as ProGet does.`;
    const error = new GroupctlError('protocol', message, {
      code: 'not-proget',
      hint: 'This may not be a ProGet server: check the URL and the kind of the source.',
      status: answer.status,
      body: answer.text(),
    });
    throw redacted(error, this.#options.redact);
  }

  async #health(
    path: string,
  ): Promise<{ answer: HttpAnswer; call: string; health: HealthAnswer | undefined }> {
    const answer = await this.#send({ method: 'GET', path });
    assertNotInfisical(answer, this.#http, this.#options.source);
    // The page is printed, and the request had the key in it.
    const wire = cleanDeep(parsedHealth(answer), this.#options.redact);
    const health = wire && { wire, status: answer.status };
    return { answer, call: `GET ${path}`, health };
  }

  async #list<T>(
    path: string,
    { schema, quick }: Shape<T>,
    options: CallOptions,
  ): Promise<{ list: T[]; answer: HttpAnswer } | undefined> {
    const { source, redact, holdsSecret, isOlder } = this.#options;
    const answer = await this.#send({ method: 'GET', path, ...options });
    assertNotInfisical(answer, this.#http, source);
    if (NO_ENDPOINT.has(answer.status) && (isOlder || !isForeignPage(answer))) return undefined;
    const call = `GET ${path.slice(ROOT.length + 1)}`;
    this.#assertOk(answer, call);
    const json = jsonRedacted(answer, redact);
    const { status } = answer;
    const hint = 'Check the URL of the source; --show-body shows what came.';
    const list = quick(json) ?? parsedList(schema, json, { call, status, hint });
    assertNoSecret(list, holdsSecret, answer, { where: this.where, call });
    return { list, answer };
  }

  async #send(request: HttpRequest, onSend?: () => void): Promise<HttpAnswer> {
    return await sendRedacted(this.#http, request, this.#options.redact, onSend);
  }

  async #write(request: HttpRequest, onSend?: () => void): Promise<HttpAnswer> {
    const answer = await this.#send(request, onSend);
    const call = request.path.slice(ROOT.length + 1).replace(/\?.*$/, '');
    this.#assertOk(answer, `${request.method} ${call}`);
    return answer;
  }

  #assertOk(answer: HttpAnswer, call: string): void {
    assertOk(answer, call, this.#http, this.#options.redact);
  }
}
