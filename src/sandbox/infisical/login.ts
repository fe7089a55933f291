/** Universal Auth: client id and secret for a token (contract, Authentication). */
import { defined } from '../../domain/defined.ts';
import { randomUUID } from 'node:crypto';
import { json } from '../http.ts';
import { isTrusted } from './addresses.ts';
import { addressOf } from './limits.ts';
import type { InfisicalClient, InfisicalState } from './model.ts';
import { organization, roleOfIdentity } from './organizations.ts';
import { hashSecret } from './patch.ts';
import type { Route } from './routes.ts';
import type { Call } from './server.ts';
import { readToken, signToken, type TokenClaims } from './token.ts';
import { ApiError, checkedFields, forbidden, notFound, unauthorized } from './wire.ts';

const MONTH_SECONDS = 30 * 24 * 60 * 60;

/** New servers: three refusals lock the identity; they are forgotten after a while. */
const LOCK_AFTER = 3;
const LOCK_MS = 300_000;
const FORGET_MS = 30_000;

/** No more than so many tokens are kept, the newest. */
const MAX_TOKENS = 200;

const SLUG = { min: 1, max: 64, optional: true, slug: 'new' } as const;

const login: Route['answer'] = async (call) => {
  const secret = { clientId: {}, clientSecret: {} };
  // Old servers ignore the field as any they do not know.
  const fields: LoginFields = call.server.isOld
    ? checkedFields(call.body, secret)
    : checkedFields(call.body, { ...secret, organizationSlug: SLUG });
  // A refusal changes things, too: it is handed out, not thrown.
  const answer = await call.state.update(({ infisical }) => logIn(call, infisical, fields));
  if (answer instanceof ApiError) throw answer;
  return json(answer);
};

interface LoginFields {
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly organizationSlug?: string;
}

function logIn(
  call: Call,
  section: InfisicalState,
  { clientId = '', clientSecret: secret = '', organizationSlug }: LoginFields,
): ApiError | object {
  const { isOld } = call.server;
  const now = call.server.now();
  const client = section.clients.find((one) => one.clientId === clientId);
  if (client === undefined) {
    return isOld ? notFound('No identity with specified client ID was found') : invalid();
  }
  if (!isTrusted(client.trustedIps, addressOf(call.request))) {
    return forbidden('You are not allowed to access this resource from the current IP address');
  }
  if (!isOld && (client.lockedUntil ?? 0) > now) {
    return unauthorized('This identity auth method is temporarily locked, please try again later');
  }
  if (client.secretHash !== hashSecret(clientId, secret)) {
    if (!isOld) noteFailure(client, now);
    return invalid();
  }
  const spent = spentSecret(client, now);
  if (spent !== undefined) {
    delete client.secretHash;
    return unauthorized(`Access denied due to ${spent}`);
  }
  const scope = isOld ? {} : scopeOf(section, client, organizationSlug);
  if (scope instanceof ApiError) return scope;
  delete client.failures;
  delete client.lockedUntil;
  if (client.secretUses !== undefined) client.secretUses -= 1;
  return issue(section, client, now, { isOld, scope });
}

/** The organization that a token of 2026 is for, as its claims (contract, Log in). */
function scopeOf(
  section: InfisicalState,
  { identityId }: InfisicalClient,
  slug: string | undefined,
): Pick<TokenClaims, 'orgId' | 'rootOrgId' | 'parentOrgId'> | ApiError {
  const { orgId: rootOrgId, organizations } = section;
  const identity = section.identities.find(({ id }) => id === identityId);
  const home = identity?.orgId ?? rootOrgId;
  const inRoot = { rootOrgId, parentOrgId: rootOrgId };
  // One that lives in a sub-organization gets that one whatever the slug says.
  const isOwn = slug === undefined || organization(section, home)?.slug === slug;
  if (isOwn || home !== rootOrgId) return { orgId: home, ...inRoot };
  const wanted = organizations.find((one) => one.slug === slug);
  if (wanted === undefined) return notFound(`Sub organization with name ${slug} not found`);
  if (identity === undefined || roleOfIdentity(section, identity, wanted.id) === undefined) {
    return unauthorized(`Identity not authorized to access sub organization ${slug}`);
  }
  return { orgId: wanted.id, ...inRoot };
}

function invalid(): ApiError {
  return unauthorized('Invalid credentials');
}

function noteFailure(client: InfisicalClient, now: number): void {
  const isFresh = now - (client.failedAt ?? 0) <= FORGET_MS;
  client.failures = (isFresh ? (client.failures ?? 0) : 0) + 1;
  client.failedAt = now;
  if (client.failures >= LOCK_AFTER) client.lockedUntil = now + LOCK_MS;
}

function spentSecret(client: InfisicalClient, now: number): string | undefined {
  if (client.secretExpiresAt !== undefined && client.secretExpiresAt <= now) {
    return 'expired client secret';
  }
  return client.secretUses === 0 ? 'client secret usage limit reached' : undefined;
}

interface Issued {
  readonly isOld: boolean;
  readonly scope: Partial<TokenClaims>;
}

function issue(
  section: InfisicalState,
  client: InfisicalClient,
  now: number,
  { isOld, scope }: Issued,
): object {
  const { identityId, ttl = MONTH_SECONDS, maxTtl = MONTH_SECONDS, tokenUses = 0 } = client;
  const id = randomUUID();
  const live = section.tokens.filter(({ expiresAt }) => expiresAt + MONTH_SECONDS * 1000 > now);
  section.tokens = live.slice(-(MAX_TOKENS - 1));
  section.tokens.push({
    id,
    identityId,
    expiresAt: now + ttl * 1000,
    ...(tokenUses > 0 ? { usesLeft: tokenUses } : {}),
    ...defined({ trustedIps: client.tokenTrustedIps }),
  });
  const iat = Math.floor(now / 1000);
  const accessToken = signToken({
    identityId,
    clientSecretId: client.clientId,
    identityAccessTokenId: id,
    ...scope,
    authTokenType: 'identityAccessToken',
    iat,
    exp: iat + (isOld ? Math.max(ttl, maxTtl) : ttl),
  });
  return { accessToken, expiresIn: ttl, accessTokenMaxTTL: maxTtl, tokenType: 'Bearer' };
}

const revoke: Route['answer'] = async (call) => {
  const { accessToken = '' } = checkedFields(call.body, { accessToken: {} });
  const claims = readToken(accessToken, call.server.now());
  if (typeof claims === 'string') throw new ApiError(403, 'TokenError', claims);
  const { identityAccessTokenId: id = '', identityId = '', exp = 0 } = claims;
  await call.state.update(({ infisical }) => {
    const others = infisical.tokens.filter((token) => token.id !== id);
    infisical.tokens = [...others, { id, identityId, expiresAt: exp * 1000, isRevoked: true }];
  });
  return json({ message: 'Successfully revoked access token' });
};

/** Logging in and out. A login takes no token, and stumbles over a stale one. */
export const LOGIN_ROUTES: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/v1/auth/universal-auth/login',
    kind: 'logins',
    needsToken: false,
    answer: login,
  },
  {
    method: 'POST',
    path: '/api/v1/auth/token/revoke',
    kind: 'logins',
    needsToken: false,
    answer: revoke,
  },
];
