import type { Clock } from '../../http/deadline.ts';
import type { Health, HealthPart } from '../../domain/health.ts';
import type { InfisicalApi } from './api.ts';
import type { Grant, Session } from './wire/session.ts';
import { lengthInWords } from './wire/token.ts';

/** The server's state, the account of the credentials, and how long the token lives. */
export async function healthOf(api: InfisicalApi, session: Session, clock: Clock): Promise<Health> {
  const message = await api.status();
  // A server or a gateway may not have that page: then a list that it answers is enough.
  if (message === undefined) await api.listGroups();
  const ok = message === undefined || message.toUpperCase() === 'OK';
  const grant = await session.grant();
  const parts = grant === undefined ? [] : partsOf(grant, clock.now());
  return {
    healthy: ok && parts.every((part) => part.ok),
    product: 'Infisical',
    parts: [{ name: 'server', ok, status: message ?? 'answers' }, ...parts],
  };
}

function partsOf(
  { identityId, userId, organizationId, rootOrganizationId, expiresAt }: Grant,
  now: number,
): HealthPart[] {
  const who =
    identityId === undefined
      ? userId === undefined
        ? 'the token does not say'
        : `user ${userId}`
      : `machine identity ${identityId}`;
  const parts: HealthPart[] = [{ name: 'signed in as', ok: true, status: who }];
  if (organizationId !== undefined) {
    const root =
      rootOrganizationId === undefined
        ? {}
        : { details: `a sub-organization of ${rootOrganizationId}` };
    parts.push({ name: 'organization', ok: true, status: organizationId, ...root });
  }
  const alive = expiresAt === undefined || expiresAt > now;
  parts.push({ name: 'token', ok: alive, status: lifeInWords(expiresAt, now) });
  return parts;
}

function lifeInWords(expiresAt: number | undefined, now: number): string {
  if (expiresAt === undefined) return 'does not say when it expires';
  const until = new Date(expiresAt).toISOString();
  if (expiresAt <= now) return `expired at ${until}`;
  return `valid until ${until} (${lengthInWords(expiresAt - now)} left)`;
}
