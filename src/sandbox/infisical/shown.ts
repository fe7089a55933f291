/** Groups as the server shows them. */
import type { InfisicalGroup } from './model.ts';
import type { Call } from './server.ts';

/** A group of a list, without who is in it. */
export function shown(
  group: InfisicalGroup,
): Omit<InfisicalGroup, 'members' | 'identities' | 'otherRoles' | 'oidcManaged' | 'links'> {
  const { id, orgId, name, slug, role, roleId, createdAt, updatedAt } = group;
  return { id, orgId, name, slug, role, roleId, createdAt, updatedAt };
}

/** What a write answers: the group, on new servers without its role. */
export function written(call: Call, group: InfisicalGroup): object {
  const { role: _, roleId: __, ...rest } = shown(group);
  return call.server.isOld ? shown(group) : rest;
}
