import * as v from 'valibot';
import type { Group, Member, MemberUser } from '../../domain/group.ts';

/** The wire objects of the Infisical Groups API (contract: "Endpoints"), and the domain's. */

const nullishText = v.nullish(v.string());

export const GroupSchema = v.looseObject({
  id: v.string(),
  name: v.string(),
  slug: v.string(),
  /** Of a linked group: not the caller's organization. */
  orgId: nullishText,
});

const USER = {
  id: v.string(),
  username: v.string(),
  email: nullishText,
  firstName: nullishText,
  lastName: nullishText,
};

/** A user in the list of a group: everybody of the organization, members or not. */
const ListedUserSchema = v.looseObject({ ...USER, isPartOfGroup: v.boolean() });

/** More rows than any organization has: a larger count is a fault of the server. */
const MOST_ROWS = 10_000_000;

/** `totalCount`: how many pages are read depends on it. */
const RowCountSchema = v.custom<number>(isRowCount);

export const UserPageSchema = v.looseObject({
  users: v.array(ListedUserSchema),
  totalCount: RowCountSchema,
});

/** What adding and removing a user answers. */
export interface WrittenUser {
  readonly id: string;
  readonly username: string;
  readonly email?: string | null | undefined;
  readonly firstName?: string | null | undefined;
  readonly lastName?: string | null | undefined;
}

const ListedIdentitySchema = v.looseObject({
  id: v.string(),
  name: v.string(),
  isPartOfGroup: v.boolean(),
});

export const IdentityPageSchema = v.looseObject({
  machineIdentities: v.array(ListedIdentitySchema),
  totalCount: RowCountSchema,
});

/** `GET /:id/members` (contract: "Servers of 2026"): members of both kinds, and nobody else. */
export const MemberPageSchema = v.looseObject({
  members: v.array(
    v.variant('type', [
      v.looseObject({
        id: v.string(),
        type: v.literal('user'),
        user: v.looseObject(USER),
      }),
      v.looseObject({
        id: v.string(),
        type: v.literal('machineIdentity'),
        machineIdentity: v.looseObject({ id: v.string(), name: v.string() }),
      }),
    ]),
  ),
  totalCount: RowCountSchema,
});

/** `GET /:id`; the list says `custom` for every role of the organization's own. */
export const GroupRoleSchema = v.looseObject({ customRoleSlug: v.nullish(v.string()) });

/** `GET /organization/available-groups`: the parent's groups that are not linked. */
export const AvailableGroupsSchema = v.looseObject({
  groups: v.array(v.looseObject({ id: v.string() })),
});

/** `GET /api/status`: the server's status message; it needs no token. */
export const StatusSchema = v.looseObject({ message: v.string() });

export const LoginSchema = v.looseObject({
  accessToken: v.pipe(v.string(), v.nonEmpty()),
  /** Seconds. */
  expiresIn: v.nullish(v.number()),
});

export type WireGroup = v.InferOutput<typeof GroupSchema>;
export type ListedUser = v.InferOutput<typeof ListedUserSchema>;
export type UserPage = v.InferOutput<typeof UserPageSchema>;
export type ListedIdentity = v.InferOutput<typeof ListedIdentitySchema>;
export type IdentityPage = v.InferOutput<typeof IdentityPageSchema>;
export type MemberPage = v.InferOutput<typeof MemberPageSchema>;

/** Checked without a schema, which takes as long as a call: there may be thousands of rows. */
export function isWrittenUser(value: unknown): value is WrittenUser {
  if (typeof value !== 'object' || value === null) return false;
  const { id, username, email, firstName, lastName } = value as Record<string, unknown>;
  return (
    typeof id === 'string' &&
    typeof username === 'string' &&
    isNullishText(email) &&
    isNullishText(firstName) &&
    isNullishText(lastName)
  );
}

/** What {@link UserPageSchema} takes. */
export function isUserPage(value: unknown): value is UserPage {
  if (typeof value !== 'object' || value === null) return false;
  const { users, totalCount } = value as Record<string, unknown>;
  return isRowCount(totalCount) && Array.isArray(users) && users.every(isListedUser);
}

/** What {@link MemberPageSchema} takes. */
export function isMemberPage(value: unknown): value is MemberPage {
  if (typeof value !== 'object' || value === null) return false;
  const { members, totalCount } = value as Record<string, unknown>;
  return isRowCount(totalCount) && Array.isArray(members) && members.every(isMemberRow);
}

function isMemberRow(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { id, type, user, machineIdentity } = value as Record<string, unknown>;
  if (typeof id !== 'string') return false;
  if (type === 'user') return isWrittenUser(user);
  if (type !== 'machineIdentity') return false;
  if (typeof machineIdentity !== 'object' || machineIdentity === null) return false;
  const identity = machineIdentity as Record<string, unknown>;
  return typeof identity['id'] === 'string' && typeof identity['name'] === 'string';
}

function isListedUser(value: unknown): value is ListedUser {
  return isWrittenUser(value) && typeof (value as Partial<ListedUser>).isPartOfGroup === 'boolean';
}

function isRowCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= MOST_ROWS;
}

function isNullishText(value: unknown): boolean {
  return value === undefined || value === null || typeof value === 'string';
}

/** @param organizationId of the token; undefined where it does not tell, and no group is linked */
export function toGroup(group: WireGroup, organizationId: string | undefined): Group {
  const { id, name, slug } = group;
  return { name, id, slug, ...(isLinked(group, organizationId) ? { linked: true } : {}) };
}

/** True for a group of the parent organization (contract: "Sub-organizations"). */
export function isLinked({ orgId }: WireGroup, organizationId: string | undefined): boolean {
  if (typeof orgId !== 'string' || organizationId === undefined) return false;
  return orgId.toLowerCase() !== organizationId.toLowerCase();
}

/** A group can come twice, once for each of its roles: then it has no one role. */
export function distinctGroups(groups: readonly WireGroup[]): WireGroup[] {
  const byId = new Map<string, WireGroup>();
  for (const group of groups) {
    const isAgain = byId.has(group.id);
    byId.set(group.id, isAgain ? { ...group, role: undefined } : group);
  }
  return [...byId.values()];
}

export function toUser(user: WrittenUser): MemberUser {
  const { id, username, email, firstName, lastName } = user;
  return {
    id,
    username,
    ...(email === undefined ? {} : { email }),
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
  };
}

export function toMember(user: WrittenUser): Member {
  return { member: user.username, type: 'user', user: toUser(user) };
}

/** A machine identity is typed by its id; its name need not be unique. */
export function toIdentityMember({ id, name }: Pick<ListedIdentity, 'id' | 'name'>): Member {
  return { member: id, type: 'identity', user: { id, displayName: name } };
}
