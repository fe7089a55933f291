import { readFileSync } from 'node:fs';
import type { InfisicalState, InfisicalUser } from '../../../src/sandbox/infisical/model.ts';
import { seedInfisical } from '../../../src/sandbox/infisical/seed.ts';
import { identityToken, signToken, userToken } from '../../../src/sandbox/infisical/token.ts';

/** One recorded request with its answer. Some of them stand for ten or twenty at once. */
export interface Exchange {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly response: {
    readonly status: number | number[];
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

/** The recordings of a file beside this one, in its order. */
export function recordings(file: string): Exchange[] {
  const lines = readFileSync(new URL(file, import.meta.url), 'utf8');
  return lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Exchange);
}

/** What of the recorded server its answers name. */
export const RECORDED = {
  orgId: '843169f0-1e03-40ca-bbdd-0893c27811cd',
  otherOrgId: 'bbbbbbbb-0000-4000-8000-000000000001',
  otherGroupId: 'bbbbbbbb-0000-4000-8000-0000000000a1',
  customRoleId: 'ceb34b0d-5fdf-423d-a162-64cb42d6b1e9',
  clientId: '6a094674-eb2a-47fd-ba81-77b607003507',
  /** The client whose tokens and secrets run out. */
  limitedClientId: 'fbbbe651-15f7-40ca-89c8-127efd9d3399',
  ownerId: '4c759890-f8fa-4e43-953c-3995583c6f3f',
} as const;

/** The secret of both clients: what stands in the recordings in place of the real ones. */
export const SECRET = 'REDACTED';

/** The machine identities by the names the recordings give their tokens, with their roles. */
export const IDENTITIES = {
  admin: { id: 'aaaaaaaa-0000-4000-8000-000000000001', role: 'admin' },
  member: { id: 'aaaaaaaa-0000-4000-8000-000000000002', role: 'member' },
  none: { id: 'aaaaaaaa-0000-4000-8000-000000000003', role: 'no-access' },
  groupsEditor: { id: 'aaaaaaaa-0000-4000-8000-000000000004', role: 'grp-editor' },
} as const;

type Person = Partial<InfisicalUser> & { username: string; isPartOfGroup?: boolean };

/** Everybody whom the answers show, as they show them, plus those who are only counted. */
export function everybody(exchanges: readonly Exchange[]): Person[] {
  const people = new Map<string, Person>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { username } = value as Partial<Person>;
    if (username === undefined) Object.values(value).forEach(look);
    else if (!people.has(username)) people.set(username, { ...(value as Person) });
  };
  for (const { response } of exchanges) look(response.body);
  const add = (person: Person): void => {
    const { username } = person;
    if (!people.has(username)) people.set(username, { email: username, ...person });
  };
  for (const n of [27, 28, 29, 30]) {
    const firstName = n % 3 === 0 ? 'Same' : `First${n}`;
    add({ username: `user${n}@example.com`, firstName, lastName: `Last${n}` });
  }
  add({ username: 'plain@example.com', firstName: 'Plain', lastName: 'User' });
  add({ username: 'owner@corp.test', firstName: 'Owner', id: RECORDED.ownerId, role: 'admin' });
  // Nobody can name these two in a path: the one begins with a blank, the other is too long.
  add({ username: `${'c'.repeat(94)}@x.test`, firstName: 'Long', lastName: 'Over' });
  add({ username: ' lead@x.test', firstName: 'Leading', lastName: 'Blank' });
  for (let n = 0; n < 200; n += 1) {
    const username = `bulk${String(n).padStart(3, '0')}@example.com`;
    add({ username, firstName: 'Bulk', lastName: `B${n}` });
  }
  const elsewhere = { firstName: 'Not', lastName: 'Ours' };
  add({
    ...elsewhere,
    username: 'other1@other.test',
    id: 'fd46635a-2f56-48d8-8af3-ab210f1684b7',
    orgId: RECORDED.otherOrgId,
  });
  add({
    ...elsewhere,
    username: 'lonely@nowhere.test',
    id: '197252f6-a3e0-40f0-9e82-32f73684ed7d',
    orgId: null,
  });
  return [...people.values()].map(({ isPartOfGroup: _, ...person }) => ({
    ...person,
    isAccepted: person.username !== 'pending1@example.com',
    noKeys: person.username === 'noenc@example.com',
  }));
}

/** The recorded server's users came in three steps. */
export function step(person: Person): 1 | 2 | 3 | 4 {
  const { username } = person;
  if (username.startsWith('bulk')) return 4;
  if (username.startsWith('conc')) return 3;
  return username.endsWith('@x.test') ? 2 : 1;
}

/** The state before the first recorded request, but for its users. */
export function recordedState(): InfisicalState {
  const since = '2026-11-22T01:55:10.997Z';
  return {
    ...seedInfisical(),
    orgId: RECORDED.orgId,
    organizations: [],
    users: [],
    projects: [],
    groups: [
      {
        id: RECORDED.otherGroupId,
        orgId: RECORDED.otherOrgId,
        name: 'Other group',
        slug: 'other-group',
        role: 'member',
        roleId: null,
        createdAt: since,
        updatedAt: since,
        members: {},
        identities: {},
      },
    ],
    identities: Object.entries(IDENTITIES).map(([name, { id, role }]) => ({
      id,
      name,
      role,
      orgId: RECORDED.orgId,
    })),
    roles: [
      {
        id: RECORDED.customRoleId,
        slug: 'grp-editor',
        name: 'grp-editor',
        groups: ['read', 'edit', 'create', 'delete'],
      },
    ],
    clients: [],
  };
}

/** The tokens by the names the recordings give them, but those that are got on the way. */
export function recordedTokens(): Record<string, string> {
  const far = { iat: 0, exp: 4_102_444_800 };
  const [head = '', payload = ''] = identityToken(IDENTITIES.admin.id).split('.');
  const ofIdentities = Object.entries(IDENTITIES).map(([name, { id }]) => [
    name,
    identityToken(id),
  ]);
  return {
    ...(Object.fromEntries(ofIdentities) as Record<string, string>),
    jwt: userToken(RECORDED.ownerId),
    badsig: `${head}.${payload}.bm90LXRoaXM`,
    'none-alg': `${head}.${payload}.`,
    unknowntype: signToken({ ...far, authTokenType: 'other' }),
    expuser: signToken({ iat: 0, exp: 1, authTokenType: 'accessToken' }),
    unknownid: signToken({
      ...far,
      identityId: IDENTITIES.admin.id,
      identityAccessTokenId: '00000000-0000-4000-8000-00000000dead',
      authTokenType: 'identityAccessToken',
    }),
  };
}
