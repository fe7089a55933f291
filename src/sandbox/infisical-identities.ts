/** Machine identities in groups, and the groups' projects: new servers only. */
import { json } from './http.ts';
import { editable } from './infisical-groups.ts';
import type { InfisicalGroup, InfisicalState } from './infisical-model.ts';
import { likeMatcher, unstablePage } from './infisical-paging.ts';
import { boundary, groupById, permit } from './infisical-permit.ts';
import { listQuery, type ListRules } from './infisical-query.ts';
import type { Route } from './infisical-routes.ts';
import type { Call } from './infisical-server.ts';
import { badRequest, broken, forbidden, isUuid, notFound } from './infisical-wire.ts';

type Answer = Route['answer'];

const SEARCH: ListRules = {
  searchPattern: /^[a-zA-Z0-9-]*$/,
  searchRule: 'Invalid pattern: only alphanumeric characters, - are allowed.',
};

/** Not the users' values (contract, Endpoints). */
const IDENTITY_LIST: ListRules = {
  ...SEARCH,
  filters: ['assignedMachineIdentities', 'nonAssignedMachineIdentities'],
};

const PROJECT_LIST: ListRules = { ...SEARCH, filters: ['assignedProjects', 'unassignedProjects'] };

/** Every machine identity of the organization, in groups or not, unless it is filtered. */
const list: Answer = async (call) => {
  const query = listQuery(call.request.query, IDENTITY_LIST);
  return call.state.read(({ infisical }) => {
    permit(call, infisical, 'read');
    const group = groupById(call.server.replica.view(infisical), call.params[0] ?? '');
    const like = likeMatcher(query.search ?? '');
    const wanted =
      query.filter === undefined ? undefined : query.filter === 'assignedMachineIdentities';
    const rows = infisical.identities
      .filter(({ orgId, name }) => orgId === infisical.orgId && like(name.toLowerCase()))
      .map(({ id, name }) => ({
        id,
        name,
        isPartOfGroup: Object.hasOwn(group.identities, id),
        joinedGroupAt: group.identities[id] ?? null,
      }))
      .filter(({ isPartOfGroup }) => wanted === undefined || wanted === isPartOfGroup)
      .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
    const page = unstablePage(rows, query.offset, query.limit, (a, b) => a.name === b.name);
    return json({ machineIdentities: page, totalCount: page.length === 0 ? 0 : rows.length });
  });
};

function find(
  call: Call,
  section: InfisicalState,
  refusal: string,
  action: string,
): InfisicalGroup {
  const [id = '', identityId = ''] = call.params;
  const group = editable(call, section, id);
  boundary(call, section, group, refusal, action);
  if (!isUuid(identityId)) throw broken('Find one');
  const isKnown = section.identities.some(
    (one) => one.id === identityId.toLowerCase() && one.orgId === section.orgId,
  );
  if (isKnown) return group;
  throw notFound(`Identity with id ${identityId} is not part of the organization`);
}

const add: Answer = async (call) => {
  const id = (call.params[1] ?? '').toLowerCase();
  return call.state.update(({ infisical }) => {
    const refusal = 'Failed to add identity to more privileged group';
    const group = find(call, infisical, refusal, 'add-identities');
    if (Object.hasOwn(group.identities, id)) {
      throw badRequest(`Identity is already part of the group ${group.slug}`);
    }
    group.identities[id] = call.server.timestamp();
    call.server.replica.noteChange(group.id, (copy) => {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete copy.identities[id];
    });
    return json({ id });
  });
};

const remove: Answer = async (call) => {
  const id = (call.params[1] ?? '').toLowerCase();
  return call.state.update(({ infisical }) => {
    const refusal = 'Failed to remove identity from more privileged group';
    const group = find(call, infisical, refusal, 'remove-identities');
    const before = group.identities[id];
    if (before === undefined) {
      throw forbidden(`Machine identities are not part of the group ${group.slug}`);
    }
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    delete group.identities[id];
    call.server.replica.noteChange(group.id, (copy) => {
      copy.identities[id] = before;
    });
    return json({ id });
  });
};

const projects: Answer = async (call) => {
  const query = listQuery(call.request.query, PROJECT_LIST);
  return call.state.read(({ infisical }) => {
    permit(call, infisical, 'read');
    const group = groupById(call.server.replica.view(infisical), call.params[0] ?? '');
    const like = likeMatcher(query.search ?? '');
    const wanted = query.filter === undefined ? undefined : query.filter === 'assignedProjects';
    const rows = infisical.projects
      .filter(({ name }) => like(name.toLowerCase()))
      .filter(({ groups }) => wanted === undefined || wanted === groups.includes(group.id))
      .map(({ id, name, slug, groups }) => {
        const joinedGroupAt = groups.includes(group.id) ? group.createdAt : null;
        return { id, name, slug, description: null, type: 'secret-manager', joinedGroupAt };
      });
    const page = rows.slice(query.offset, query.offset + query.limit);
    return json({ projects: page, totalCount: page.length === 0 ? 0 : rows.length });
  });
};

const IDENTITIES = '/api/v1/groups/:id/machine-identities';

function route(method: Route['method'], path: string, answer: Answer): Route {
  const kind = method === 'GET' ? 'reads' : 'writes';
  return { method, path, kind, needsToken: true, isNew: true, answer };
}

/** The routes that old servers have not. */
export const NEW_ROUTES: readonly Route[] = [
  route('GET', IDENTITIES, list),
  route('POST', `${IDENTITIES}/:identityId`, add),
  route('DELETE', `${IDENTITIES}/:identityId`, remove),
  route('GET', '/api/v1/groups/:id/projects', projects),
];
