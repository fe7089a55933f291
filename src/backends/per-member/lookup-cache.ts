import type { MemberChange } from '../../domain/change.ts';
import type { MemberType } from '../../domain/group.ts';
import type { MemberLookup, MemberStore } from './member-store.ts';

/** What was read of the members of groups a moment ago, so that it is not read twice. */
export class LookupCache {
  /** By type of member and group, then by name. */
  readonly #lookups = new Map<string, Map<string, MemberLookup>>();

  /** By the names as typed, and by the server's spelling of those that were found. */
  put(groupId: string, type: MemberType, lookups: ReadonlyMap<string, MemberLookup>): void {
    const key = `${type} ${groupId}`;
    let names = this.#lookups.get(key);
    if (names === undefined) this.#lookups.set(key, (names = new Map<string, MemberLookup>()));
    for (const [name, state] of lookups) {
      names.set(name, state);
      if (state.kind === 'one') names.set(state.name, state);
    }
  }

  /** Reads who of the names is a member, as far as `resolve` has not just read it. */
  async load(
    groupId: string,
    changes: readonly MemberChange[],
    storeOf: (type: MemberType) => MemberStore,
  ): Promise<void> {
    for (const type of ['user', 'identity'] as const) {
      const names = changes
        .filter((change) => change.type === type)
        .map(({ member }) => member)
        .filter((name) => this.find(groupId, type, name) === undefined);
      if (names.length === 0) continue;
      this.put(groupId, type, await storeOf(type).lookUp(groupId, names, { patient: true }));
    }
  }

  find(groupId: string, type: MemberType, name: string): MemberLookup | undefined {
    return this.#lookups.get(`${type} ${groupId}`)?.get(name);
  }

  clear(): void {
    this.#lookups.clear();
  }
}
