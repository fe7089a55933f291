/** Users of the built-in directory. */
import { foldName, sameName } from '../../domain/names.ts';
import { empty, json, Refusal } from '../http.ts';
import type { ProGetState, StoredUser } from '../model.ts';
import {
  deleting,
  findNamed,
  listing,
  optionalNames,
  optionalText,
  posting,
  requiredText,
  type Route,
  type RouteTable,
  withoutNamed,
} from './wire.ts';
import { hashPassword } from '../seed.ts';

/** `users/list[?search-term=]`: filters on name or display name, whatever the case. */
const list: Route = listing((state, request) => {
  const term = foldName(request.query.get('search-term') ?? '');
  const groups = groupsByUser(state);
  const found = state.users.filter(
    ({ name, displayName }) =>
      foldName(name).includes(term) || foldName(displayName ?? '').includes(term),
  );
  return json(found.map((user) => shown(user, groups.get(foldName(user.name)) ?? [])));
});

/** `users/add`: "POST + SecurityUser with password". Groups that are named are joined. */
const create: Route = posting((state, request) => {
  const body = request.object();
  const name = requiredText(body, 'name');
  requiredText(body, 'password');
  const user = { name, ...changesIn(body, name) };
  const groups = knownGroups(state, optionalNames(body, 'groups') ?? []);
  if (findNamed(state.users, name) !== undefined) {
    throw new Refusal(400, `A user named "${name}" already exists.`);
  }
  state.users.push(user);
  setGroups(state, name, groups);
  return json(shown(user, groups));
});

/** `users/update`: "name selects"; what is not sent, or null, stays as it is. */
const update: Route = posting((state, request) => {
  const body = request.object();
  const name = requiredText(body, 'name');
  const changes = changesIn(body, name);
  const wanted = optionalNames(body, 'groups');
  const groups = wanted === undefined ? undefined : knownGroups(state, wanted);
  const user = findNamed(state.users, name);
  if (user === undefined) throw new Refusal(404, `There is no user named "${name}".`);
  Object.assign(user, changes);
  if (groups !== undefined) setGroups(state, user.name, groups);
  return json(shown(user, groupsByUser(state).get(foldName(user.name)) ?? []));
});

/** `users/delete?user=`: out of the list and out of every group; "not an error if absent". */
const remove: Route = deleting((state, request) => {
  const name = request.argument('user');
  state.users = withoutNamed(state.users, name);
  setGroups(state, name, []);
  state.permissions = state.permissions.filter(({ user }) => !sameName(user ?? '', name));
  return empty();
});

export const USER_ROUTES: RouteTable = {
  '/api/security/users/list': list,
  '/api/security/users/add': create,
  '/api/security/users/update': update,
  '/api/security/users/delete': remove,
};

/** `password` is "write only" (contract, Objects). */
function shown(user: StoredUser, groups: readonly string[]): object {
  return { name: user.name, displayName: user.displayName, email: user.email, groups };
}

function changesIn(body: Readonly<Record<string, unknown>>, name: string): Partial<StoredUser> {
  const displayName = optionalText(body, 'displayName');
  const email = optionalText(body, 'email');
  const password = optionalText(body, 'password');
  return {
    ...(displayName !== undefined && { displayName }),
    ...(email !== undefined && { email }),
    ...(password !== undefined && { passwordHash: hashPassword(name, password) }),
  };
}

function groupsByUser(state: ProGetState): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const group of state.groups) {
    for (const key of new Set(group.users?.map(foldName))) {
      const names = groups.get(key);
      if (names === undefined) groups.set(key, [group.name]);
      else names.push(group.name);
    }
  }
  return groups;
}

function knownGroups(state: ProGetState, names: readonly string[]): string[] {
  return names.map((name) => {
    const group = findNamed(state.groups, name);
    if (group === undefined) throw new Refusal(400, `There is no group named "${name}".`);
    return group.name;
  });
}

/** Makes a user a member of exactly these groups. Lists that do not change are left as they are. */
function setGroups(state: ProGetState, user: string, names: readonly string[]): void {
  for (const group of state.groups) {
    const isMember = group.users?.some((member) => sameName(member, user)) ?? false;
    const shouldBe = names.includes(group.name);
    if (shouldBe && !isMember) group.users = [...(group.users ?? []), user];
    if (!shouldBe && isMember) {
      group.users = (group.users ?? []).filter((member) => !sameName(member, user));
    }
  }
}
