/** The sandbox's tokens: JWTs, signed with a key that everybody knows. */
import { defined } from '../../domain/defined.ts';
import { createHmac } from 'node:crypto';
import { SANDBOX_ORG_ID } from './model.ts';

/** Not a secret: it makes tokens for a sandbox, and for nothing else. */
const SIGNING_KEY = 'sandbox-signing-key';

const HEADER = { alg: 'HS256', typ: 'JWT' };

/** 2100-01-01, in seconds since 1970. */
const FAR = 4_102_444_800;

/** What is in a token, as far as anybody looks. `iat` and `exp` are seconds since 1970. */
export interface TokenClaims {
  readonly identityId?: string;
  readonly identityAccessTokenId?: string;
  readonly clientSecretId?: string;
  readonly userId?: string;
  /** Of a user's token. */
  readonly organizationId?: string;
  /** Of a machine identity's, on new servers: where it acts, and what that belongs to. */
  readonly orgId?: string;
  readonly rootOrgId?: string;
  readonly parentOrgId?: string;
  /** `identityAccessToken` is a machine identity's, `accessToken` a user's. */
  readonly authTokenType: string;
  readonly iat?: number;
  readonly exp?: number;
}

/** A signed token with these claims. */
export function signToken(claims: TokenClaims): string {
  const signed = `${encode(HEADER)}.${encode(claims)}`;
  return `${signed}.${signature(signed)}`;
}

/**
 * A machine identity's standing token: good until 2100, needs no login, has no limits. `orgId` is
 * the organization that it is for; its identity's where it is left out.
 */
export function identityToken(identityId: string, orgId?: string): string {
  return signToken({
    identityId,
    // A token by the identity's own id is the standing one: see isStanding.
    identityAccessTokenId: identityId,
    ...defined({ orgId }),
    authTokenType: 'identityAccessToken',
    iat: 0,
    exp: FAR,
  });
}

/** A token by the identity's own id needs no login and is not stored. */
export function isStanding({ identityId, identityAccessTokenId }: TokenClaims): boolean {
  return identityId !== undefined && identityAccessTokenId === identityId;
}

/** A user's own token, for an organization: good until 2100. */
export function userToken(userId: string, organizationId = SANDBOX_ORG_ID): string {
  return signToken({ userId, organizationId, authTokenType: 'accessToken', iat: 0, exp: FAR });
}

/**
 * The claims of a token, or what is wrong with it, in the server's words (contract, Authentication:
 * 403 `TokenError`). `now` is milliseconds since 1970.
 */
export function readToken(token: string, now: number): TokenClaims | string {
  if (token === '') return 'jwt must be provided';
  const [header = '', payload = '', given = '', ...more] = token.split('.');
  if (more.length > 0 || token.split('.').length < 3) {
    return 'The provided access token is malformed. Please use a valid token or generate a new one and try again.';
  }
  const claims = decode(payload);
  if (decode(header) === undefined || claims === undefined) return 'invalid token';
  if (given === '') return 'jwt signature is required';
  if (given !== signature(`${header}.${payload}`)) return 'invalid signature';
  if (typeof claims['exp'] === 'number' && claims['exp'] * 1000 <= now) {
    return 'Your token has expired. Please re-authenticate.';
  }
  return claims as unknown as TokenClaims;
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decode(part: string): Record<string, unknown> | undefined {
  // A part that is not base64url, as one with a blank before it, is not a token's.
  if (!/^[\w-]+$/.test(part)) return undefined;
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function signature(text: string): string {
  return createHmac('sha256', SIGNING_KEY).update(text).digest('base64url');
}
