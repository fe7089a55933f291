/** Lists that old servers have not: members of both kinds, projects, groups that can be linked. */
import { json } from '../http.ts';
import type { InfisicalGroup, InfisicalState } from './model.ts';
import { organizationOf } from './organizations.ts';
import { byText, pageOf } from './page.ts';
import { likeMatcher } from './paging.ts';
import { groupById, permit } from './permit.ts';
import { listQuery, type ListRules } from './query.ts';
import type { Route } from './routes.ts';

type Answer = Route['answer'];

const MEMBER_LIST: ListRules = {
  searchPattern: /^[a-zA-Z0-9\-.@]+$/,
  searchRule: 'Invalid pattern: only alphanumeric characters, -, ., @ are allowed.',
  isOrdered: true,
  memberTypes: ['users', 'machineIdentities'],
};

interface Member {
  /** What it is sorted by: both names of a user, else the user name; an identity's name. */
  readonly name: string;
  /** What `search` looks at, in lower case. */
  readonly text: string;
  readonly row: object;
}

/** Users and machine identities of a group in one list; a user once a row of membership. */
const members: Answer = async (call) => {
  const query = listQuery(call.request.query, MEMBER_LIST);
  const { memberTypes, search, orderDirection } = query;
  const wants = (type: string) => memberTypes.length === 0 || memberTypes.includes(type);
  return call.state.read(({ infisical }) => {
    permit(call, infisical, 'read');
    const group = groupById(call, call.server.replica.view(infisical), call.params[0] ?? '');
    const like = likeMatcher(search ?? '');
    const rows = [
      ...(wants('users') ? userMembers(group, infisical) : []),
      ...(wants('machineIdentities') ? identityMembers(group, infisical) : []),
    ]
      .filter(({ text }) => like(text))
      .sort(byText(({ name }) => name.toLowerCase(), orderDirection));
    const isEqual = (a: Member, b: Member) => a.name === b.name;
    return pageOf('members', rows, query, isEqual, ({ row }) => row);
  });
};

function userMembers(group: InfisicalGroup, { users }: InfisicalState): Member[] {
  return users.flatMap(({ id, firstName, lastName, email, username }) => {
    const joined = Object.hasOwn(group.members, id) ? (group.members[id] ?? []) : [];
    const fullName = [firstName, lastName].filter((part) => part !== null).join(' ');
    const name = fullName === '' ? username : fullName;
    const text = `${fullName} ${username}`.toLowerCase();
    const user = { id, firstName, lastName, email, username };
    return joined.map((joinedGroupAt) => ({
      name,
      text,
      row: { id, joinedGroupAt, type: 'user', user },
    }));
  });
}

function identityMembers(group: InfisicalGroup, { identities }: InfisicalState): Member[] {
  return identities.flatMap(({ id, name }) => {
    const joinedGroupAt = group.identities[id];
    if (joinedGroupAt === undefined) return [];
    const machineIdentity = { id, name };
    const row = { id, joinedGroupAt, type: 'machineIdentity', machineIdentity };
    return [{ name, text: name.toLowerCase(), row }];
  });
}

const PROJECT_LIST: ListRules = {
  searchPattern: /^[a-zA-Z0-9-]+$/,
  searchRule: 'Invalid pattern: only alphanumeric characters, - are allowed.',
  filters: ['assignedProjects', 'unassignedProjects'],
  isOrdered: true,
};

const projects: Answer = async (call) => {
  const query = listQuery(call.request.query, PROJECT_LIST);
  return call.state.read(({ infisical }) => {
    permit(call, infisical, 'read');
    const group = groupById(call, call.server.replica.view(infisical), call.params[0] ?? '');
    const like = likeMatcher(query.search ?? '');
    const wanted = query.filter === undefined ? undefined : query.filter === 'assignedProjects';
    const rows = infisical.projects
      .filter(({ name }) => like(name.toLowerCase()))
      .filter(({ groups }) => wanted === undefined || wanted === groups.includes(group.id))
      .map(({ id, name, slug, groups, type = 'secret-manager' }) => {
        const joinedGroupAt = groups.includes(group.id) ? group.createdAt : null;
        return { id, name, slug, description: null, type, joinedGroupAt };
      })
      .sort(byText(({ name }) => name, query.orderDirection));
    return pageOf(
      'projects',
      rows,
      query,
      (a, b) => a.name === b.name,
      (row) => row,
    );
  });
};

/** The parent's groups that could still be linked; none in the root organization. */
const available: Answer = async (call) =>
  call.state.read(({ infisical }) => {
    permit(call, infisical, 'read');
    const orgId = organizationOf(call, infisical);
    const groups = call.server.replica
      .view(infisical)
      .groups.filter((group) => orgId !== infisical.orgId && group.orgId === infisical.orgId)
      .filter(({ links }) => links?.[orgId] === undefined);
    return json({ groups: groups.map(({ id, name, slug }) => ({ id, name, slug })) });
  });

function route(path: string, answer: Answer): Route {
  return { method: 'GET', path, kind: 'reads', needsToken: true, answer };
}

/** The routes of these lists. */
export const NEW_LIST_ROUTES: readonly Route[] = [
  route('/api/v1/groups/:id/members', members),
  route('/api/v1/groups/:id/projects', projects),
  route('/api/v1/organization/available-groups', available),
];
