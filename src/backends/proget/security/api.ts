import * as v from 'valibot';
import { defined } from '../../../domain/defined.ts';
import type {
  ApiKey,
  Permission,
  SecurityTask,
  TaskAttribute,
  UserAccount,
} from '../../../domain/security.ts';
import { GroupctlError, usageError } from '../../../errors.ts';
import type { CreatedApiKey } from '../../security-port.ts';
import type { Source } from '../../../domain/source.ts';
import type { HttpClient } from '../../../http/client.ts';
import { assertNoSecret, type HoldsSecret } from '../../../http/echo.ts';
import { CREATE_KEY, DELETE_KEY, withoutServerText } from '../without-server-text.ts';
import {
  assertNoPage,
  hasNoEndpoint,
  isForeignPage,
  jsonRedacted,
  parsedList,
  sendRedacted,
} from '../wire/answers.ts';
import { byEitherVerb } from '../wire/either-verb.ts';
import { assertNotInfisical, assertOk } from '../wire/refusal.ts';
import {
  ApiKeySchema,
  AttributeSchema,
  PermissionSchema,
  TaskSchema,
  toApiKey,
  toAttribute,
  toPermission,
  toTask,
  toUser,
  UserSchema,
} from './schemas.ts';

/** The calls about users, tasks, permissions and API keys (contract: "Endpoints"). */

const SECURITY = 'api/security';
const KEYS = 'api/api-keys';

interface SecurityApiOptions {
  readonly source: Pick<Source, 'name'>;
  readonly http: HttpClient;
  /** A client that shows no bodies: what it sends or gets may hold keys or passwords. */
  readonly withoutBodies: HttpClient;
  readonly redact: (text: string) => string;
  readonly holdsSecret: HoldsSecret | undefined;
  /** Registers a secret that the server chose, so that nothing prints it. */
  readonly secret: ((secret: string) => void) | undefined;
}

/** False for the read-back of a write: an interrupt waits for it. */
interface ListOptions {
  readonly interruptible?: boolean;
}

export class SecurityApi {
  readonly #options: SecurityApiOptions;

  constructor(options: SecurityApiOptions) {
    this.#options = options;
  }

