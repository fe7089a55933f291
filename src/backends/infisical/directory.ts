import type { MemberChange } from '../../domain/change.ts';
import type { Group, GroupState, MemberRef, MemberType } from '../../domain/group.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { GroupctlError } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import type { HeldLock } from '../../store/lock.ts';
import type {
  ChangeOptions,
  ChangeReport,
  CreateGroupOptions,
  FindOptions,
  GroupDirectory,
  GroupWrite,
  Health,
  Membership,
  Resolution,
  Self,
} from '../port.ts';
import type { InfisicalApi } from './api.ts';
import { toGroup, type WireGroup } from './convert.ts';
import { createGroup, deleteGroup, pickGroup } from './groups.ts';
import { groupsOf } from './groups-of.ts';
import { healthOf } from './health.ts';
import { Identities } from './identities.ts';
import { Knowledge } from './knowledge.ts';
import { membersAmong, resolveNames } from './resolve.ts';
import { plannedRow } from './rows.ts';
import type { Session } from './session.ts';
import type { Side } from './side.ts';
import { sortChanges } from './sort.ts';
import { selfOf } from './token.ts';
import { Users } from './users.ts';
import { Writer } from './writer.ts';

export interface InfisicalContext {
  readonly api: InfisicalApi;
  readonly session: Session;
  readonly clock: Clock;
  readonly concurrency: number;
  readonly lock: (key: string, shown?: string) => Promise<HeldLock>;
}

/** Groups and members on an Infisical server, by way of its per-member API. */
export class InfisicalDirectory implements GroupDirectory {
  readonly kind = 'infisical';
  readonly writes = 'per-member';
  readonly hasDirectoryAccounts = false;
  readonly caseless = false;
  readonly memberTypes = ['user', 'identity'] as const;
  readonly #c: InfisicalContext;
  readonly #users: Users;
  readonly #identities: Identities;
  readonly #known = new Knowledge();
  #groups: readonly WireGroup[] | undefined;
  /** The group found last: what is asked of users is asked through it. */
  #latest: WireGroup | undefined;
  #lock: HeldLock | undefined;

  constructor(context: InfisicalContext) {
    this.#c = context;
    this.#users = new Users(context.api, context.concurrency);
    this.#identities = new Identities(context.api, context.concurrency);
  }

