import type { Group } from '../../domain/group.ts';
import type { InfisicalApi } from './api.ts';
import { isLinked, toGroup, type WireGroup } from './convert.ts';
import { pickGroup } from './groups.ts';
import type { Session } from './wire/session.ts';

/** The groups as they were read last, and which of them belong to the parent organization. */
export class GroupList {
  readonly #api: InfisicalApi;
  readonly #session: Session;
  readonly #onGroups: ((names: readonly string[]) => void) | undefined;
  #groups: readonly WireGroup[] | undefined;
  /** The group found last: users are looked up through it. */
  #latest: WireGroup | undefined;

  constructor(api: InfisicalApi, session: Session, onGroups?: (names: readonly string[]) => void) {
    this.#api = api;
    this.#session = session;
    this.#onGroups = onGroups;
  }

  /** Forgets what was read: it is out of date. */
  forget(): void {
    this.#groups = undefined;
  }

  async readAgain(): Promise<readonly WireGroup[]> {
    const groups = await this.#api.listGroups();
    this.#onGroups?.(groups.map(({ name }) => name));
    return (this.#groups = groups);
  }

  async all(): Promise<readonly WireGroup[]> {
    return this.#groups ?? (await this.readAgain());
  }

  /** @throws not-found (4), ambiguous (2) */
  async find(ref: string): Promise<WireGroup> {
    return pickGroup(ref, await this.all());
  }

  /** Finds the group that the next look-ups go through. */
  async choose(ref: string): Promise<WireGroup> {
    return (this.#latest = await this.find(ref));
  }

  /** A group to look up users through: the one chosen, else one of this organization. */
  async any(): Promise<WireGroup | undefined> {
    if (this.#latest !== undefined) return this.#latest;
    const groups = await this.all();
    // A linked group lists the users of the parent organization.
    return groups.find((group) => !isLinked(group, this.#organization)) ?? groups[0];
  }

  toGroup(group: WireGroup): Group {
    return toGroup(group, this.#organization);
  }

  /**
   * True for a group of the parent organization; undefined where the token does not tell its own,
   * and the groups are of several.
   */
  isLinked(group: WireGroup): boolean | undefined {
    const organizations = new Set(this.#groups?.map(({ orgId }) => orgId));
    if (this.#organization === undefined && organizations.size > 1) return undefined;
    return isLinked(group, this.#organization);
  }

  /** Where the token acts, as far as it tells; known once anything was sent with it. */
  get #organization(): string | undefined {
    return this.#session.current?.organizationId;
  }
}
