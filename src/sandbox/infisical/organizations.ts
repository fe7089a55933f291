/** The root organization and its sub-organizations: who is in which, and which groups each sees. */
import type {
  InfisicalGroup,
  InfisicalIdentity,
  InfisicalOrganization,
  InfisicalState,
} from './model.ts';
import type { Call } from './server.ts';

/** The organization that a call acts in: what its token says, else the root. */
export function organizationOf(call: Call, section: InfisicalState): string {
  return call.actor?.orgId ?? section.orgId;
}

/** What is stored of an organization; of the root often nothing. */
export function organization(
  { organizations }: InfisicalState,
  id: string,
): InfisicalOrganization | undefined {
  return organizations.find((one) => one.id === id);
}

/** True for a group of the organization, and for one that is linked into it. */
export function isVisible(group: InfisicalGroup, orgId: string): boolean {
  return group.orgId === orgId || group.links?.[orgId] !== undefined;
}

/** The group with the role that it has in that organization. */
export function asSeenFrom(group: InfisicalGroup, orgId: string): InfisicalGroup {
  const link = group.orgId === orgId ? undefined : group.links?.[orgId];
  return link === undefined ? group : { ...group, ...link, otherRoles: [] };
}

/**
 * The role of an identity in an organization: by its own membership, or by a group of its that is
 * linked there (contract, Log in). Undefined where it is in neither way a member.
 */
export function roleOfIdentity(
  section: InfisicalState,
  identity: InfisicalIdentity,
  orgId: string,
): string | undefined {
  if (identity.orgId === orgId) return identity.role;
  if (organization(section, orgId) === undefined) return undefined;
  const own = identity.subOrganizations?.[orgId];
  if (own !== undefined) return own;
  const linked = section.groups.find(
    ({ links, identities }) =>
      links?.[orgId] !== undefined && Object.hasOwn(identities, identity.id),
  );
  return linked?.links?.[orgId]?.role;
}

/** True for an identity of an organization, by whichever membership. */
export function isIdentityIn(identity: InfisicalIdentity, orgId: string): boolean {
  return identity.orgId === orgId || identity.subOrganizations?.[orgId] !== undefined;
}
