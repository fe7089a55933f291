/** Who calls, by the token of a request. */
import type { SandboxRequest } from '../http.ts';
import { addressOf } from './limits.ts';
import { SANDBOX_IDENTITY } from './seed.ts';
import type { Actor, InfisicalServer } from './server.ts';
import { isStanding, readToken, type TokenClaims } from './token.ts';
import { oldIdentityOf, unknownToken } from './tokens-old.ts';
import { identityOf } from './tokens.ts';
import { ApiError, badRequest, broken, notFound } from './wire.ts';
import type { StateStore } from '../model.ts';

const NOT_ALLOWED = 'You are not allowed to access this resource';

/**
 * The caller; undefined where nothing was sent, or a token of no known type. Throws an
 * {@link ApiError} for a token that is not good: 403 `TokenError`, or 401 once it was and is no
 * longer. `own` is a token taken in place of the administrator's standing one.
 */
export async function callerOf(
  request: SandboxRequest,
  state: StateStore,
  { isOld, now: clock }: InfisicalServer,
  own: string | undefined,
): Promise<Actor | undefined> {
  const now = clock();
  if (request.headers['x-api-key'] !== undefined) throw apiKeyRefused(isOld);
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  // The server cuts the scheme off by its length, whatever it is.
  const token = header.slice('Bearer '.length);
  if (own !== undefined && token === own) {
    const orgId = await state.read(({ infisical }) => infisical.orgId);
    return { kind: 'identity', id: SANDBOX_IDENTITY.id, role: 'admin', orgId };
  }
  if (token.startsWith('st.')) {
    throw notFound(`Service token with ID '${token.split('.')[1] ?? ''}' not found`);
  }
  const claims = readToken(token, now);
  if (typeof claims === 'string') throw new ApiError(403, 'TokenError', claims);
  if (claims.authTokenType === 'accessToken') return userOf(claims, state, request, isOld);
  if (claims.authTokenType === 'scimToken' && !isOld) {
    throw new ApiError(403, `Forbidden access to ${request.path}`, NOT_ALLOWED);
  }
  if (claims.authTokenType !== 'identityAccessToken') return undefined;
  if (own !== undefined && isStanding(claims) && claims.identityId === SANDBOX_IDENTITY.id) {
    throw unknownToken();
  }
  return isOld
    ? oldIdentityOf(claims, state, now)
    : identityOf(claims, state, now, addressOf(request));
}

/** Old: the key that is looked for in the database is not an id there. */
function apiKeyRefused(isOld: boolean): ApiError {
  if (isOld) return broken('Find by id');
  return badRequest(
    'API key authentication is not supported anymore. Please switch to identity authentication.',
  );
}

/** New servers take a user's token only with an organization in it. */
async function userOf(
  { userId, organizationId }: TokenClaims,
  state: StateStore,
  { path }: SandboxRequest,
  isOld: boolean,
): Promise<Actor> {
  return state.read(({ infisical }) => {
    const user = infisical.users.find(({ id }) => id === userId);
    if (user === undefined) throw notFound('User not found');
    const orgId = isOld ? infisical.orgId : organizationId;
    if (orgId === undefined) {
      const error = `${path} Unauthorized Access, no organization found in request`;
      throw new ApiError(401, error, NOT_ALLOWED);
    }
    return { kind: 'user', id: user.id, role: user.role, orgId };
  });
}
