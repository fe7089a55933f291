/** Universal Auth: client id and secret for a token (contract, Authentication). */
import { randomUUID } from 'node:crypto';
import { isIP, BlockList } from 'node:net';
import { json } from './http.ts';
import { addressOf } from './infisical-limits.ts';
import type { InfisicalClient, InfisicalState } from './infisical-model.ts';
import { hashSecret } from './infisical-patch.ts';
import type { Route } from './infisical-routes.ts';
import type { Call } from './infisical-server.ts';
import { readToken, signToken } from './infisical-token.ts';
import { ApiError, checkedFields, forbidden, notFound, unauthorized } from './infisical-wire.ts';

const MONTH_SECONDS = 30 * 24 * 60 * 60;

/** New servers: three refusals lock the identity; they are forgotten after a while. */
const LOCK_AFTER = 3;
const LOCK_MS = 300_000;
const FORGET_MS = 30_000;

/** No more than so many tokens are kept, the newest. */
const MAX_TOKENS = 200;

const login: Route['answer'] = async (call) => {
  const fields = checkedFields(call.body, { clientId: {}, clientSecret: {} });
  const { clientId = '', clientSecret = '' } = fields;
  // A refusal changes things, too: it is handed out, not thrown.
  const answer = await call.state.update(({ infisical }) =>
    logIn(call, infisical, clientId, clientSecret),
  );
  if (answer instanceof ApiError) throw answer;
  return json(answer);
};

function logIn(
  call: Call,
  section: InfisicalState,
  clientId: string,
  secret: string,
): ApiError | object {
  const { isOld } = call.server;
  const now = call.server.now();
  const client = section.clients.find((one) => one.clientId === clientId);
  if (client === undefined) {
    return isOld ? notFound('No identity with specified client ID was found') : invalid();
  }
  if (!isTrusted(client, addressOf(call.request))) {
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
  delete client.failures;
  delete client.lockedUntil;
  if (client.secretUses !== undefined) client.secretUses -= 1;
  return issue(section, client, now);
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

function issue(section: InfisicalState, client: InfisicalClient, now: number): object {
  const { identityId, ttl = MONTH_SECONDS, maxTtl = MONTH_SECONDS, tokenUses = 0 } = client;
  const id = randomUUID();
  const live = section.tokens.filter(({ expiresAt }) => expiresAt + MONTH_SECONDS * 1000 > now);
  section.tokens = live.slice(-(MAX_TOKENS - 1));
  const usesLeft = tokenUses > 0 ? { usesLeft: tokenUses } : {};
  section.tokens.push({ id, identityId, expiresAt: now + ttl * 1000, ...usesLeft });
  const iat = Math.floor(now / 1000);
  const accessToken = signToken({
    identityId,
    clientSecretId: client.clientId,
    identityAccessTokenId: id,
    authTokenType: 'identityAccessToken',
    iat,
    exp: iat + Math.max(ttl, maxTtl),
  });
  return { accessToken, expiresIn: ttl, accessTokenMaxTTL: maxTtl, tokenType: 'Bearer' };
}

function isTrusted({ trustedIps }: InfisicalClient, address: string): boolean {
  if (trustedIps === undefined) return true;
  const list = new BlockList();
  for (const range of trustedIps) {
    const [net = '', prefix] = range.split('/');
    const family = isIP(net) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) list.addAddress(net, family);
    else list.addSubnet(net, Number(prefix), family);
  }
  return isIP(address) !== 0 && list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

const revoke: Route['answer'] = async (call) => {
  const { accessToken = '' } = checkedFields(call.body, { accessToken: {} });
  const claims = readToken(accessToken, call.server.now());
  if (typeof claims === 'string') throw new ApiError(403, 'TokenError', claims);
  await call.state.update(({ infisical }) => {
    const { tokens } = infisical;
    infisical.tokens = tokens.filter(({ id }) => id !== claims.identityAccessTokenId);
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
