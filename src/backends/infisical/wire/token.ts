import { defined } from '../../../domain/defined.ts';
import type { Self } from '../../port.ts';
import { counted } from '../../../domain/counted.ts';
import { parsedJson } from '../../../domain/parsed-json.ts';
import { textOf } from './wire-error.ts';

/** What a token says about itself. Only the server checks its signature. */
export interface Claims extends Self {
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
  /** The root organization, where the token is for one of its sub-organizations. */
  readonly rootOrganizationId?: string;
}

/** The claims of a JWT; empty for a token that is none. */
export function claimsOf(token: string): Claims {
  const payload = token.split('.')[1];
  if (payload === undefined) return {};
  const claims = parsedJson(Buffer.from(payload, 'base64url').toString('utf8'));
  if (typeof claims !== 'object' || claims === null) return {};
  const { identityId, userId, subOrganizationId, organizationId, orgId, rootOrgId, exp } =
    claims as Record<string, unknown>;
  // A sub-organization, where there is one, is where the token acts.
  const organization = textOf(subOrganizationId) ?? textOf(organizationId) ?? textOf(orgId);
  const root = textOf(rootOrgId) ?? textOf(organizationId) ?? textOf(orgId);
  return {
    ...defined({
      userId: textOf(userId),
      identityId: textOf(identityId),
      organizationId: organization,
    }),
    ...(root === undefined || root === organization ? {} : { rootOrganizationId: root }),
    ...(typeof exp === 'number' ? expiryAt(exp * 1000) : {}),
  };
}

/** Milliseconds since the epoch, as far as a date can be: a server may name any number. */
export function expiryAt(ms: number): Pick<Claims, 'expiresAt'> {
  return Number.isNaN(new Date(ms).getTime()) ? {} : { expiresAt: ms };
}

/** The ids alone. */
export function selfOf({ userId, identityId, organizationId }: Self): Self {
  return defined({ userId, identityId, organizationId });
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time in its largest whole unit: `29 days`, `5 hours`, `12 minutes`, `40 seconds`. */
export function lengthInWords(ms: number): string {
  const units = [
    [DAY_MS, 'day'],
    [HOUR_MS, 'hour'],
    [MINUTE_MS, 'minute'],
    [1000, 'second'],
  ] as const;
  for (const [unit, word] of units) {
    const count = Math.floor(ms / unit);
    if (count > 0) return counted(count, word);
  }
  return 'less than a second';
}

/** What to warn of about a token's life; undefined when it has a day or more, or does not say. */
export function shortLife(expiresAt: number | undefined, now: number): string | undefined {
  if (expiresAt === undefined || expiresAt - now >= DAY_MS) return undefined;
  if (expiresAt <= now) return 'The token has run out.';
  return `The token has ${lengthInWords(expiresAt - now)} left.`;
}
