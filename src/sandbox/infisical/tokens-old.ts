/** Machine identities' tokens as the server of 2024 knows them: each is stored, and looked up. */
import type { InfisicalState, InfisicalToken } from './model.ts';
import type { Actor } from './server.ts';
import { isStanding, type TokenClaims } from './token.ts';
import { type ApiError, unauthorized } from './wire.ts';
import type { StateStore } from '../model.ts';

/** Throws a 401 for a token that is not known, or was good and is no longer. */
export async function oldIdentityOf(
  claims: TokenClaims,
  state: StateStore,
  now: number,
): Promise<Actor> {
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
  return { kind: 'identity', id: identity.id, role: identity.role, orgId: section.orgId };
}

function issued(claims: TokenClaims, { tokens }: InfisicalState): InfisicalToken {
  const token = tokens.find(({ id }) => id === claims.identityAccessTokenId);
  if (token === undefined || token.isRevoked === true) throw unknownToken();
  return token;
}

/** The answer to a token that is not stored. */
export function unknownToken(): ApiError {
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
