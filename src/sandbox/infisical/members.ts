/** Users in groups: add and remove. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { json, type SandboxResponse } from '../http.ts';
import { listUsers } from './list.ts';
import type { InfisicalGroup, InfisicalState, InfisicalUser } from './model.ts';
import { organization, organizationOf } from './organizations.ts';
import { boundary, groupById, permit } from './permit.ts';
import type { Route } from './routes.ts';
import { type Call, isInOrganization } from './server.ts';
import { type ApiError, badRequest, broken, forbidden, notFound } from './wire.ts';

type Answer = Route['answer'];

function shown({ email, username, firstName, lastName, id }: InfisicalUser): object {
  return { email, username, firstName, lastName, id };
}

interface Found {
  readonly group: InfisicalGroup;
  readonly user: InfisicalUser;
  readonly isMember: boolean;
}

const BOUNDARIES = {
  add: { text: 'Failed to add user to more privileged group', action: 'add-members' },
  remove: { text: 'Failed to delete user from more privileged group', action: 'remove-members' },
} as const;

/** A linked group: the parent's OIDC bars removing users, and not adding them. */
function isOidcManaged(
  call: Call,
  section: InfisicalState,
  group: InfisicalGroup,
  verb: 'add' | 'remove',
): boolean {
  const orgId = organizationOf(call, section);
  if (verb === 'add' && group.orgId !== orgId) {
    return organization(section, orgId)?.isOidcManaged === true;
  }
  return group.oidcManaged ?? organization(section, group.orgId)?.isOidcManaged === true;
}

/** In the order the server looks: permission, group, OIDC, boundary, user, membership. */
function find(call: Call, section: InfisicalState, verb: 'add' | 'remove'): Found {
  const [id = '', username = ''] = call.params;
  permit(call, section, 'edit');
  const group = groupById(call, section, id);
  if (isOidcManaged(call, section, group, verb)) {
    const [what, how] =
      verb === 'add' ? ['add user to', 'assigned to'] : ['remove user from', 'removed from'];
    throw badRequest(
      `Cannot ${what} group: OIDC group membership mapping is enabled - user must be ${how} this group in your OIDC provider.`,
    );
  }
  boundary(call, section, group, BOUNDARIES[verb]);
  if (username.includes('\0')) throw broken('Find one');
  const user = call.server.users.find(section, username);
  if (user === undefined) throw notFound(`Failed to find user with username ${username}`);
  return { group, user, isMember: Object.hasOwn(group.members, user.id) };
}

/**
 * The server looks, then inserts, and has no unique key: of twenty equal adds at once, five (old) or
 * ten went through on the recorded servers, and left the user there as often.
 */
const add: Answer = (call) =>
  inTwoSteps(call, call.server.isOld ? 5 : 10, {
    look: (section) => {
      const { group, user, isMember } = find(call, section, 'add');
      const already = () => badRequest(`User(s) are already part of the group ${group.slug}`);
      if (isMember) throw already();
      if (isInOrganization(user, group.orgId)) return already;
      throw forbidden(`User with id ${user.id} is not part of the organization`);
    },
    write: (section) => {
      const { group, user } = find(call, section, 'add');
      if (user.noKeys !== true || !call.server.isOld) join(call, group, user.id);
      return json(shown(user));
    },
  });

function join(call: Call, { id, members }: InfisicalGroup, userId: string): void {
  const before = members[userId];
  members[userId] = [...(before ?? []), call.server.timestamp()];
  noteMember(call, id, userId, before);
}

/** Takes all of a user's rows. Of twenty equal removes at once, two (old) or ten went through. */
const remove: Answer = (call) =>
  inTwoSteps(call, call.server.isOld ? 2 : 10, {
    look: (section) => {
      const { group, isMember } = find(call, section, 'remove');
      const absent = () => forbidden(`User(s) are not part of the group ${group.slug}`);
      if (isMember) return absent;
      throw absent();
    },
    write: (section) => {
      const { group, user } = find(call, section, 'remove');
      const before = group.members[user.id];
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
      delete group.members[user.id];
      noteMember(call, group.id, user.id, before);
      return json(shown(user));
    },
  });

function noteMember(call: Call, groupId: string, userId: string, before?: string[]): void {
  call.server.replica.noteChange(groupId, (copy) => {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete
    if (before === undefined) delete copy.members[userId];
    else copy.members[userId] = before;
  });
}

export interface Steps {
  /** Throws what the call is refused with; returns what it is refused with where it comes late. */
  readonly look: (section: InfisicalState) => () => ApiError;
  readonly write: (section: InfisicalState) => SandboxResponse;
}

/** Looks, leaves equal calls the time to look as well, then writes without looking again. */
export function inTwoSteps(
  call: Call,
  most: number,
  { look, write }: Steps,
): Promise<SandboxResponse> {
  const { server, state, request, params } = call;
  return server.overlaps.run([request.method, ...params].join(' '), most, async (pass) => {
    const late = await state.read(({ infisical }) => look(infisical));
    await nextTurn();
    await nextTurn();
    if (!pass()) throw late();
    return state.update(({ infisical }) => write(infisical));
  });
}

const USERS = '/api/v1/groups/:id/users';

/** The routes of users in groups. */
export const MEMBER_ROUTES: readonly Route[] = [
  { method: 'GET', path: USERS, kind: 'reads', needsToken: true, answer: listUsers },
  { method: 'POST', path: `${USERS}/:username`, kind: 'writes', needsToken: true, answer: add },
  {
    method: 'DELETE',
    path: `${USERS}/:username`,
    kind: 'writes',
    needsToken: true,
    answer: remove,
  },
];