  async users(options?: ListOptions): Promise<UserAccount[]> {
    return (await this.#list('users', UserSchema, options)).map(toUser);
  }

  async tasks(options?: ListOptions): Promise<SecurityTask[]> {
    return (await this.#list('tasks', TaskSchema, options)).map(toTask);
  }

  async attributes(): Promise<TaskAttribute[]> {
    return (await this.#list('attributes', AttributeSchema)).map(toAttribute);
  }

  async permissions(options?: ListOptions): Promise<Permission[]> {
    return (await this.#list('permissions', PermissionSchema, options)).map(toPermission);
  }

  async apiKeys(options?: ListOptions): Promise<ApiKey[]> {
    const call = 'GET api-keys/list';
    return await withoutServerText(call, this.#options.http.where, async () => {
      const list = await this.#listOf(
        this.#options.withoutBodies,
        `${KEYS}/list`,
        call,
        ApiKeySchema,
        options,
      );
      return list.map(toApiKey);
    });
  }

  /**
   * Sends an object: `users/add`, `tasks/update`. What is sent may hold a password, so the answer is
   * shown nowhere either.
   */
  async post(what: string, json: object): Promise<void> {
    const { withoutBodies, redact } = this.#options;
    const request = { method: 'POST', path: `${SECURITY}/${what}`, json } as const;
    const answer = await sendRedacted(withoutBodies, { ...request, interruptible: false }, redact);
    assertOk(answer, `POST ${what}`, withoutBodies, redact);
    assertNoPage(answer, redact);
  }

  /** One verb may be missing: then the other (contract: "delete group"). */
  async delete(what: string, query: string): Promise<void> {
    const { http, redact } = this.#options;
    const path = `${SECURITY}/${what}?${query}`;
    const { answer, method } = await byEitherVerb(
      (verb) => sendRedacted(http, { method: verb, path, interruptible: false }, redact),
      ['POST', 'DELETE'],
    );
    if (answer.status === 405 && !isForeignPage(answer)) throw noEndpointError(what);
    assertOk(answer, `${method} ${what}`, http, redact);
    assertNoPage(answer, redact);
  }

  /** Returns the key, which the answer shows once, and its id, where the answer has it. */
  async createApiKey(json: object): Promise<CreatedApiKey> {
    const call = CREATE_KEY;
    const { withoutBodies, redact } = this.#options;
    return await withoutServerText(call, withoutBodies.where, async () => {
      const request = {
        method: 'POST',
        path: `${KEYS}/create`,
        json,
        interruptible: false,
      } as const;
      const answer = await sendRedacted(withoutBodies, request, redact);
      if (hasNoEndpoint(answer)) throw noEndpointError('api-keys/create');
      assertOk(answer, call, withoutBodies, redact);
      const parsed = v.safeParse(CreatedKeySchema, jsonRedacted(answer, redact));
      if (!parsed.success) throw noKeyError(call);
      const { key, id } = parsed.output;
      this.#options.secret?.(key);
      return { key, ...defined({ id: id === undefined || id === null ? undefined : String(id) }) };
    });
  }

  /** One verb may be missing: then the other. The answer may be the key that was deleted. */
  async deleteApiKey(id: string): Promise<void> {
    const { withoutBodies, redact } = this.#options;
    const path = `${KEYS}/delete?id=${encodeURIComponent(id)}`;
    await withoutServerText(DELETE_KEY, withoutBodies.where, async () => {
      const { answer, method } = await byEitherVerb(
        (verb) => sendRedacted(withoutBodies, { method: verb, path, interruptible: false }, redact),
        ['POST', 'DELETE'],
      );
      assertOk(answer, `${method} api-keys/delete`, withoutBodies, redact);
    });
  }

  async #list<T>(
    what: string,
    schema: v.GenericSchema<unknown, T>,
    options?: ListOptions,
  ): Promise<T[]> {
    const path = `${SECURITY}/${what}/list`;
    return await this.#listOf(this.#options.http, path, `GET ${what}/list`, schema, options);
  }

  async #listOf<T>(
    http: HttpClient,
    path: string,
    call: string,
    schema: v.GenericSchema<unknown, T>,
    options: ListOptions = {},
  ): Promise<T[]> {
    const { redact, holdsSecret } = this.#options;
    const answer = await sendRedacted(http, { method: 'GET', path, ...options }, redact);
    assertNotInfisical(answer, http, this.#options.source);
    if (hasNoEndpoint(answer)) throw noEndpointError(path.replace(/^api\/(security\/)?/, ''));
    assertOk(answer, call, http, redact);
    const hint = 'Check the URL of the source, and the version of the server.';
    const { status } = answer;
    const list = parsedList(schema, jsonRedacted(answer, redact), { call, status, hint });
    assertNoSecret(list, holdsSecret, answer, { where: http.where, call });
    return list;
  }
}

const CreatedKeySchema = v.object({
  key: v.pipe(v.string(), v.nonEmpty()),
  id: v.fallback(v.nullish(v.union([v.number(), v.string()])), undefined),
});

function noKeyError(call: string): GroupctlError {
  return new GroupctlError('protocol', `The answer to ${call} holds no key.`, {
    code: 'unexpected-answer',
    hint: 'Look at the API keys on the server: one may have been created.',
  });
}

function noEndpointError(what: string): GroupctlError {
  const since = what.startsWith('api-keys') ? ' (API keys: ProGet 2024.3)' : '';
  return usageError(
    `This server has no ${what}.`,
    `It may be too old${since}, or the URL of the source is not its base URL.`,
    'not-supported',
  );
}