  async hasType(type: MemberType): Promise<boolean> {
    // Asked through a group: without one there is nobody whom the answer could be about.
    const group = type === 'user' ? undefined : await this.#anyGroup();
    return group === undefined || (await this.#identities.exist(group.id));
  }

  async listGroups(): Promise<Group[]> {
    this.#groups = await this.#c.api.listGroups();
    return this.#groups.map(toGroup);
  }

  async findGroup(ref: string, { forUpdate }: FindOptions = {}): Promise<Group> {
    const found = await this.#find(ref);
    this.#latest = found;
    if (forUpdate === true) await this.#hold(found);
    return toGroup(found);
  }

  async snapshot(only?: readonly Group[]): Promise<GroupState[]> {
    const groups = only ?? (await this.listGroups());
    const states: GroupState[] = [];
    for (const group of groups) {
      const { id, name, slug } = await this.#of(group);
      const users = await this.#users.members(id, name);
      const members = [...users, ...(await this.#identities.members(id, name))];
      states.push({ group: { name, id, slug, memberCount: members.length }, members });
    }
    return states;
  }

  async membersAmong(group: Group, names: readonly string[]): Promise<Map<string, string>> {
    return await membersAmong((await this.#of(group)).id, names, this.#known, this.#users);
  }

  async groupsOf(ref: MemberRef): Promise<Membership[]> {
    const groups = (this.#groups ??= await this.#c.api.listGroups());
    return await groupsOf(ref, groups, this.#side(ref.type), this.#c.concurrency);
  }

  async resolve(refs: readonly MemberRef[]): Promise<Map<string, Resolution>> {
    // Users are listed through a group: without one nobody can be asked about.
    const group = await this.#anyGroup();
    if (group === undefined) {
      return new Map(refs.map(({ name }) => [name, { kind: 'unchecked', name: name.trim() }]));
    }
    return await resolveNames(refs, group.id, {
      known: this.#known,
      side: (type) => this.#side(type),
      suggestions: (typed) => this.#users.suggestions(group.id, typed),
    });
  }

  async *changeMembers(
    group: Group,
    changes: readonly MemberChange[],
    options: ChangeOptions,
  ): AsyncIterable<readonly MemberOutcome[]> {
    const { id, name } = await this.#of(group);
    try {
      if (!options.dryRun) await this.#hold({ id, name });
      await this.#known.learn(id, changes, (type) => this.#side(type));
      const { rows, lanes, todo, present } = sortChanges(
        changes,
        ({ type, member }) => this.#known.seen(id, type, member),
        ({ type }) => this.#side(type),
      );
      // What is written makes it old; and of 100,000 members it is a lot.
      this.#known.clear();
      for (const _ of rows) options.onStep?.(false);
      yield rows;
      const whole = todo.length > 0 && options.wholeBase === true;
      const base = whole ? await this.#memberNames(id, name) : present;
      if (todo.length > 0) options.verifyBase(base, 'nothing');
      if (options.dryRun) {
        yield todo.map(({ change, user }) => plannedRow(change, user));
        return;
      }
      if (todo.length === 0) return;
      if (options.signal.aborted) {
        throw new GroupctlError('interrupted', 'Interrupted; nothing was written.');
      }
      const { clock, concurrency } = this.#c;
      const stillHeld = (): boolean => this.#lock?.stillHeld() ?? true;
      const context = { groupId: id, groupName: name, clock, concurrency, options, stillHeld };
      yield* new Writer(context, todo.length).write(lanes);
    } finally {
      this.#known.clear();
      await this.#release();
    }
  }

  /**
   * Two runs that add the same user at once put them into the group twice, so a group is changed
   * under a lock, from looking to reading back.
   */
  async #hold({ id, name }: Pick<WireGroup, 'id' | 'name'>): Promise<void> {
    if (this.#lock !== undefined) return;
    this.#lock = await this.#c.lock(id, name);
    // What was known before may have been changed by whoever had the lock.
    this.#known.clear();
  }

  async #release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = undefined;
    await lock?.release();
  }

  report(): ChangeReport {
    return { lateWrite: false };
  }

  async createGroup(options: CreateGroupOptions, write: GroupWrite): Promise<Group> {
    this.#groups = undefined;
    const made = await createGroup(this.#c.api, this.#c.clock, options, write);
    if (made !== undefined) return { ...toGroup(made), memberCount: 0 };
    const { name, slug } = options;
    return { name, ...(slug === undefined ? {} : { slug }) };
  }

  async deleteGroup(group: Group, write: GroupWrite): Promise<void> {
    const { api, clock } = this.#c;
    const found = await this.#of(group);
    const members = await this.#memberNames(found.id, found.name);
    this.#groups = undefined;
    await deleteGroup(api, clock, found, members, write);
  }

  async health(): Promise<Health> {
    return await healthOf(this.#c.api, this.#c.session, this.#c.clock);
  }

  async checkAccess(): Promise<boolean | undefined> {
    this.#groups = await this.#c.api.listGroups();
    return true;
  }

  async self(): Promise<Self> {
    return selfOf((await this.#c.session.grant()) ?? {});
  }

  async close(): Promise<void> {
    await this.#release();
    await this.#c.api.close();
  }

  #side(type: MemberRef['type']): Side {
    return type === 'identity' ? this.#identities : this.#users;
  }

  async #memberNames(groupId: string, groupName: string): Promise<string[]> {
    const users = await this.#users.members(groupId, groupName);
    const identities = await this.#identities.members(groupId, groupName);
    return [...users, ...identities].map(({ member }) => member);
  }

  /** The group as it was found; one from a saved plan may have no more than its name. */
  async #of(group: Group): Promise<{ id: string; name: string; slug: string }> {
    const { id, name, slug } = group;
    if (id !== undefined && slug !== undefined) return { id, name, slug };
    return await this.#find(id ?? slug ?? name);
  }

  async #anyGroup(): Promise<WireGroup | undefined> {
    return this.#latest ?? (this.#groups ??= await this.#c.api.listGroups())[0];
  }

  async #find(ref: string): Promise<WireGroup> {
    this.#groups ??= await this.#c.api.listGroups();
    return pickGroup(ref, this.#groups);
  }
}
