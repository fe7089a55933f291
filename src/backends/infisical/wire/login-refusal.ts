import { factsOf, GroupctlError, reworded } from '../../../errors.ts';
import { wordHint } from './hints.ts';
import { ended } from './refusal.ts';
import type { Claims } from './token.ts';
import { sentences } from '../../../domain/sentences.ts';

/** Why a login was refused (contract: "Authentication" and "Log in"), and what helps. */

/** The codes of refused logins: they are about the credentials, not about a member. */
export const LOGIN_CODES = [
  'login-refused',
  'login-rate-limited',
  'login-locked',
  'no-such-organization',
  'organization-refused',
] as const;

interface Refused {
  readonly code: (typeof LOGIN_CODES)[number];
  readonly message?: string;
  readonly hint: string;
}

const SLUG_HINT =
  'Check --organization-slug: it is the slug of the sub-organization, not its name.';
const ONCE = 'The login was not repeated: a server may lock an identity after a few.';

/**
 * What a refused login comes to (exit 3); an error that is no refusal stays as it is.
 *
 * @param slug of the sub-organization that was asked for
 */
export function loginRefusedError(
  error: GroupctlError,
  slug: string | undefined,
  where: string,
): GroupctlError {
  if (error.status === 429) return tooManyLoginsError(error, where);
  // An unknown client id is 404 on older servers, and an unknown sub-organization on newer ones.
  const isRefused = error.kind === 'unauthorized' || error.kind === 'not-found';
  if (!isRefused && !isNoSlug(error, slug)) return error;
  const {
    code,
    hint,
    message = `${where} refused the login (${error.status} on the login)${ended(error.serverText)}`,
  } = refused(error, slug, where);
  return new GroupctlError('unauthorized', message, {
    ...factsOf(error),
    code,
    hint,
    suggest: undefined,
  });
}

function tooManyLoginsError(error: GroupctlError, where: string): GroupctlError {
  return reworded(error, {
    code: 'login-rate-limited',
    message: `${where} did not accept the login (429): there were too many logins, or the client secret is wrong.`,
    hint: 'Check the client secret of the source. If it is right, wait a few minutes and run the command again.',
  });
}

/** True for a slug that breaks the rules of slugs: the server has looked up nothing. */
function isNoSlug({ code, serverText = '' }: GroupctlError, slug: string | undefined): boolean {
  return slug !== undefined && code === 'validation' && serverText.includes('organizationSlug');
}

function refused(error: GroupctlError, slug: string | undefined, where: string): Refused {
  const { serverText = '', kind, status } = error;
  if (slug !== undefined && kind === 'not-found' && /sub.?organization/i.test(serverText)) {
    return {
      code: 'no-such-organization',
      message: `${where} has no sub-organization with the slug "${slug}" (${status} to the login).`,
      hint: SLUG_HINT,
    };
  }
  if (isNoSlug(error, slug)) {
    return {
      code: 'no-such-organization',
      message: `${where} does not take "${slug}" for the slug of a sub-organization (${error.status} to the login)${ended(error.serverText)}`,
      hint: SLUG_HINT,
    };
  }
  if (slug !== undefined && /not authorized to access sub.?organization/i.test(serverText)) {
    return {
      code: 'organization-refused',
      message: `The identity is not a member of the sub-organization "${slug}" on ${where} (${status} to the login).`,
      hint: 'Add the identity to that sub-organization, or leave --organization-slug out.',
    };
  }
  if (/temporarily locked/i.test(serverText)) {
    return {
      code: 'login-locked',
      hint: 'Too many logins with a wrong secret have locked the identity, usually for 5 minutes. Wait, check the client secret, then try again; the right secret is refused until then, too.',
    };
  }
  if (/client secret/i.test(serverText)) {
    return {
      code: 'login-refused',
      hint: `Make a new client secret for the identity, and use that one. ${ONCE}`,
    };
  }
  const hint = wordHint(serverText) ?? 'Check the client id and the client secret of the source.';
  return { code: 'login-refused', hint: sentences(hint, ONCE) };
}

/**
 * Older servers ignore the slug and log in to the root organization, where groups may have the same
 * names. They are known by their tokens, which say nothing of an organization.
 *
 * @throws safety (8) `organization-unknown`
 */
export function assertOrganization(
  { identityId, organizationId }: Claims,
  slug: string,
  where: string,
): void {
  if (identityId === undefined || organizationId !== undefined) return;
  throw new GroupctlError(
    'safety',
    `${where} did not say which organization the login is for, so it may have ignored the organization slug "${slug}", as older servers do.`,
    {
      code: 'organization-unknown',
      hint: 'Use an identity that lives in the sub-organization, and leave --organization-slug out.',
      nothingWritten: true,
    },
  );
}
