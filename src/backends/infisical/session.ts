import * as v from 'valibot';
import type { Credentials } from '../../domain/source.ts';
import { GroupctlError, usageError, isGroupctlError } from '../../errors.ts';
import type { HttpAnswer, HttpClient } from '../../http/client.ts';
import type { Clock } from '../../http/deadline.ts';
import { LoginSchema } from './convert.ts';
import { refusalOf } from './refusal.ts';
import { type Claims, claimsOf, expiryAt, shortLife } from './token.ts';

/** A token and what is known of it. */
export interface Grant extends Claims {
  readonly token: string;
  /** The login that took its place when it had run out. */
  next?: Promise<Grant> | undefined;
}

export interface SessionOptions {
  /** Prints no body: the answer to a login is a secret. */
  readonly http: HttpClient;
  readonly credentials: Credentials | undefined;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly secret: (secret: string) => void;
  readonly warn: (message: string) => void;
}

const LOGIN_CALL = 'POST universal-auth/login';

/**
 * Who we are on an Infisical server (contract: "Authentication"): a token, or Universal Auth with
 * one login a run. A refused login is never repeated: new servers lock the identity after three.
 */
export class Session {
  readonly #o: SessionOptions;
  #grant: Promise<Grant | undefined> | undefined;
  #current: Grant | undefined;
  #renewals = 0;

  /** @throws usage (2) for credentials of another kind of server */
  constructor(options: SessionOptions) {
    this.#o = options;
    if (options.credentials?.type === 'password') {
      throw usageError(
        'An Infisical source takes a token or a client id and secret;',
        'it has a user name and password.',
      );
    }
  }

  /** The token of this run, got when it is first asked for; undefined without credentials. */
  async grant(): Promise<Grant | undefined> {
    const asked = (this.#grant ??= this.#first());
    const grant = await asked;
    // One that was renewed meanwhile is the current one no more.
    if (asked === this.#grant) this.#current = grant;
    return grant;
  }

  /** The token of this run, if it is known and has not been refused: then nothing is awaited. */
  get current(): Grant | undefined {
    return this.#current;
  }

  /**
   * A new token in the place of one that the server no longer takes; every call that was sent with
   * the old one shares it. Undefined when there can be none: then the refusal stands.
   */
  async renew(stale: Grant): Promise<Grant | undefined> {
    if (stale.next === undefined) {
      const { credentials } = this.#o;
      if (credentials?.type !== 'client' || !this.#mayRenew(stale)) return undefined;
      this.#renewals++;
      stale.next = this.#logIn(credentials);
      this.#grant = stale.next;
      this.#current = undefined;
    }
    return await stale.next;
  }

  /** Once; later only when a token's time, as it was told, is really over: a run can be long. */
  #mayRenew({ expiresAt }: Grant): boolean {
    if (this.#renewals === 0) return true;
    return expiresAt !== undefined && this.#o.clock.now() >= expiresAt;
  }

  async #first(): Promise<Grant | undefined> {
    const { credentials, clock, warn } = this.#o;
    if (credentials === undefined || credentials.type === 'password') return undefined;
    const grant =
      credentials.type === 'client' ? await this.#logIn(credentials) : given(credentials.apiKey);
    const short = shortLife(grant.expiresAt, clock.now());
    if (short !== undefined) warn(short);
    return grant;
  }

  async #logIn(credentials: { clientId: string; clientSecret: string }): Promise<Grant> {
    const { clock, redact, secret } = this.#o;
    const sentAt = clock.now();
    const answer = await this.#sendLogin(credentials);
    if (answer.status < 200 || answer.status >= 300) throw this.#refused(answer);
    const parsed = v.safeParse(LoginSchema, bodyOf(answer, redact));
    if (!parsed.success) {
      throw new GroupctlError('protocol', 'The answer to the login is not what Infisical sends.', {
        code: 'unexpected-answer',
        hint: 'Check that the URL of the source is the base URL of an Infisical server.',
        status: answer.status,
      });
    }
    const { accessToken, expiresIn } = parsed.output;
    secret(accessToken);
    const told = typeof expiresIn === 'number' ? expiryAt(sentAt + expiresIn * 1000) : {};
    return { token: accessToken, ...claimsOf(accessToken), ...told };
  }

  /** A 429 is no refusal: waited out as told, as often as it comes. */
  async #sendLogin(json: { clientId: string; clientSecret: string }): Promise<HttpAnswer> {
    const { http } = this.#o;
    const { clientId, clientSecret } = json;
    for (;;) {
      const answer = await http.send({
        method: 'POST',
        path: 'api/v1/auth/universal-auth/login',
        json: { clientId, clientSecret },
      });
      if (answer.status !== 429) return answer;
      await http.pause(http.retryAfterMs(answer) || 1000, 'the server limits the rate of logins');
    }
  }

  #refused(answer: HttpAnswer): GroupctlError {
    const { http, redact } = this.#o;
    const error = refusalOf(answer, LOGIN_CALL, http, redact);
    // An unknown client id is 404 on older servers.
    const refused = error.kind === 'unauthorized' || error.kind === 'not-found';
    if (!refused) return error;
    const message = error.message.replace('take our token', 'let us log in');
    return new GroupctlError('unauthorized', message, {
      code: 'login-refused',
      hint: 'Check the client id and the client secret of the source. The login was not repeated: a server may lock an identity after a few.',
      status: error.status,
      requestId: error.requestId,
      serverError: error.serverError,
      body: error.body,
      details: error.details,
    });
  }
}

/** @throws usage (2) for what cannot travel in a header */
function given(typed: string): Grant {
  const token = typed.trim().replace(/^Bearer\s+/i, '');
  if (!/^[\u0021-\u007e]+$/.test(token)) {
    throw usageError(
      'The token holds a blank, a line end or a character that no token has;',
      'give it without.',
    );
  }
  return { token, ...claimsOf(token) };
}

function bodyOf(answer: HttpAnswer, redact: (text: string) => string): unknown {
  try {
    return answer.json();
  } catch (error) {
    if (!isGroupctlError(error)) throw error;
    const { kind, message, code, hint } = error;
    throw new GroupctlError(kind, redact(message), { code, hint, status: answer.status });
  }
}
