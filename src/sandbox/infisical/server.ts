/** What one Infisical sandbox keeps beside its state: clock, limits, lag, indexes. */
import type { SandboxRequest } from '../http.ts';
import { type RateLimit, RateLimiter } from './limits.ts';
import type { InfisicalState, InfisicalUser } from './model.ts';
import { Replica } from './replica.ts';
import type { StateStore } from '../model.ts';

/** The servers that were recorded. `current` is the newest of them. */
export type InfisicalGeneration = 'current' | '2026-07' | '2024-10';

/** How an Infisical sandbox behaves. */
export interface InfisicalOptions {
  /** `current` by default: the server of July 2026. */
  readonly generation?: InfisicalGeneration | undefined;
  /** No limits by default. */
  readonly rateLimit?: RateLimit | undefined;
  /** For so many milliseconds after a write, reads do not show it; 0 by default. */
  readonly replicaLagMs?: number | undefined;
  /** Refuses to create, change and delete groups, for want of a licence. */
  readonly planLimited?: boolean | undefined;
  /** Milliseconds since 1970; for rate limits, lag, tokens and dates. `Date.now` by default. */
  readonly clock?: (() => number) | undefined;
}

/** One Infisical sandbox. */
export class InfisicalServer {
  readonly isOld: boolean;
  readonly isPlanLimited: boolean;
  readonly now: () => number;
  readonly limiter: RateLimiter;
  readonly replica: Replica;
  readonly users = new UserIndex();
  readonly overlaps = new Overlaps();
  #requests = 0;

  constructor(options: InfisicalOptions) {
    this.isOld = options.generation === '2024-10';
    this.isPlanLimited = options.planLimited === true;
    this.now = options.clock ?? Date.now;
    this.limiter = new RateLimiter(options.rateLimit, this.now, this.isOld);
    this.replica = new Replica(options.replicaLagMs, this.now);
  }

  /** The next request's id, as new servers name it in errors. */
  nextRequestId(): string {
    this.#requests += 1;
    return `req-${this.#requests.toString(36).padStart(14, '0')}`;
  }

  /** The time now, as the server writes it. */
  timestamp(): string {
    return new Date(this.now()).toISOString();
  }
}

/** Who calls. `role` is the slug of a role of that organization. */
export interface Actor {
  readonly kind: 'identity' | 'user';
  readonly id: string;
  readonly role: string;
  /** The organization that the token is for; the root or one of its sub-organizations. */
  readonly orgId: string;
}

/** A call whose path, token and body were good. */
export interface Call {
  readonly server: InfisicalServer;
  readonly state: StateStore;
  readonly request: SandboxRequest;
  /** What stands in the path's places, trimmed. */
  readonly params: readonly string[];
  readonly body: unknown;
  /** Nobody on the routes that need no token. */
  readonly actor: Actor | undefined;
}

/** A user with what the lists compare. */
export interface IndexedUser {
  readonly user: InfisicalUser;
  /** The user name in lower case. */
  readonly name: string;
}

/** Users by name, and in the order of the lists; made once for as long as a state lives. */
class UserIndex {
  readonly #byName = new WeakMap<readonly InfisicalUser[], Map<string, InfisicalUser>>();
  /** By the organization. */
  readonly #sorted = new WeakMap<readonly InfisicalUser[], Map<string, readonly IndexedUser[]>>();

  /** The user of exactly this name: other case is another user (contract, Finding users). */
  find({ users }: InfisicalState, username: string): InfisicalUser | undefined {
    let index = this.#byName.get(users);
    if (index === undefined) {
      index = new Map(users.map((user) => [user.username, user]));
      this.#byName.set(users, index);
    }
    return index.get(username);
  }

  /** The users of an organization by first name alone, those without one last. */
  sorted({ users }: InfisicalState, orgId: string): readonly IndexedUser[] {
    let byOrganization = this.#sorted.get(users);
    if (byOrganization === undefined) {
      byOrganization = new Map<string, readonly IndexedUser[]>();
      this.#sorted.set(users, byOrganization);
    }
    let sorted = byOrganization.get(orgId);
    if (sorted === undefined) {
      sorted = users
        .filter((user) => isInOrganization(user, orgId))
        .map((user) => ({ user, name: user.username.toLowerCase() }))
        .sort((a, b) => byFirstName(a.user, b.user));
      byOrganization.set(orgId, sorted);
    }
    return sorted;
  }
}

/** True for a user of an organization, or of it as a sub-organization. */
export function isInOrganization(user: InfisicalUser, orgId: string): boolean {
  return user.orgId === orgId || user.subOrganizations?.includes(orgId) === true;
}

/** The order of the server's database: by character code, nothing last. */
function byFirstName(a: InfisicalUser, b: InfisicalUser): number {
  if (a.firstName === b.firstName) return 0;
  if (a.firstName === null) return 1;
  if (b.firstName === null) return -1;
  return a.firstName < b.firstName ? -1 : 1;
}

/** Equal writes that are under way at once. */
class Overlaps {
  readonly #waves = new Map<string, { underWay: number; passed: number }>();

  /**
   * Runs the work of one of them. `pass` says whether it may take effect: true for the first so many
   * of those that overlap, directly or through others.
   */
  async run<T>(name: string, most: number, work: (pass: () => boolean) => Promise<T>): Promise<T> {
    const wave = this.#waves.get(name) ?? { underWay: 0, passed: 0 };
    this.#waves.set(name, wave);
    wave.underWay += 1;
    try {
      return await work(() => (wave.passed += 1) <= most);
    } finally {
      wave.underWay -= 1;
      if (wave.underWay === 0) this.#waves.delete(name);
    }
  }
}
