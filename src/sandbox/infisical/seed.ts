/** The same small company as on the ProGet sandbox, as far as it goes, on an Infisical server. */
import {
  type InfisicalGroup,
  type InfisicalState,
  type InfisicalUser,
  SANDBOX_ORG_ID,
} from './model.ts';
import { completeLists, fixedId, hashSecret } from './patch.ts';
import { identityToken } from './token.ts';
import { people } from '../people.ts';

export { SANDBOX_ORG_ID };

/** A sub-organization of the company; the administrator's machine identity is in it, too. */
export const SANDBOX_BRANCH = {
  id: '5a4db0c5-0000-4000-8000-000000000003',
  name: 'Branch',
  slug: 'branch',
} as const;

/** The machine identity that {@link SANDBOX_CLIENT} logs in as: an administrator. */
export const SANDBOX_IDENTITY = {
  id: '5a4db0c5-0000-4000-8000-0000000000a1',
  name: 'groupctl-ci',
} as const;

/** A machine identity that may read groups, and no more. */
export const SANDBOX_READER = {
  id: '5a4db0c5-0000-4000-8000-0000000000a2',
  name: 'deploy-bot',
} as const;

/** Universal Auth for the sandbox; it opens nothing else. */
export const SANDBOX_CLIENT = {
  clientId: 'sandbox-client-id',
  clientSecret: 'sandbox-client-secret',
} as const;

/** The administrator's standing token, which every sandbox takes until told otherwise. */
export function sandboxToken(): string {
  return identityToken(SANDBOX_IDENTITY.id, SANDBOX_ORG_ID);
}

const OTHER_ORG_ID = '5a4db0c5-0000-4000-8000-000000000002';

/** The Infisical section. User names are what one would type on the ProGet sandbox. */
export function seedInfisical(): InfisicalState {
  const empty: InfisicalState = {
    orgId: SANDBOX_ORG_ID,
    organizations: [SANDBOX_BRANCH],
    users: [],
    groups: [],
    identities: [],
    roles: [],
    clients: [],
    tokens: [],
    projects: [],
  };
  const lists = completeLists(empty, {
    users: [...members(), ...oddPeople()],
    groups: groups(),
    identities: [
      {
        ...SANDBOX_IDENTITY,
        role: 'admin',
        subOrganizations: { [SANDBOX_BRANCH.id]: 'admin' },
      },
      SANDBOX_READER,
    ],
    roles: [{ slug: 'qa-lead', groups: ['read'] }],
    clients: [
      {
        clientId: SANDBOX_CLIENT.clientId,
        identityId: SANDBOX_IDENTITY.id,
        secretHash: hashSecret(SANDBOX_CLIENT.clientId, SANDBOX_CLIENT.clientSecret),
      },
    ],
    projects: [{ name: 'Web shop', groups: [fixedId('group:developers')] }],
  });
  return { ...empty, ...lists };
}

type Given<T> = Partial<Omit<T, 'members' | 'identities'>> & { members?: string[] };

function groups(): (Given<InfisicalGroup> & { identities?: string[] })[] {
  return [
    {
      name: 'Administrators',
      role: 'admin',
      members: ['Admin', 'ajohnson'],
      links: { [SANDBOX_BRANCH.id]: { role: 'member', roleId: null } },
    },
    {
      name: 'Developers',
      role: 'member',
      members: ['djones', 'mbrown'],
      identities: [SANDBOX_READER.name],
    },
    // Slugs have five characters at least. Listed twice on new servers, for its two roles.
    {
      name: 'QA',
      slug: 'qa-team',
      role: 'member',
      otherRoles: ['qa-lead'],
      members: ['Zoë Müller', 'lchen'],
    },
    { name: 'Engineers' },
    { name: 'Duplicates', slug: 'duplicates-one' },
    { name: 'Duplicates', slug: 'duplicates-two' },
    { name: 'Branch team', orgId: SANDBOX_BRANCH.id, members: ['ogarcía'] },
    { name: 'Partners', orgId: OTHER_ORG_ID, role: 'member', members: ['partner@other.test'] },
  ];
}

/** Who is in the sub-organization as well. */
const IN_BRANCH = new Set(['jsmith', 'ogarcía']);

function members(): Given<InfisicalUser>[] {
  return [
    { ...person('Admin', 'Ada Min', 'admin@corp.example'), role: 'admin' },
    ...people().map(({ name, displayName, email }) => ({
      ...person(name, displayName, email),
      ...(IN_BRANCH.has(name) ? { subOrganizations: [SANDBOX_BRANCH.id] } : {}),
    })),
  ];
}

/** Accounts that ProGet has no place for. */
function oddPeople(): Given<InfisicalUser>[] {
  return [
    person('dup@corp.test', 'Dup Lower', 'dup@corp.test'),
    person('DUP@corp.test', 'Dup Upper', 'DUP@corp.test'),
    { username: 'pending@corp.test', isAccepted: false },
    { ...person('nokeys@corp.test', 'No Keys', 'nokeys@corp.test'), noKeys: true },
    { ...person('partner@other.test', 'Paula Partner', 'partner@other.test'), orgId: OTHER_ORG_ID },
    { ...person('lonely@nowhere.test', 'Lo Nely', 'lonely@nowhere.test'), orgId: null },
  ];
}

function person(username: string, name: string, email: string): Given<InfisicalUser> {
  const [firstName = '', lastName = ''] = name.split(' ');
  return { id: fixedId(`user:${username}`), username, firstName, lastName, email };
}
