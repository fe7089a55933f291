import { isRecord, isTextList } from './values.ts';
/** What the sandbox stores, section by section. One section a kind of server. */
import type { InfisicalState } from './infisical/model.ts';

/** A SecurityGroup. `users` may be null or missing, as on real servers; the rest is kept as posted. */
interface StoredGroup {
  name: string;
  users?: string[] | null;
  [extra: string]: unknown;
}

/** A SecurityUser. Its `groups` are computed, its password is stored as a hash only. */
export interface StoredUser {
  name: string;
  displayName?: string;
  email?: string;
  passwordHash?: string;
}

/** A SecurityTask. */
export interface StoredTask {
  name: string;
  description?: string;
  feedScoped: boolean;
  attributes: string[];
}

/** A SecurityTaskAttribute. */
interface StoredAttribute {
  name: string;
  feedScoped: boolean;
}

/** A SecurityPermission. */
export interface StoredPermission {
  id: number;
  user?: string;
  group?: string;
  task?: string;
  feed?: string;
  feedGroup?: string;
  deny: boolean;
}

/** An API key as `api-keys/list` shows it. */
export interface StoredApiKey {
  id: number;
  type: 'System' | 'Feed' | 'Personal';
  /** Of a key that was created here; never shown. */
  keyHash?: string;
  [extra: string]: unknown;
}

/** Everything the ProGet sandbox knows. */
export interface ProGetState {
  /** What `X-ApiKey` must be. */
  apiKey: string;
  groups: StoredGroup[];
  users: StoredUser[];
  tasks: StoredTask[];
  attributes: StoredAttribute[];
  permissions: StoredPermission[];
  apiKeys: StoredApiKey[];
}

/** The whole state. Sections that this version does not know are kept as they are. */
export interface SandboxState {
  version: number;
  proget: ProGetState;
  infisical: InfisicalState;
  [section: string]: unknown;
}

/** The lists of a ProGet section: what must be there, and what may be replaced from outside. */
const PROGET_LISTS = [
  'groups',
  'users',
  'tasks',
  'attributes',
  'permissions',
  'apiKeys',
] as const satisfies readonly (keyof ProGetState)[];

/** What is wrong with a value that should be a ProGet section; undefined if nothing is. */
export function faultOfProGetState(value: unknown): string | undefined {
  if (!isRecord(value)) return 'proget is not an object';
  if (typeof value['apiKey'] !== 'string') return 'proget.apiKey is not text';
  for (const list of PROGET_LISTS) {
    const items = value[list];
    if (!Array.isArray(items)) return `proget.${list} is not an array`;
    const key = list === 'permissions' || list === 'apiKeys' ? 'id' : 'name';
    const type = key === 'id' ? 'number' : 'string';
    const bad = items.findIndex((item) => !isRecord(item) || typeof item[key] !== type);
    if (bad >= 0) return `proget.${list}[${bad}] has no ${key}`;
  }
  const groups = value['groups'] as StoredGroup[];
  const odd = groups.findIndex(
    ({ users }) => users !== undefined && users !== null && !isTextList(users),
  );
  if (odd >= 0) return `proget.groups[${odd}].users is not a list of names`;
  return undefined;
}

/**
 * The state as the routes see it. `look` and `change` run to their end without anything in between,
 * so one `update` is one effect, also beside other processes.
 *
 * A `change` that throws must not have changed anything yet: it checks first, then acts. Neither
 * may let the state, or a part of it, out: what it returns is a copy or text.
 */
export interface StateStore {
  read<T>(look: (state: SandboxState) => T): Promise<T>;
  update<T>(change: (state: SandboxState) => T): Promise<T>;
  /** A copy of the present state in memory, to try something out on. */
  scratch(): Promise<StateStore>;
  /** Back to the seeded state, whatever is there now. */
  reset(): Promise<void>;
}
