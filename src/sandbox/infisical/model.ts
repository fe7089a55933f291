/** What the sandbox stores for Infisical. Dictionaries, not lists, where a write must not search. */
import { isRecord, isTextList } from '../values.ts';

/** The root organization of the sandbox's company. */
export const SANDBOX_ORG_ID = '5a4db0c5-0000-4000-8000-000000000001';

/** A user of the server, who may belong to another organization than ours, or to none. */
export interface InfisicalUser {
  id: string;
  username: string;
  email: string | null;
  firstName: string | null;
  lastName: string | null;
  orgId: string | null;
  /** In the organization; decides what a user's own token may do. */
  role: string;
  /** False for one who has been invited and has not come yet. */
  isAccepted: boolean;
  /** Without encryption keys: old servers add them with 200, and nothing happens. */
  noKeys?: boolean;
  /** The ids of the sub-organizations this user is in besides. */
  subOrganizations?: string[];
}

/** A group. `orgId` may be another organization's: the group is then in no list. */
export interface InfisicalGroup {
  id: string;
  orgId: string;
  name: string;
  slug: string;
  /** `admin`, `member`, `no-access`, or `custom` with a `roleId`. */
  role: string;
  roleId: string | null;
  createdAt: string;
  updatedAt: string;
  /** User id → when they joined, once a row: equal adds at once leave several. */
  members: Record<string, string[]>;
  /** Machine identity id → when it joined. */
  identities: Record<string, string>;
  /** More roles: new servers list the group once a role. */
  otherRoles?: string[];
  /** Membership comes from OIDC, so that adds and removes are refused. */
  oidcManaged?: boolean;
  /** The sub-organizations it is linked into, by id, with its role there. */
  links?: Record<string, { role: string; roleId: string | null }>;
}

/** A machine identity. */
export interface InfisicalIdentity {
  id: string;
  name: string;
  orgId: string;
  role: string;
  /** The sub-organizations it is in besides, by id, with its role there. */
  subOrganizations?: Record<string, string>;
  /** Its membership of the organization was switched off. */
  isInactive?: boolean;
}

/** A sub-organization; or, with the id of the root organization, what is set there. */
export interface InfisicalOrganization {
  id: string;
  name: string;
  slug: string;
  /** The privilege system of older organizations: a comparison of whole roles. */
  hasOldPrivileges?: boolean;
  /** OIDC fills its groups, so that users are neither added nor removed. */
  isOidcManaged?: boolean;
}

/** A role of the organization's own. */
export interface InfisicalRole {
  id: string;
  slug: string;
  name: string;
  /** What it may do to groups. */
  groups: string[];
}

/** A Universal Auth client with its one secret. Times are milliseconds since 1970. */
export interface InfisicalClient {
  clientId: string;
  identityId: string;
  /** Missing once the secret is used up or has run out. */
  secretHash?: string;
  /** How many logins are left; any number where missing. */
  secretUses?: number;
  secretExpiresAt?: number;
  /** Seconds a token lives, and how long it could be renewed; 30 days both where missing. */
  ttl?: number;
  maxTtl?: number;
  /** How many calls a token is good for; 0 or missing: any number. */
  tokenUses?: number;
  /** Addresses or networks (`10.0.0.0/16`) that may log in; anywhere where missing. */
  trustedIps?: string[];
  /** The same for anyone who uses a token; new servers only. */
  tokenTrustedIps?: string[];
  /** Refused logins in a row, when the last one was, and until when it is locked for them. */
  failures?: number;
  failedAt?: number;
  lockedUntil?: number;
}

/** A token that was issued at a login. */
export interface InfisicalToken {
  id: string;
  identityId: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  usesLeft?: number;
  isRevoked?: boolean;
  trustedIps?: string[];
}

/** A project some groups have access to. */
interface InfisicalProject {
  id: string;
  name: string;
  slug: string;
  /** `secret-manager` where missing. */
  type?: string;
  /** Ids of groups. */
  groups: string[];
}

/** Everything the Infisical sandbox knows. */
export interface InfisicalState {
  /** The organization whose server this is, for every caller: the root of its sub-organizations. */
  orgId: string;
  organizations: InfisicalOrganization[];
  users: InfisicalUser[];
  groups: InfisicalGroup[];
  identities: InfisicalIdentity[];
  roles: InfisicalRole[];
  clients: InfisicalClient[];
  tokens: InfisicalToken[];
  projects: InfisicalProject[];
}

/** The lists of a section, each with what every item must have as text. */
const LISTS = {
  organizations: ['id', 'name', 'slug'],
  users: ['id', 'username', 'role'],
  groups: ['id', 'orgId', 'name', 'slug', 'role', 'createdAt', 'updatedAt'],
  identities: ['id', 'name', 'orgId', 'role'],
  roles: ['id', 'slug', 'name'],
  clients: ['clientId', 'identityId'],
  tokens: ['id', 'identityId'],
  projects: ['id', 'name', 'slug'],
} as const satisfies Partial<Record<keyof InfisicalState, readonly string[]>>;

/** What is wrong with a value that should be an Infisical section; undefined if nothing is. */
export function faultOfInfisicalState(value: unknown): string | undefined {
  if (!isRecord(value)) return 'infisical is not an object';
  if (typeof value['orgId'] !== 'string') return 'infisical.orgId is not text';
  for (const [list, required] of Object.entries(LISTS)) {
    const items = value[list];
    if (!Array.isArray(items)) return `infisical.${list} is not an array`;
    for (const [at, item] of items.entries()) {
      const lacks = isRecord(item) ? required.find((key) => typeof item[key] !== 'string') : 'text';
      if (lacks !== undefined) return `infisical.${list}[${at}] has no ${lacks}`;
    }
  }
  const { groups, roles, projects } = value as unknown as InfisicalState;
  const odd = groups.findIndex(
    ({ members, identities }) =>
      !isRecord(members) || !Object.values(members).every(isTextList) || !isRecord(identities),
  );
  if (odd >= 0) return `infisical.groups[${odd}] has members that are none`;
  if (![...roles, ...projects].every(({ groups: names }) => isTextList(names))) {
    return 'infisical.roles or infisical.projects names no groups';
  }
  return undefined;
}

/** The built-in roles, and what each may do to groups. What has a hyphen is of new servers. */
export const BUILT_IN_ROLES: Readonly<Record<string, readonly string[]>> = {
  admin: [
    ...['read', 'create', 'edit', 'delete', 'grant-privileges'],
    ...['add-members', 'remove-members', 'add-identities', 'remove-identities'],
  ],
  member: ['read'],
  'no-access': [],
};
