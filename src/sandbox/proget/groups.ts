/** Groups, in both dialects. */
import { foldName, sameName } from '../../domain/names.ts';
import { empty, json, Refusal } from '../http.ts';
import {
  deleting,
  findNamed,
  listing,
  optionalNames,
  posting,
  requiredText,
  type Route,
  type RouteTable,
  withoutNamed,
} from './wire.ts';

/** `groups/list`: the groups as stored, so one whose `users` is null or missing shows as such. */
const list: Route = listing((state) => json(state.groups));

/** `groups/add` on today's servers: "this creates a group". */
const create: Route = posting((state, request) => {
  const body = request.object();
  const name = requiredText(body, 'name');
  const users = optionalNames(body, 'users') ?? [];
  if (findNamed(state.groups, name) !== undefined) {
    throw new Refusal(400, `A group named "${name}" already exists.`);
  }
  const group = { ...body, name, users };
  state.groups.push(group);
  return json(group);
});

/**
 * `groups/update`: "replaces the whole member list". All that was not sent is gone, users and
 * unknown properties alike; only the name keeps its spelling. Users need not exist.
 */
const update: Route = posting((state, request) => {
  const body = request.object();
  const name = requiredText(body, 'name');
  const users = optionalNames(body, 'users') ?? [];
  const known = findNamed(state.groups, name);
  if (known === undefined) throw new Refusal(404, `There is no group named "${name}".`);
  const group = { ...body, name: known.name, users };
  state.groups[state.groups.indexOf(known)] = group;
  return json(group);
});

/** `groups/delete?group=`: "deleting what does not exist is not an error". */
const remove: Route = deleting((state, request) => {
  const name = request.argument('group');
  state.groups = withoutNamed(state.groups, name);
  state.permissions = state.permissions.filter(({ group }) => !sameName(group ?? '', name));
  return empty();
});

/**
 * `groups/add` of the older document: adds users to a group that exists, keeping all there are, and
 * answers with the SecurityGroup. A group that does not exist is made.
 */
const addMembers: Route = posting((state, request) => {
  const body = request.object();
  const name = requiredText(body, 'name');
  const users = optionalNames(body, 'users') ?? [];
  const known = findNamed(state.groups, name);
  if (known === undefined) {
    const group = { ...body, name, users };
    state.groups.push(group);
    return json(group);
  }
  const members = known.users ?? [];
  const taken = new Set(members.map(foldName));
  const added = users.filter((user) => {
    const key = foldName(user);
    return !taken.has(key) && taken.add(key);
  });
  if (added.length > 0) known.users = [...members, ...added];
  return json({ ...known, users: known.users ?? [] });
});

/** Today's server. */
export const UPDATE_GROUP_ROUTES: RouteTable = {
  '/api/security/groups/list': list,
  '/api/security/groups/add': create,
  '/api/security/groups/update': update,
  '/api/security/groups/delete': remove,
};

/** What is different on the older one. */
export const ADD_GROUP_ROUTES: RouteTable = {
  '/api/security/groups/add': addMembers,
};
