/** Who calls, by the token of a request. */
import type { SandboxRequest } from './http.ts';
import type { InfisicalState, InfisicalToken } from './infisical-model.ts';
import { SANDBOX_IDENTITY } from './infisical-seed.ts';
import type { Actor } from './infisical-server.ts';
import { readToken, type TokenClaims } from './infisical-token.ts';
import { ApiError, broken, notFound, unauthorized } from './infisical-wire.ts';
import type { StateStore } from './state.ts';

/**
 * The caller; undefined where nothing was sent, or a token of no known type. Throws an
 * {@link ApiError} for a token that is not good: 403 `TokenError`, or 401 once it was and is no
 * longer. `own` is a token taken in place of the administrator's standing one.
 */
export async function callerOf(
  request: SandboxRequest,
  state: StateStore,
  now: number,
  own: string | undefined,
): Promise<Actor | undefined> {
  // The key that is looked for in the database is not an id there.
  if (request.headers['x-api-key'] !== undefined) throw broken('Find by id');
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  // The server cuts the scheme off by its length, whatever it is.
  const token = header.slice('Bearer '.length);
  if (own !== undefined && token === own) {
    return { kind: 'identity', id: SANDBOX_IDENTITY.id, role: 'admin' };
  }
  if (token.startsWith('st.')) {
    throw notFound(`Service token with ID '${token.split('.')[1] ?? ''}' not found`);
  }
  const claims = readToken(token, now);
  if (typeof claims === 'string') throw new ApiError(403, 'TokenError', claims);
  if (claims.authTokenType === 'accessToken') return userOf(claims, state);
  if (claims.authTokenType !== 'identityAccessToken') return undefined;
  if (own !== undefined && isStanding(claims) && claims.identityId === SANDBOX_IDENTITY.id) {
    throw unknownToken();
  }
  return identityOf(claims, state, now);
}

async function userOf({ userId }: TokenClaims, state: StateStore): Promise<Actor> {
  return state.read(({ infisical }) => {
    const user = infisical.users.find(({ id }) => id === userId);
    if (user === undefined) throw notFound('User not found');
    return { kind: 'user', id: user.id, role: user.role };
  });
}

async function identityOf(claims: TokenClaims, state: StateStore, now: number): Promise<Actor> {
  const seen = await state.read(({ infisical }) => ({
    actor: actorOf(claims, infisical),
    token: isStanding(claims) ? undefined : { ...issued(claims, infisical) },
  }));
  const { token } = seen;
  if (token === undefined) return seen.actor;
  const refusal = spent(token, now);
  if (refusal === undefined && token.usesLeft === undefined) return seen.actor;
  await state.update(({ infisical }) => {
    const { tokens } = infisical;
    const kept = tokens.find(({ id }) => id === token.id);
    // The server forgets a token it has refused: the next call finds none.
    if (refusal !== undefined) infisical.tokens = tokens.filter((one) => one !== kept);
    else if (kept?.usesLeft !== undefined) kept.usesLeft -= 1;
  });
  if (refusal !== undefined) throw unauthorized(refusal);
  return seen.actor;
}

function actorOf({ identityId }: TokenClaims, section: InfisicalState): Actor {
  const identity = section.identities.find(({ id }) => id === identityId);
  if (identity === undefined) throw unknownToken();
  return { kind: 'identity', id: identity.id, role: identity.role };
}

/** A token by the identity's own id needs no login and is not stored. */
function isStanding({ identityId, identityAccessTokenId }: TokenClaims): boolean {
  return identityId !== undefined && identityAccessTokenId === identityId;
}

function issued(claims: TokenClaims, { tokens }: InfisicalState): InfisicalToken {
  const token = tokens.find(({ id }) => id === claims.identityAccessTokenId);
  if (token === undefined) throw unknownToken();
  return token;
}

function unknownToken(): ApiError {
  return unauthorized('No identity access token found');
}

/** Why a token that is stored is no good any more. */
function spent(token: InfisicalToken, now: number): string | undefined {
  if (token.usesLeft !== undefined && token.usesLeft <= 0) {
    return 'Unable to renew because access token number of uses limit reached';
  }
  return token.expiresAt <= now
    ? 'Failed to renew MI access token due to TTL expiration'
    : undefined;
}
