/** Lists given by hand, for tests: what was left out is filled in. */
import { createHash } from 'node:crypto';
import { Refusal } from '../http.ts';
import type { InfisicalState } from './model.ts';
import { isRecord } from '../values.ts';

type Item = Record<string, unknown>;

const SINCE = '2026-01-05T08:00:00.000Z';

/** A UUID that is the same for the same words, wherever and whenever it is asked for. */
export function fixedId(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  const variant = '89ab'[Number.parseInt(hex[16] ?? '0', 16) % 4] ?? '8';
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

/** What is stored of a client secret. A sandbox may be given a real one by mistake. */
export function hashSecret(clientId: string, secret: string): string {
  return createHash('sha256').update(`${clientId}\n${secret}`).digest('hex');
}

/** A slug as the server makes one of a name. */
export function slugOf(name: string): string {
  const plain = name.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
}

/**
 * The lists of a patch as they are stored. Enough is: a user's `username`, a group's `name` (with
 * `members`, user names or ids, and `identities`, names or ids, if it is to have any), an identity's
 * `name`, a role's `slug` and `groups`, a client's `clientId`, `identityId` and `clientSecret`.
 * Members are looked up among the users of the patch, else of the state. Throws a 400 for a member
 * that is not there.
 */
export function completeLists(
  current: Readonly<InfisicalState>,
  lists: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const done = { ...lists };
  const each = (list: string, complete: (item: Item) => Item): void => {
    const items = done[list];
    if (!Array.isArray(items)) return;
    done[list] = items.map((item: unknown) => (isRecord(item) ? complete(item) : item));
  };
  const { orgId } = current;
  each('users', (user) => completeUser(user, orgId));
  each('identities', (one) => ({
    id: idFor('identity', one['name']),
    orgId,
    role: 'member',
    ...one,
  }));
  each('roles', (role) => ({ id: idFor('role', role['slug']), name: role['slug'], ...role }));
  each('clients', completeClient);
  each('projects', (one) => ({
    id: idFor('project', one['name']),
    slug: slugOf(textOf(one['name'])),
    groups: [],
    ...one,
  }));
  const users = idsBy(done['users'] ?? current.users, 'username');
  const identities = idsBy(done['identities'] ?? current.identities, 'name');
  each('groups', (group) => completeGroup(group, orgId, users, identities));
  return done;
}

function completeUser(user: Item, orgId: string): Item {
  const name = textOf(user['username']);
  return {
    id: idFor('user', name),
    email: name.includes('@') ? name : null,
    firstName: null,
    lastName: null,
    orgId,
    role: 'member',
    isAccepted: true,
    ...user,
  };
}

function completeClient({ clientSecret, ...client }: Item): Item {
  if (typeof clientSecret !== 'string') return client;
  return { ...client, secretHash: hashSecret(textOf(client['clientId']), clientSecret) };
}

function completeGroup(
  group: Item,
  orgId: string,
  users: ReadonlyMap<string, string>,
  identities: ReadonlyMap<string, string>,
): Item {
  const slug = group['slug'] ?? slugOf(textOf(group['name']));
  const members = group['members'] ?? [];
  const machines = group['identities'] ?? [];
  return {
    id: idFor('group', slug),
    orgId,
    role: 'no-access',
    roleId: null,
    createdAt: SINCE,
    updatedAt: SINCE,
    ...group,
    slug,
    members: Array.isArray(members) ? joined(members, users, () => [SINCE]) : members,
    identities: Array.isArray(machines) ? joined(machines, identities, () => SINCE) : machines,
  };
}

function joined<T>(
  names: readonly unknown[],
  ids: ReadonlyMap<string, string>,
  since: () => T,
): Record<string, T> {
  return Object.fromEntries(
    names.map((name) => {
      const id = ids.get(textOf(name));
      if (id === undefined) throw new Refusal(400, `There is no member "${textOf(name)}".`);
      return [id, since()];
    }),
  );
}

/** Names and ids, each to the id. */
function idsBy(items: unknown, key: string): Map<string, string> {
  const ids = new Map<string, string>();
  for (const item of Array.isArray(items) ? items : []) {
    if (!isRecord(item)) continue;
    const id = textOf(item['id']);
    ids.set(id, id);
    ids.set(textOf(item[key]), id);
  }
  return ids;
}

function idFor(kind: string, name: unknown): string {
  return fixedId(`${kind}:${textOf(name)}`);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
