import type { MemberChange } from '../../domain/change.ts';
import type { Group, GroupState, MemberRef, MemberType } from '../../domain/group.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { Clock } from '../../http/deadline.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import type { ChangeOptions, ChangeReport } from '../change-port.ts';
import type {
  CreateGroupOptions,
  FindOptions,
  GroupDirectory,
  GroupDeletion,
  GroupWrite,
  Membership,
  Resolution,
  Self,
} from '../port.ts';
import type { Health } from '../../domain/health.ts';
import type { InfisicalApi } from './api.ts';
import type { WireGroup } from './convert.ts';
import { GroupList } from './group-list.ts';
import { createGroup, deleteGroup, plannedGroup, warnLinked } from './groups.ts';
import { groupsOf } from './groups-of.ts';
import { healthOf } from './health.ts';
import { Identities } from './identities.ts';
import { REFUSALS } from './refusal-scope.ts';
import { LookupCache } from '../per-member/lookup-cache.ts';
import { changeOneByOne } from '../per-member/change-one-by-one.ts';
import { waitForAll } from '../per-member/late-writes.ts';
import { MemberList } from './lists/member-list.ts';
import { paddedMembers, resolveNames } from './resolve.ts';
import { resolveForGroup } from '../shared/resolve-for-group.ts';
import type { Session } from './wire/session.ts';
import type { MemberStore } from '../per-member/member-store.ts';
import { selfOf } from './wire/token.ts';
import { Users } from './users.ts';

interface InfisicalContext {
  readonly api: InfisicalApi;
  readonly session: Session;
  readonly clock: Clock;
  /** A warning that does not stop the run. */
  readonly warn: (message: string) => void;
  readonly concurrency: number;
  readonly lock: (key: string, name?: string) => Promise<HeldLock>;
  readonly onGroups?: ((names: readonly string[]) => void) | undefined;
}

/** Groups and members on an Infisical server, by way of its per-member API. */
export class InfisicalDirectory implements GroupDirectory {
  readonly kind = 'infisical';
  readonly readsAllMembers = false;
  readonly verifiesLater = true;
  readonly hasDirectoryAccounts = false;
  readonly caseInsensitive = false;
  readonly memberTypes = ['user', 'identity'] as const;
  readonly #context: InfisicalContext;
  readonly #users: Users;
  readonly #identities: Identities;
  readonly #members: MemberList;
  readonly #known = new LookupCache();
  readonly #groups: GroupList;
  #lock: HeldLock | undefined;

