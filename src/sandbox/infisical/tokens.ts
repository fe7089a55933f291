/**
 * Machine identities' tokens as the servers of 2026 know them (contract, Tokens): what a token says
 * counts, and only its uses and its revocation are stored.
 */
import { isTrusted } from './addresses.ts';
import type { InfisicalState, InfisicalToken } from './model.ts';
import { roleOfIdentity } from './organizations.ts';
import type { Actor } from './server.ts';
import { isStanding, type TokenClaims } from './token.ts';
import { type ApiError, forbidden, unauthorized } from './wire.ts';
import type { StateStore } from '../model.ts';

/** The oldest that a token without an end may be, in seconds: what `GET /api/status` says. */
export const MAX_AGE_SECONDS = 7_776_000;

/** Throws a 401 for a token that is good no longer, a 403 from an address that is not trusted. */
export async function identityOf(
  claims: TokenClaims,
  state: StateStore,
  now: number,
  address: string,
): Promise<Actor> {
  const seen = await state.read(({ infisical }) => ({
    actor: actorOf(claims, infisical, now),
    token: copyOf(infisical.tokens.find(({ id }) => id === claims.identityAccessTokenId)),
  }));
  const { token } = seen;
  if (token === undefined) return seen.actor;
  const refusal = refusalOf(token, address);
  if (refusal !== undefined) throw refusal;
  if (token.usesLeft === undefined) return seen.actor;
  await state.update(({ infisical }) => {
    const kept = infisical.tokens.find(({ id }) => id === token.id);
    if (kept?.usesLeft !== undefined) kept.usesLeft -= 1;
  });
  return seen.actor;
}

function copyOf(token: InfisicalToken | undefined): InfisicalToken | undefined {
  return token === undefined ? undefined : { ...token };
}

function actorOf(claims: TokenClaims, section: InfisicalState, now: number): Actor {
  const { iat = 0, exp, orgId = section.orgId } = claims;
  if (exp === undefined && iat + MAX_AGE_SECONDS <= now / 1000) {
    throw unauthorized('Identity access token exceeded max age, please re-authenticate');
  }
  const identity = section.identities.find(({ id }) => id === claims.identityId);
  const home = identity?.orgId ?? orgId;
  // A standing token says nothing of an organization: it is for that of its identity.
  const acting = isStanding(claims) && claims.orgId === undefined ? home : orgId;
  const role = identity === undefined ? undefined : roleOfIdentity(section, identity, acting);
  if (identity === undefined || role === undefined) {
    throw unauthorized('Identity is not a member of the organization');
  }
  if (identity.isInactive === true) {
    throw unauthorized('Identity organization membership is inactive');
  }
  return { kind: 'identity', id: identity.id, role, orgId: acting };
}

function refusalOf(token: InfisicalToken, address: string): ApiError | undefined {
  if (token.isRevoked === true) return unauthorized('Failed to authorize: token has been revoked');
  if (token.usesLeft !== undefined && token.usesLeft <= 0) {
    return unauthorized('Failed to authorize: token usage limit reached');
  }
  if (isTrusted(token.trustedIps, address)) return undefined;
  return forbidden('You are not allowed to access this resource from the current IP address');
}
