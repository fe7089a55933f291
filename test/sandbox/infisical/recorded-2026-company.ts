import type {
  InfisicalClient,
  InfisicalIdentity,
  InfisicalState,
  InfisicalUser,
} from '../../../src/sandbox/infisical/model.ts';
import { completeLists, fixedId } from '../../../src/sandbox/infisical/patch.ts';
import { seedInfisical } from '../../../src/sandbox/infisical/seed.ts';
import { identityToken, signToken, userToken } from '../../../src/sandbox/infisical/token.ts';
import { type Exchange, SECRET } from './recorded-company.ts';

/** What of the server recorded in July 2026 its answers name. */
export const ORG = '96f585b6-db27-462d-8509-003fa6b93f6a';
export const BRANCH = {
  id: '89f69e95-db99-4775-bfb6-45785e8124d5',
  name: 'Branch',
  slug: 'branch',
};
export const BRANCH_TWO = {
  id: '97d703aa-60da-4417-bccf-a8298decc0df',
  name: 'Branch two',
  slug: 'branch-two',
};
const OTHER_ORG = 'bbbbbbbb-0000-4000-8000-000000000001';
const CUSTOM_ROLE = '3b9c2728-70be-45b8-87b6-94fde9057b9a';
const ROOT_USER = '58b0006d-435e-4635-b16d-9f5305b1366d';

const MANAGE = ['add-members', 'remove-members', 'add-identities', 'remove-identities'];
const ROLES = {
  'grp-editor': ['read', 'create', 'edit'],
  'grp-adder': ['read', 'edit', 'add-members'],
  'grp-manager': ['read', 'create', 'edit', 'delete', 'grant-privileges', ...MANAGE],
  'grp-reader': ['read'],
};

/** The machine identities that call, by the names the recording gives their tokens. */
const CALLERS: Readonly<Record<string, string>> = {
  member: 'member',
  none: 'no-access',
  editor: 'grp-editor',
  adder: 'grp-adder',
  manager: 'grp-manager',
  reader: 'grp-reader',
};

/** The clients that log in, each with an identity of its own but for the administrator's. */
const CLIENTS: readonly (Partial<InfisicalClient> & { clientId: string; holder: string })[] = [
  { clientId: '79da1c45-07cf-4a77-9305-f4a710faaa1a', holder: 'locked' },
  { clientId: '44fc1f0b-afbd-478b-9dc0-afbce97abedc', holder: 'locked' },
  {
    clientId: 'c5ed9d79-d65b-46d2-919b-97a8471fc0b4',
    holder: 'one address',
    trustedIps: ['10.11.0.0/16'],
  },
  { clientId: '18483d7b-9156-4233-b27b-3b6b2e432c47', holder: 'one use', secretUses: 1 },
  { clientId: '926dc65f-046a-4f3e-80b7-ca80c3030f0b', holder: 'old', secretExpiresAt: 1 },
  { clientId: '4aa99edb-1225-4951-90cb-b768fdc0fea5', holder: 'inactive' },
  { clientId: '0f0eb62f-d83a-41c2-8e65-6e5032c79bac', holder: 'short', ttl: 4, maxTtl: 4 },
  { clientId: '8d7305f9-fdfe-4dfe-a739-a6754f1624c1', holder: 'uses', tokenUses: 3 },
  { clientId: 'b7080619-390c-4754-919e-39497eb0ff99', holder: 'guest' },
  // Not in the recording: how these tokens came about was not recorded.
  { clientId: 'revoked', holder: 'revoked' },
  { clientId: 'gone', holder: 'gone' },
  { clientId: 'per', holder: 'per', tokenTrustedIps: ['10.11.0.0/16'] },
];
export const ADMIN_CLIENT = '4945eefc-12d2-497e-9b58-07a6f29e9e0c';
const ADMIN = 'ff44769c-d673-4a46-9ed5-1725aa1ab08f';

/** The id of an identity that the recording does not tell. */
export function idOf(holder: string): string {
  return fixedId(`recorded 2026: ${holder}`);
}

/** The tokens that no login of the recording gives. */
export function recordedTokens(): Record<string, string> {
  const tokens = Object.keys(CALLERS).map((name) => [name, identityToken(idOf(name))]);
  const far = { iat: 0, exp: 4_102_444_800, authTokenType: 'identityAccessToken' };
  const admin = identityToken(ADMIN);
  const years = 400 * 24 * 60 * 60;
  const iat = Math.floor(Date.UTC(2026, 10, 25) / 1000) - years;
  const [head = '', payload = ''] = admin.split('.');
  return {
    ...(Object.fromEntries(tokens) as Record<string, string>),
    admin,
    jwt: userToken(ROOT_USER, ORG),
    jwtNoOrg: signToken({ ...far, userId: ROOT_USER, authTokenType: 'accessToken' }),
    scim: signToken({ ...far, authTokenType: 'scimToken' }),
    'signed with another key': `${head}.${payload}.bm90LXRoaXM`,
    'identity that does not exist': identityToken('00000000-0000-4000-8000-00000000dead'),
    'no exp, issued 400 days ago': signToken({
      identityId: ADMIN,
      authTokenType: 'identityAccessToken',
      iat,
    }),
  };
}

/** Whom the answers show in the time when everybody's last name was changed for a while. */
const OTHER_NAMES = /3-full-names/;

