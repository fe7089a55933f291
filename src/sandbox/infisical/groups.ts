/** The groups themselves: list, create, get, change. Deleting is in infisical-delete.ts. */
import { randomUUID } from 'node:crypto';
import { json } from '../http.ts';
import { remove } from './delete.ts';
import type { InfisicalGroup, InfisicalState } from './model.ts';
import { asSeenFrom, isVisible, organizationOf } from './organizations.ts';
import { fixedId, slugOf } from './patch.ts';
import {
  boundary,
  customRoleOf,
  findRole,
  groupById,
  permit,
  permitByPlan,
  roleBySlug,
} from './permit.ts';
import type { Route } from './routes.ts';
import type { Call } from './server.ts';
import { shown, written } from './shown.ts';
import { badRequest, broken, checkedFields, isUuid, notFound } from './wire.ts';

type Answer = Route['answer'];

/** A bare array. Old: by name. New: in no order, a group once a role, linked ones among them. */
const list: Answer = async (call) =>
  json(
    await call.state.read(({ infisical }) => {
      permit(call, infisical, 'read');
      const { groups } = call.server.replica.view(infisical);
      const orgId = organizationOf(call, infisical);
      const own = groups.filter((group) => isVisible(group, orgId));
      if (call.server.isOld) return own.sort(byName).map(shown);
      return own.flatMap((group) => {
        const seen = asSeenFrom(group, orgId);
        const others = (seen.otherRoles ?? []).flatMap((slug) => findRole(infisical, slug) ?? []);
        return [{}, ...others].map((role) => shown({ ...seen, ...role }));
      });
    }),
  );

const TAKEN =
  'This name or slug is already in use by another group in your organization. Please choose a different one.';

/** Throws what a name or slug that is taken comes to; on old servers a name never is. */
function assertFree(
  call: Call,
  section: InfisicalState,
  { name, slug }: { name?: string | undefined; slug?: string | undefined },
  but?: InfisicalGroup,
): void {
  const orgId = organizationOf(call, section);
  const others = section.groups.filter((group) => group.orgId === orgId && group !== but);
  const isTaken = others.some((group) => group.slug === slug);
  if (call.server.isOld && isTaken) throw broken(but === undefined ? 'Create' : 'Update');
  if (call.server.isOld) return;
  if (isTaken || others.some((group) => group.name === name)) throw badRequest(TAKEN);
}

/** The longest name and slug. */
function limitsOf({ server: { isOld } }: Call) {
  return {
    name: isOld ? 50 : 255,
    slug: { min: 5, max: isOld ? 36 : 255, optional: true, slug: isOld ? 'old' : 'new' },
  } as const;
}

const create: Answer = async (call) => {
  const limits = limitsOf(call);
  const fields = checkedFields(call.body, {
    name: { min: 1, max: limits.name },
    slug: limits.slug,
    role: { min: 1, optional: true },
  });
  const { name = '', role = 'no-access' } = fields;
  const slug = fields.slug ?? slugOf(`${name}-${randomUUID().slice(0, 4)}`);
  const now = call.server.timestamp();
  return call.state.update(({ infisical }) => {
    permit(call, infisical, 'create');
    permitByPlan(call, 'create');
    const roleOfGroup = roleBySlug(call, infisical, role);
    if (call.server.isOld || role !== 'no-access') {
      boundary(call, infisical, roleOfGroup, {
        text: 'Failed to create group',
        oldText: 'Failed to create a more privileged group',
        action: 'grant-privileges',
      });
    }
    assertFree(call, infisical, { name, slug });
    // A slug that the server made of a long name does not fit its column.
    if (slug.length > 255) throw broken('Create');
    const group: InfisicalGroup = {
      id: randomUUID(),
      orgId: organizationOf(call, infisical),
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
    return json(written(call, group));
  });
};

/** By id only; old servers answer for any organization's groups (contract, Endpoints). */
const get: Answer = async (call) => {
  const [id = ''] = call.params;
  return call.state.read(({ infisical }) => {
    permit(call, infisical, 'read');
    const view = call.server.replica.view(infisical);
    if (call.server.isOld) return json(shown(anyGroup(view, id)));
    const group = groupById(call, view, id, 'Cannot');
    // What is shown of it is checked to be a UUID with dashes.
    if (!isUuid(id)) throw broken();
    const orgId = organizationOf(call, infisical);
    const seen = asSeenFrom(group, orgId);
    const customRoleSlug = customRoleOf(infisical, seen.roleId)?.slug ?? null;
    // Not the role's id: that of its assignment.
    const roleId = fixedId(`assignment:${orgId}:${group.id}:${customRoleSlug ?? seen.role}`);
    return json({ ...shown(seen), id, roleId, customRoleSlug });
  });
};

function anyGroup({ groups }: InfisicalState, id: string): InfisicalGroup {
  if (!isUuid(id)) throw broken('Find by id');
  const group = groups.find((one) => one.id === id.toLowerCase());
  if (group === undefined) throw notFound(`Cannot find group with ID ${id}`);
  return group;
}

const change: Answer = async (call) => {
  const [id = ''] = call.params;
  const limits = limitsOf(call);
  const { name, slug, role } = checkedFields(call.body, {
    name: { min: 1, ...(call.server.isOld ? {} : { max: limits.name }), optional: true },
    slug: limits.slug,
    role: { min: 1, optional: true },
  });
  return call.state.update(({ infisical }) => {
    permit(call, infisical, 'edit');
    permitByPlan(call, 'update');
    const group = groupById(call, infisical, id);
    const newRole = role === undefined ? undefined : roleBySlug(call, infisical, role);
    if (call.server.isOld || newRole !== undefined) {
      boundary(call, infisical, newRole ?? group, {
        text: 'Failed to update group',
        oldText: 'Failed to update a more privileged group',
        action: 'grant-privileges',
      });
    }
    const isRenamed = name !== undefined || slug !== undefined;
    const orgId = organizationOf(call, infisical);
    const link = group.orgId === orgId ? undefined : group.links?.[orgId];
    if (link !== undefined && isRenamed) {
      throw badRequest(
        'Cannot update name or slug of a linked group. Only the role in this sub-organization can be updated.',
      );
    }
    if (call.server.isOld && !isRenamed && role === undefined) throw broken('Update');
    assertFree(call, infisical, { name, slug }, group);
    const before = shown(group);
    if (newRole !== undefined) Object.assign(link ?? group, newRole);
    if (newRole !== undefined && link === undefined) group.otherRoles = [];
    if (isRenamed || call.server.isOld) group.updatedAt = call.server.timestamp();
    if (name !== undefined) group.name = name;
    if (slug !== undefined) group.slug = slug;
    call.server.replica.noteChange(group.id, (copy) => Object.assign(copy, before));
    return json(written(call, group));
  });
};

function byName(a: InfisicalGroup, b: InfisicalGroup): number {
  return a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1;
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
