/** Who may do what to which group. */
import {
  BUILT_IN_ROLES,
  type InfisicalGroup,
  type InfisicalRole,
  type InfisicalState,
} from './infisical-model.ts';
import type { Call } from './infisical-server.ts';
import { ApiError, badRequest, broken, forbidden, isUuid, notFound } from './infisical-wire.ts';

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
  // The recorded server says it so, without the full stop.
  const end = verb === 'update' && call.server.isOld ? 'restrictio' : 'restriction.';
  throw badRequest(`Failed to ${verb} group due to plan ${end} Upgrade plan to ${verb} group.`);
}

/**
 * A group of the organization by its id. Throws a 500 for what is no UUID, named by the database
 * call, and a 404 for what is not there.
 */
export function groupById(
  section: InfisicalState,
  id: string,
  lookUp = 'Find one',
): InfisicalGroup {
  if (!isUuid(id)) throw broken(lookUp);
  const wanted = id.toLowerCase();
  const group = section.groups.find((one) => one.id === wanted && one.orgId === section.orgId);
  if (group === undefined) throw notFound(`Failed to find group with ID ${id}`);
  return group;
}

type GroupRole = Pick<InfisicalGroup, 'role' | 'roleId'>;

/** A role by its slug, as groups have it. Throws a 404 if there is none. */
export function roleBySlug(section: InfisicalState, slug: string): GroupRole {
  const role = findRole(section, slug);
  if (role !== undefined) return role;
  throw notFound(
    `Specified role '${slug}' was not found in the organization with ID '${section.orgId}'`,
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

/**
 * Throws a 403 if the group has a role above the caller's: `PermissionBoundaryError` with
 * `details.missingPermissions` on new servers, `ForbiddenError` on old ones. `text` is the server's
 * sentence, `action` what new ones miss.
 */
export function boundary(
  call: Call,
  section: InfisicalState,
  group: GroupRole,
  text: string,
  action: string,
): void {
  const caller = roleOfCaller(call);
  const role = customRoleOf(section, group.roleId)?.slug ?? group.role;
  if (caller === 'admin' || role === 'no-access' || role === caller) return;
  if (call.server.isOld) throw forbidden(text);
  const has = groupActions(section, caller);
  const missing = groupActions(section, role).filter((each) => !has.includes(each));
  const missingPermissions = [
    ...missing.map((each) => ({ action: each, subject: 'groups' })),
    { action: 'read', subject: 'member' },
  ];
  const full = `${text}. Actor is missing permission ${action} on groups`;
  throw new ApiError(403, 'PermissionBoundaryError', full, { missingPermissions });
}

function roleOfCaller(call: Call): string {
  return call.actor?.role ?? 'no-access';
}

function groupActions(section: InfisicalState, role: string): readonly string[] {
  if (Object.hasOwn(BUILT_IN_ROLES, role)) return BUILT_IN_ROLES[role] ?? [];
  return section.roles.find(({ slug }) => slug === role)?.groups ?? [];
}