  constructor(context: InfisicalContext) {
    this.#context = context;
    this.#groups = new GroupList(context.api, context.session, context.onGroups);
    this.#users = new Users(context.api, context.concurrency);
    this.#identities = new Identities(context.api, context.concurrency);
    const stores = [this.#users, this.#identities];
    this.#members = new MemberList(context.api, context.concurrency, stores);
  }

  async hasType(type: MemberType): Promise<boolean> {
    // Asked through a group: without one the answer could be about nobody.
    const group = type === 'user' ? undefined : await this.#groups.any();
    return group === undefined || (await this.#identities.exist(group.id));
  }

  async listGroups(): Promise<Group[]> {
    const groups = await this.#groups.readAgain();
    return groups.map((group) => this.#groups.toGroup(group));
  }

  async findGroup(ref: string, { forUpdate }: FindOptions = {}): Promise<Group> {
    const found = await this.#groups.choose(ref);
    if (forUpdate === true) await this.#hold(found);
    return this.#groups.toGroup(found);
  }

  async snapshot(only?: readonly Group[]): Promise<GroupState[]> {
    const groups = only ?? (await this.listGroups());
    const states: GroupState[] = [];
    for (const group of groups) {
      const { id, name, slug } = await this.#of(group);
      const members = await this.#members.of(id, name);
      states.push({ group: { name, id, slug, memberCount: members.length }, members });
    }
    return states;
  }

  async groupsOf(ref: MemberRef): Promise<Membership[]> {
    const groups = await this.#groups.all();
    const toGroup = (group: WireGroup): Group => this.#groups.toGroup(group);
    return await groupsOf(ref, groups, this.#storeOf(ref.type), this.#context.concurrency, toGroup);
  }

  readonly resolveForGroup: GroupDirectory['resolveForGroup'] = async (ref, members, given) => {
    // Users are listed through a group.
    const options = { ...given, groupFirst: true };
    return await resolveForGroup(this, ref, members, options, async (group, names) =>
      paddedMembers((await this.#of(group)).id, names, this.#known, this.#users),
    );
  };

  async resolve(refs: readonly MemberRef[]): Promise<Map<string, Resolution>> {
    return await resolveNames(refs, (await this.#groups.any())?.id, {
      known: this.#known,
      storeOf: this.#storeOf,
      suggestions: (groupId, typed) => this.#users.suggestions(groupId, typed),
    });
  }

  async *changeMembers(
    group: Group,
    changes: readonly MemberChange[],
    options: ChangeOptions,
  ): AsyncIterable<readonly MemberOutcome[]> {
    const { id, name } = await this.#of(group);
    try {
      const lock = options.dryRun ? undefined : await this.#hold({ id, name });
      const { clock, concurrency } = this.#context;
      yield* changeOneByOne(
        { clock, concurrency, refusals: REFUSALS, lookups: this.#known, storeOf: this.#storeOf },
        {
          id,
          name,
          lock,
          members: () => this.#members.names(id, name),
          beforeWrite: () => warnLinked(group, options),
        },
        changes,
        options,
      );
    } finally {
      this.#known.clear();
      await this.#release();
    }
  }

  /**
   * Two runs that add the same user at once put them into the group twice, so a group is changed
   * under a lock, from looking to reading back.
   */
  async #hold({ id, name }: Pick<WireGroup, 'id' | 'name'>): Promise<HeldLock> {
    if (this.#lock !== undefined) return this.#lock;
    this.#lock = await this.#context.lock(id, name);
    // What was known before may have been changed by the run that had the lock.
    this.#known.clear();
    return this.#lock;
  }

  async #release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    await lock?.release();
  }

  readonly report = (): ChangeReport => ({ lateWrite: false });

  async createGroup(options: CreateGroupOptions, write: GroupWrite): Promise<Group> {
    this.#groups.forget();
    const made = await createGroup(this.#context.api, this.#context, options, write);
    if (made !== undefined) return { ...this.#groups.toGroup(made), memberCount: 0 };
    return plannedGroup(options);
  }

  async deleteGroup(group: Group, write: GroupWrite): Promise<GroupDeletion> {
    const { api } = this.#context;
    const found = await this.#groups.find(group.id ?? group.slug ?? group.name);
    const linked = this.#groups.isLinked(found);
    try {
      await waitForAll(await this.#hold(found));
      const members = await this.#members.names(found.id, found.name);
      this.#groups.forget();
      return await deleteGroup(api, this.#context, { group: found, members, linked }, write);
    } finally {
      await this.#release();
    }
  }

  async health(): Promise<Health> {
    return await healthOf(this.#context.api, this.#context.session, this.#context.clock);
  }

  async checkAccess(): Promise<boolean | undefined> {
    await this.#groups.readAgain();
    return true;
  }

  readonly mayChangeGroups = (): Promise<boolean | undefined> => this.#context.api.mayEditGroups();

  async self(): Promise<Self> {
    return selfOf((await this.#context.session.grant()) ?? {});
  }

  async close(): Promise<void> {
    await this.#release();
    await this.#context.api.close();
  }

  readonly #storeOf = (type: MemberType): MemberStore =>
    type === 'identity' ? this.#identities : this.#users;

  /** The group as it was found; one from a saved plan may have no more than its name. */
  async #of(group: Group): Promise<{ id: string; name: string; slug: string }> {
    const { id, name, slug } = group;
    if (id !== undefined && slug !== undefined) return { id, name, slug };
    return await this.#groups.find(id ?? slug ?? name);
  }
}
