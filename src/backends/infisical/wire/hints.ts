/** Advice that depends on what the server says. */

const OIDC = /OIDC/i;
const PLAN = /plan restriction|upgrade .{0,200}plan/i;

/** True for words about what the group or the organization allows, not about a single member. */
export function isOfTheGroup(words: string): boolean {
  return isOfUsers(words) || PLAN.test(words);
}

/** True for words about all users of the group: they do not bar machine identities. */
export function isOfUsers(words: string): boolean {
  return OIDC.test(words);
}

/** The server's words, and what helps; the first that matches. */
const WORD_HINTS: readonly (readonly [words: RegExp, hint: string])[] = [
  [OIDC, 'The members of this group come from the identity provider: change them there.'],
  [
    PLAN,
    'The plan of this Infisical organization does not include changing groups; members can still be changed.',
  ],
  [
    /token missing/i,
    'The server got no token. Use --api-key with a token, or --client-id and --client-secret; if you did, a proxy may remove the Authorization header.',
  ],
  [
    /current IP address/i,
    'The identity may be used from certain addresses only: add the address of this machine to its trusted IPs.',
  ],
  [/membership is inactive/i, 'Activate the identity in the organization, or use another one.'],
  [
    /not a member of the organization/i,
    'The identity was removed from the organization, or the sub-organization was deleted: use another identity, or add this one again.',
  ],
  [
    /no organization found|Forbidden access to/i,
    'Use the token of a machine identity, or of a user who is logged in to an organization.',
  ],
  [
    /linked by sub-organizations/i,
    'Delete the group in each of these sub-organizations first: that only unlinks it there.',
  ],
  [
    /owned by a parent organization|linked group/i,
    'Change the group in the parent organization: log in without --organization-slug.',
  ],
  [/already in use by another group/i, 'Choose another name and slug.'],
  [
    /part of the organization|find user/i,
    'Check the user name: it has to be that of a user of this organization.',
  ],
];

export function wordHint(words: string | undefined): string | undefined {
  if (words === undefined) return undefined;
  return WORD_HINTS.find(([pattern]) => pattern.test(words))?.[1];
}

/** Up to so many missing permissions are named in a sentence. */
const FEW = 5;

/** `add-members on groups, …` */
export function permissionList(missing: readonly string[]): string {
  const more = missing.length - FEW;
  const named = missing.slice(0, FEW).join(', ');
  return more <= 0 ? named : `${named} and ${more} more`;
}

/**
 * What to do about permissions that are missing. New organizations need one permission for every
 * group; older ones compare the roles, and then tens of them are missing.
 */
export function permissionHint(missing: readonly string[]): string | undefined {
  if (missing.length === 0) return undefined;
  if (missing.length > FEW) {
    return 'The role of the group may do more than the role of this identity: use an identity with a more powerful role.';
  }
  return `Give the role of this identity the permission ${permissionList(missing)}, or use an identity that has it.`;
}
