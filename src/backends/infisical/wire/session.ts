import * as v from 'valibot';
import { defined } from '../../../domain/defined.ts';
import type { Credentials } from '../../../domain/source.ts';
import { GroupctlError, usageError, isGroupctlError } from '../../../errors.ts';
import type { HttpClient } from '../../../http/client.ts';
import type { HttpAnswer } from '../../../http/exchange.ts';
import type { Clock } from '../../../http/deadline.ts';
import { LoginSchema } from '../convert.ts';
import { assertOrganization, loginRefusedError } from './login-refusal.ts';
import { refusedError } from './refusal.ts';
import { type Claims, claimsOf, expiryAt, shortLife } from './token.ts';

/** A token and what is known of it. */
export interface Grant extends Claims {
  readonly token: string;
  /** The server has answered a call with it, and not by refusing it. */
  worked?: boolean;
  /** The login that took its place when it had run out. */
  next?: Promise<Grant> | undefined;
}

interface SessionOptions {
  /** Prints no body: the answer to a login is a secret. */
  readonly http: HttpClient;
  readonly credentials: Credentials | undefined;
  /** The sub-organization that a login is for. */
  readonly organizationSlug?: string | undefined;
  readonly clock: Clock;
  readonly redact: (text: string) => string;
  readonly secret: (secret: string) => void;
  readonly warn: (message: string) => void;
}

/** A server may refuse a token so much before it runs out by the clock of this machine. */
const EARLIER_MS = 5000;

const LOGIN_CALL = 'POST universal-auth/login';

/**
 * The login on an Infisical server (contract: "Authentication"): a token, or Universal Auth with
 * one login a run. A refused login is never repeated: new servers lock the identity after three.
 */
export class Session {
  readonly #options: SessionOptions;
  #grant: Promise<Grant | undefined> | undefined;
  #current: Grant | undefined;
  #renewals = 0;

  /** @throws usage (2) for credentials of another kind of server */
  constructor(options: SessionOptions) {
    this.#options = options;
    if (options.credentials?.type === 'password') {
      throw usageError(
        'An Infisical source takes a token or a client id and secret.',
        'It has a user name and password.',
      );
    }
  }

  /** The token of this run, got when it is first asked for; undefined without credentials. */
  async grant(): Promise<Grant | undefined> {
    const asked = (this.#grant ??= this.#first());
    const grant = await asked;
    // A token that was renewed meanwhile is no longer the current one.
    if (asked === this.#grant) this.#current = grant;
    return grant;
  }

  /** True if the tokens of this run are got by logging in. */
  get signsIn(): boolean {
    return this.#options.credentials?.type === 'client';
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
      const { credentials } = this.#options;
      if (credentials?.type !== 'client' || !this.#mayRenew(stale)) return undefined;
      this.#renewals++;
      stale.next = this.#logIn(credentials);
      this.#grant = stale.next;
      this.#current = undefined;
    }
    return await stale.next;
  }

  /** Renews once; again only when the token has really expired, as a run can be long. */
  #mayRenew({ worked, expiresAt }: Grant): boolean {
    if (this.#renewals === 0) return true;
    // A token that never worked would be followed by others like it, with a login each.
    const now = this.#options.clock.now();
    return worked === true && expiresAt !== undefined && now >= expiresAt - EARLIER_MS;
  }

  async #first(): Promise<Grant | undefined> {
    const { credentials, clock, warn, secret } = this.#options;
    if (credentials === undefined || credentials.type === 'password') return undefined;
    const grant =
      credentials.type === 'client' ? await this.#logIn(credentials) : given(credentials.apiKey);
    // It may have been typed with "Bearer" before it.
    secret(grant.token);
    const short = shortLife(grant.expiresAt, clock.now());
    if (short !== undefined) warn(short);
    return grant;
  }

  async #logIn(credentials: { clientId: string; clientSecret: string }): Promise<Grant> {
    const { http, clock, redact, secret, organizationSlug } = this.#options;
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
    const claims = claimsOf(accessToken);
    if (organizationSlug !== undefined) assertOrganization(claims, organizationSlug, http.where);
    const expiry = typeof expiresIn === 'number' ? expiryAt(sentAt + expiresIn * 1000) : {};
    const ends = [claims.expiresAt, expiry.expiresAt].filter((at) => at !== undefined);
    // Not by a clock that is wrong: a new token has not run out.
    const left = ends.filter((at) => at > sentAt);
    const expiresAt = left.length > 0 ? Math.min(...left) : ends.at(-1);
    return { token: accessToken, ...claims, ...defined({ expiresAt }) };
  }

  /**
   * A 429 that says how long to wait is waited out, once. Without that, and at the second time, it
   * may as well be a wrong secret (contract: "Log in"), and more logins would lock the identity.
   */
  async #sendLogin(json: { clientId: string; clientSecret: string }): Promise<HttpAnswer> {
    const { http, organizationSlug } = this.#options;
    const { clientId, clientSecret } = json;
    const request = {
      method: 'POST',
      path: 'api/v1/auth/universal-auth/login',
      json: { clientId, clientSecret, organizationSlug },
    } as const;
    const answer = await http.send(request);
    const askedMs = answer.status === 429 ? http.retryAfterMs(answer) : undefined;
    if (askedMs === undefined) return answer;
    await http.pause(Math.max(1000, askedMs), 'the server limits the rate of logins');
    return await http.send(request);
  }

  #refused(answer: HttpAnswer): GroupctlError {
    const { http, redact, organizationSlug } = this.#options;
    const error = refusedError(answer, LOGIN_CALL, http, redact);
    return loginRefusedError(error, organizationSlug, http.where);
  }
}

/** @throws usage (2) for what cannot travel in a header */
function given(typed: string): Grant {
  const token = typed.trim().replace(/^Bearer\s+/i, '');
  if (!/^[\u0021-\u007e]+$/.test(token)) {
    throw usageError(
      'The token holds a blank, a line end or a character that no token has.',
      'Give it without.',
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