/** The organization's users: those the answers show, and as many more as they count. */
function users(exchanges: readonly Exchange[]): Partial<InfisicalUser>[] {
  const people = new Map<string, Partial<InfisicalUser> & { username: string }>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { username, id, email, firstName, lastName } = value as InfisicalUser;
    if (typeof username !== 'string') Object.values(value).forEach(look);
    else if (!people.has(username)) {
      people.set(username, { username, id, email, firstName, lastName });
    }
  };
  for (const { name, response } of exchanges) if (!OTHER_NAMES.test(name)) look(response.body);
  const add = (person: Partial<InfisicalUser> & { username: string }): void => {
    if (!people.has(person.username)) people.set(person.username, person);
  };
  for (let n = 1; n <= 280; n += 1) {
    const username = `user${String(n).padStart(3, '0')}@example.com`;
    add({ username, email: `mail${n}@example.com`, firstName: firstNameOf(n), lastName: `L${n}` });
  }
  Object.assign(people.get('user030@example.com') ?? {}, {
    id: '312c683c-7c88-4452-bfbe-77692323c0e8',
  });
  // A search for "ann" finds one more than there are of that first name.
  add({ username: 'unseen1@example.com', firstName: 'Bob', lastName: 'Lannes' });
  for (const n of [289, 290, 295, 296, 298, 299]) {
    add({ username: `unseen${n}@example.com`, firstName: firstNameOf(n), lastName: `L${n}` });
  }
  add({ username: ' lead@example.com', email: 'mail287@example.com', firstName: 'Chris' });
  add({ username: `${'b'.repeat(243)}@example.com`, firstName: 'Long', lastName: 'Most' });
  for (let n = people.size; n < 307; n += 1) {
    add({ username: `unseen${n}@example.com`, firstName: 'Zoe', lastName: `Z${n}` });
  }
  return [
    ...[...people.values()].map((person) => ({
      ...person,
      ...(person.username === 'root@example.com' ? { role: 'admin' } : {}),
    })),
    {
      username: 'other1@other.test',
      id: 'b48af5d9-2960-40a6-8d30-21e75c4f852d',
      orgId: OTHER_ORG,
    },
  ];
}

export function firstNameOf(n: number): string {
  return ['Ann', 'Bob', 'Chris'][n % 3] ?? '';
}

/** 29 of the organization, of whom the answers show some, and one of another. */
function identities(exchanges: readonly Exchange[]): Partial<InfisicalIdentity>[] {
  const known = new Map<string, string>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const { id, name, isPartOfGroup } = value as Record<string, unknown>;
    if (typeof isPartOfGroup === 'boolean' && typeof name === 'string') known.set(String(id), name);
    Object.values(value).forEach(look);
  };
  for (const { response } of exchanges) look(response.body);
  const list: Partial<InfisicalIdentity>[] = [
    ...[...known].map(([id, name]) => ({ id, name })),
    ...['bot-07', 'bot-09'].map((name) => ({ name })),
    { id: '1980349f-d7fe-4e05-8fac-5285812e791e', name: 'linked one' },
    ...Object.entries(CALLERS).map(([name, role]) => ({
      id: idOf(name),
      name: `token ${name}`,
      role,
    })),
    ...[...new Set(CLIENTS.map(({ holder }) => holder))].map((holder) => ({
      id: idOf(holder),
      name: `login ${holder}`,
      isInactive: holder === 'inactive',
    })),
  ];
  const admin = list.find(({ id }) => id === ADMIN);
  if (admin === undefined || list.length !== 29) throw new Error('Whom does the recording show?');
  Object.assign(admin, { role: 'admin', subOrganizations: { [BRANCH.id]: 'admin' } });
  const other = { id: 'ee1630be-778d-4628-9f32-c622530c2e5a', name: 'other', orgId: OTHER_ORG };
  return [...list, other];
}

/** The state before the first recorded request. */
export function recordedState(exchanges: readonly Exchange[]): InfisicalState {
  const empty: InfisicalState = {
    ...seedInfisical(),
    orgId: ORG,
    organizations: [{ id: ORG, name: 'Example', slug: 'example-org-5-cox' }, BRANCH],
    groups: [],
    tokens: [],
  };
  const roles = Object.entries(ROLES).map(([slug, groups]) => ({
    slug,
    groups,
    ...(slug === 'grp-editor' ? { id: CUSTOM_ROLE } : {}),
  }));
  const lists = completeLists(empty, {
    users: users(exchanges),
    identities: identities(exchanges),
    roles,
    clients: [
      { clientId: ADMIN_CLIENT, identityId: ADMIN, clientSecret: SECRET },
      ...CLIENTS.map(({ holder, ...client }) => ({
        ...client,
        identityId: idOf(holder),
        clientSecret: SECRET,
      })),
    ],
    groups: [
      {
        name: 'Other group',
        id: 'bbbbbbbb-0000-4000-8000-0000000000a1',
        orgId: OTHER_ORG,
        slug: 'other-group',
      },
    ],
    projects: [
      {
        id: '6fe2c87b-fb48-4158-8a5b-ba2ce0e2f9a7',
        name: 'Certificate Manager',
        slug: 'cert-manager-kyu-1',
        type: 'cert-manager',
      },
      { id: 'ade68044-2542-4fde-92eb-af59bd730c74', name: 'Web shop' },
    ],
  });
  return { ...empty, ...lists };
}
