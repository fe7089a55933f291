/** Who may do what to which group. */
import {
  BUILT_IN_ROLES,
  type InfisicalGroup,
  type InfisicalRole,
  type InfisicalState,
} from './model.ts';
import { asSeenFrom, isVisible, organization, organizationOf } from './organizations.ts';
import type { Call } from './server.ts';
import { ApiError, badRequest, broken, forbidden, isUuid, notFound } from './wire.ts';

/** What may be done to groups. */
export type GroupAction = 'read' | 'create' | 'edit' | 'delete';

/** Throws a 403 `PermissionDenied` if the caller's role does not allow it. */
export function permit(call: Call, section: InfisicalState, action: GroupAction): void {
  if (groupActions(section, roleOfCaller(call)).includes(action)) return;
  // The rules the caller has for the action: none.
  const text = `You are not allowed to ${action} on groups`;
  throw new ApiError(403, 'PermissionDenied', text, []);
}

/** Throws a 400 where the licence has no groups. */
export function permitByPlan(call: Call, verb: 'create' | 'update' | 'delete'): void {
  if (!call.server.isPlanLimited) return;
  // Both recorded servers say it so, without the full stop.
  const odd = call.server.isOld ? 'restrictio' : 'restriction';
  const end = verb === 'update' ? odd : 'restriction.';
  throw badRequest(`Failed to ${verb} group due to plan ${end} Upgrade plan to ${verb} group.`);
}

/** What the database call of a route that an id is no UUID for is called; new: one for all. */
const NO_UUID = 'MembershipGetByGroupId';

/**
 * A group by its id, as the caller's organization sees it. Throws a 500 for what is no UUID, named
 * by the database call, and a 404 for what is not there.
 */
export function groupById(
  call: Call,
  section: InfisicalState,
  id: string,
  missing: 'Failed to' | 'Cannot' = 'Failed to',
): InfisicalGroup {
  const { isOld } = call.server;
  const wanted = isOld ? id.toLowerCase() : withDashes(id.toLowerCase());
  if (!isUuid(wanted)) throw broken(isOld ? 'Find one' : NO_UUID);
  const orgId = organizationOf(call, section);
  const group = section.groups.find((one) => one.id === wanted && isVisible(one, orgId));
  if (group === undefined) throw notFound(`${missing} find group with ID ${id}`);
  return group;
}

/** The database takes an id without its dashes, too. */
function withDashes(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

type GroupRole = Pick<InfisicalGroup, 'role' | 'roleId'>;

/** A role by its slug, as groups have it. Throws a 404 if there is none. */
export function roleBySlug(call: Call, section: InfisicalState, slug: string): GroupRole {
  const role = findRole(section, slug);
  if (role !== undefined) return role;
  const orgId = organizationOf(call, section);
  const what = call.server.isOld ? 'role' : 'roles';
  throw notFound(
    `Specified ${what} '${slug}' was not found in the organization with ID '${orgId}'`,
  );
}

/** A role by its slug, as groups have it; undefined if there is none. */
export function findRole(section: InfisicalState, slug: string): GroupRole | undefined {
  if (Object.hasOwn(BUILT_IN_ROLES, slug)) return { role: slug, roleId: null };
  const custom = section.roles.find((role) => role.slug === slug);
  return custom === undefined ? undefined : { role: 'custom', roleId: custom.id };
}

/** The organization's own role a group has, if it has one. */
export function customRoleOf(
  section: InfisicalState,
  roleId: string | null,
): InfisicalRole | undefined {
  return roleId === null ? undefined : section.roles.find(({ id }) => id === roleId);
}

/** What a call would do, and what it is refused with: the server's sentence. */
export interface Boundary {
  readonly text: string;
  /** Where the old server has other words for it. */
  readonly oldText?: string;
  /** What new organizations want for it, whatever the group's role. */
  readonly action: string;
}

/**
 * Throws a 403 if the caller may not do that to the group. Old servers and older organizations
 * compare the group's role with the caller's; new organizations want one permission for any group.
 */
export function boundary(
  call: Call,
  section: InfisicalState,
  group: InfisicalGroup | GroupRole,
  { text, oldText = text, action }: Boundary,
): void {
  const caller = roleOfCaller(call);
  const orgId = organizationOf(call, section);
  if (!call.server.isOld && organization(section, orgId)?.hasOldPrivileges !== true) {
    if (groupActions(section, caller).includes(action)) return;
    const full = `${text}. Permission denied: ${action} on groups. Check that the actor's role grants this permission and that all permission conditions are met.`;
    throw boundaryError(full, [{ action, subject: 'groups' }]);
  }
  const { roleId, role: slug } = 'id' in group ? asSeenFrom(group, orgId) : group;
  const role = customRoleOf(section, roleId)?.slug ?? slug;
  if (caller === 'admin' || role === 'no-access' || role === caller) return;
  if (call.server.isOld) throw forbidden(oldText);
  const full = `${text}. Actor privilege level is not high enough to perform this action`;
  throw boundaryError(full, role === 'admin' ? ADMIN_MORE : MEMBER_MORE);
}

function boundaryError(text: string, missingPermissions: readonly object[]): ApiError {
  return new ApiError(403, 'PermissionBoundaryError', text, { missingPermissions });
}

/** How the recorded lists of what the caller's role lacks begin; they go on for 24 and 115 more. */
const BEGIN = [
  { action: 'create', subject: 'workspace' },
  { action: 'create', subject: 'project' },
  { action: 'request-access', subject: 'project' },
];
const MEMBER_MORE = [
  ...BEGIN,
  ...['role', 'settings', 'billing'].map((subject) => ({ action: 'read', subject })),
];
const ADMIN_MORE = [
  ...BEGIN,
  ...['create', 'edit', 'delete'].map((action) => ({ action, subject: 'sub-organization' })),
];

function roleOfCaller(call: Call): string {
  return call.actor?.role ?? 'no-access';
}

function groupActions(section: InfisicalState, role: string): readonly string[] {
  if (Object.hasOwn(BUILT_IN_ROLES, role)) return BUILT_IN_ROLES[role] ?? [];
  return section.roles.find(({ slug }) => slug === role)?.groups ?? [];
}
