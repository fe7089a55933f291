/** The groups themselves: list, create, get, change, delete. */
import { randomUUID } from 'node:crypto';
import { empty, json } from './http.ts';
import type { InfisicalGroup, InfisicalState } from './infisical-model.ts';
import { slugOf } from './infisical-patch.ts';
import {
  boundary,
  customRoleOf,
  findRole,
  groupById,
  permit,
  permitByPlan,
  roleBySlug,
} from './infisical-permit.ts';
import type { Route } from './infisical-routes.ts';
import type { Call } from './infisical-server.ts';
import { broken, checkedFields, isUuid, notFound } from './infisical-wire.ts';

type Answer = Route['answer'];

/** A bare array. Old: by name. New: a group comes once a role. */
const list: Answer = async (call) =>
  json(
    await call.state.read(({ infisical }) => {
      permit(call, infisical, 'read');
      const { groups, orgId } = call.server.replica.view(infisical);
      const own = groups.filter((group) => group.orgId === orgId);
      if (call.server.isOld) return own.sort(byName).map(shown);
      return own.flatMap((group) => {
        const others = (group.otherRoles ?? []).flatMap((slug) => findRole(infisical, slug) ?? []);
        return [{}, ...others].map((role) => withRole(infisical, { ...group, ...role }));
      });
    }),
  );

const create: Answer = async (call) => {
  const fields = checkedFields(call.body, {
    name: { min: 1, max: 50 },
    slug: { min: 5, max: 36, optional: true, slug: true },
    role: { min: 1, optional: true },
  });
  const { name = '', role = 'no-access' } = fields;
  const slug = fields.slug ?? slugOf(`${name}-${randomUUID().slice(0, 4)}`);
  const now = call.server.timestamp();
  return call.state.update(({ infisical }) => {
    permit(call, infisical, 'create');
    permitByPlan(call, 'create');
    const roleOfGroup = roleBySlug(infisical, role);
    const refusal = 'Failed to create a more privileged group';
    boundary(call, infisical, roleOfGroup, refusal, 'manage-privileges');
    if (hasSlug(infisical, slug)) throw broken('Create');
    const group: InfisicalGroup = {
      id: randomUUID(),
      orgId: infisical.orgId,
      name,
      slug,
      ...roleOfGroup,
      createdAt: now,
      updatedAt: now,
      members: {},
      identities: {},
    };
    infisical.groups.push(group);
    call.server.replica.noteGroup(group.id, undefined);
    return json(shown(group));
  });
};

/** By id only, and of any organization (contract, Endpoints). */
const get: Answer = async (call) => {
  const [id = ''] = call.params;
  return call.state.read(({ infisical }) => {
    permit(call, infisical, 'read');
    if (!isUuid(id)) throw broken('Find by id');
    const { groups } = call.server.replica.view(infisical);
    const group = groups.find((one) => one.id === id.toLowerCase());
    if (group === undefined) throw notFound(`Cannot find group with ID ${id}`);
    if (call.server.isOld) return json(shown(group));
    const customRoleSlug = customRoleOf(infisical, group.roleId)?.slug ?? null;
    return json({ ...shown(group), customRoleSlug });
  });
};

const change: Answer = async (call) => {
  const [id = ''] = call.params;
  const { name, slug, role } = checkedFields(call.body, {
    name: { min: 1, optional: true },
    slug: { min: 5, max: 36, optional: true, slug: true },
    role: { min: 1, optional: true },
  });
  return call.state.update(({ infisical }) => {
    permit(call, infisical, 'edit');
    permitByPlan(call, 'update');
    const group = groupById(infisical, id);
    const newRole = role === undefined ? {} : roleBySlug(infisical, role);
    const refusal = 'Failed to update a more privileged group';
    boundary(call, infisical, { ...group, ...newRole }, refusal, 'manage-privileges');
    const isNothing = name === undefined && slug === undefined && role === undefined;
    const isTaken = slug !== undefined && slug !== group.slug && hasSlug(infisical, slug);
    if (isNothing || isTaken) throw broken('Update');
    const before = shown(group);
    Object.assign(group, newRole, { updatedAt: call.server.timestamp() });
    if (name !== undefined) group.name = name;
    if (slug !== undefined) group.slug = slug;
    call.server.replica.noteChange(group.id, (copy) => Object.assign(copy, before));
    return json(shown(group));
  });
};

/** Old: of a missing group, or another organization's, 200 and no body. */
const remove: Answer = async (call) => {
  const [id = ''] = call.params;
  return call.state.update(({ infisical }) => {
    permit(call, infisical, 'delete');
    permitByPlan(call, 'delete');
    if (!isUuid(id)) throw broken('Delete');
    const wanted = id.toLowerCase();
    const { groups, orgId } = infisical;
    const group = groups.find((one) => one.id === wanted && one.orgId === orgId);
    if (group === undefined) {
      if (call.server.isOld) return empty();
      throw notFound(`Failed to find group with ID ${id}`);
    }
    infisical.groups = groups.filter((one) => one !== group);
    call.server.replica.noteGroup(group.id, group);
    return json(shown(group));
  });
};

function hasSlug({ groups, orgId }: InfisicalState, slug: string): boolean {
  return groups.some((group) => group.orgId === orgId && group.slug === slug);
}

function byName(a: InfisicalGroup, b: InfisicalGroup): number {
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;
}

/** A group as the server shows it, without who is in it. */
function shown(group: InfisicalGroup): Omit<InfisicalGroup, 'members' | 'identities'> {
  const { id, orgId, name, slug, role, roleId, createdAt, updatedAt } = group;
  return { id, orgId, name, slug, role, roleId, createdAt, updatedAt };
}

function withRole(section: InfisicalState, group: InfisicalGroup): object {
  const role = customRoleOf(section, group.roleId);
  if (role === undefined) return shown(group);
  const permissions = [[role.groups.join(','), 'groups']];
  const { id, name, slug } = role;
  return { ...shown(group), customRole: { id, name, slug, permissions, description: null } };
}

const GROUPS = '/api/v1/groups';

function route(method: Route['method'], path: string, answer: Answer): Route {
  const kind = method === 'GET' ? 'reads' : 'writes';
  return { method, path, kind, needsToken: true, answer };
}

/** The routes of the groups themselves. */
export const GROUP_ROUTES: readonly Route[] = [
  route('GET', GROUPS, list),
  route('POST', GROUPS, create),
  route('GET', `${GROUPS}/:id`, get),
  route('PATCH', `${GROUPS}/:id`, change),
  route('DELETE', `${GROUPS}/:id`, remove),
];

/** True where a call's group may be written to: used by both kinds of members. */
export function editable(call: Call, section: InfisicalState, id: string): InfisicalGroup {
  permit(call, section, 'edit');
  return groupById(section, id);
}
