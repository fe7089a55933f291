/** Machine identities in groups: new servers only. */
import { json } from '../http.ts';
import { SEARCH } from './list.ts';
import { inTwoSteps } from './members.ts';
import type { InfisicalGroup, InfisicalState } from './model.ts';
import { isIdentityIn } from './organizations.ts';
import { byText, pageOf } from './page.ts';
import { likeMatcher } from './paging.ts';
import { type Boundary, boundary, groupById, permit } from './permit.ts';
import { listQuery, type ListRules } from './query.ts';
import type { Route } from './routes.ts';
import type { Call } from './server.ts';
import { badRequest, broken, forbidden, isUuid, notFound } from './wire.ts';

type Answer = Route['answer'];

/** Not the users' values (contract, Endpoints). */
const LIST: ListRules = {
  ...SEARCH,
  filters: ['assignedMachineIdentities', 'nonAssignedMachineIdentities'],
};

/** Every machine identity of the organization, in groups or not, unless it is filtered. */
const list: Answer = async (call) => {
  const query = listQuery(call.request.query, LIST);
  return call.state.read(({ infisical }) => {
    permit(call, infisical, 'read');
    const group = groupById(call, call.server.replica.view(infisical), call.params[0] ?? '');
    const like = likeMatcher(query.search ?? '');
    const wanted =
      query.filter === undefined ? undefined : query.filter === 'assignedMachineIdentities';
    const rows = infisical.identities
      .filter((one) => isIdentityIn(one, group.orgId) && like(one.name.toLowerCase()))
      .map(({ id, name }) => ({
        id,
        name,
        isPartOfGroup: Object.hasOwn(group.identities, id),
        joinedGroupAt: group.identities[id] ?? null,
      }))
      .filter(({ isPartOfGroup }) => wanted === undefined || wanted === isPartOfGroup)
      .sort(byText(({ name }) => name, 'asc'));
    const isEqual = (a: { name: string }, b: { name: string }) => a.name === b.name;
    return pageOf('machineIdentities', rows, query, isEqual, (row) => row);
  });
};

/** The group and the identity of a call. OIDC does not bar identities. */
function find(call: Call, section: InfisicalState, wanted: Boundary): [InfisicalGroup, string] {
  const [groupId = '', id = ''] = call.params;
  permit(call, section, 'edit');
  const group = groupById(call, section, groupId);
  boundary(call, section, group, wanted);
  if (!isUuid(id)) throw broken('Find one');
  const known = section.identities.filter((one) => isIdentityIn(one, group.orgId));
  if (known.some((one) => one.id === id)) return [group, id];
  const text = `Identity with id ${id} is not part of the organization`;
  // The database finds it, and the comparison that follows does not.
  throw known.some((one) => one.id === id.toLowerCase()) ? forbidden(text) : notFound(text);
}

const ADD: Boundary = {
  text: 'Failed to add identity to more privileged group',
  action: 'add-identities',
};
const REMOVE: Boundary = {
  text: 'Failed to remove identity from more privileged group',
  action: 'remove-identities',
};

/** There is a unique key: of equal adds at once one goes through, and the late ones are 500. */
const add: Answer = (call) =>
  inTwoSteps(call, Infinity, {
    look: (section) => {
      const [group, id] = find(call, section, ADD);
      const already = () => badRequest(`Identity is already part of the group ${group.slug}`);
      if (Object.hasOwn(group.identities, id)) throw already();
      return already;
    },
    write: (section) => {
      const [group, id] = find(call, section, ADD);
      if (Object.hasOwn(group.identities, id)) throw broken('Create');
      group.identities[id] = call.server.timestamp();
      call.server.replica.noteChange(group.id, (copy) => {
        // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
        delete copy.identities[id];
      });
      return json({ id });
    },
  });

const remove: Answer = async (call) =>
  call.state.update(({ infisical }) => {
    const [group, id] = find(call, infisical, REMOVE);
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

const IDENTITIES = '/api/v1/groups/:id/machine-identities';

function route(method: Route['method'], path: string, answer: Answer): Route {
  const kind = method === 'GET' ? 'reads' : 'writes';
  return { method, path, kind, needsToken: true, answer };
}

/** The routes of machine identities in groups. */
export const IDENTITY_ROUTES: readonly Route[] = [
  route('GET', IDENTITIES, list),
  route('POST', `${IDENTITIES}/:identityId`, add),
  route('DELETE', `${IDENTITIES}/:identityId`, remove),
];
