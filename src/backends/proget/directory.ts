import type { MemberChange } from '../../domain/change.ts';
import type { Group, GroupState, MemberRef, MemberType } from '../../domain/group.ts';
import { type Accounts, NameIndex } from '../../domain/names.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { HeldLock } from '../../state/lock/held-lock.ts';
import type { ChangeOptions, ChangeReport } from '../change-port.ts';
import type {
  AccountFacts,
  CreateGroupOptions,
  FindOptions,
  GroupDirectory,
  GroupWrite,
  Membership,
  Resolution,
  SnapshotOptions,
} from '../port.ts';
import type { SecurityAdmin } from '../security-port.ts';
import type { Health } from '../../domain/health.ts';
import { toGroup, toGroupState, toHealth } from './convert.ts';
import { groupsOf } from './groups-of.ts';
import { createGroup, deleteGroup } from './groups.ts';
import { lockGroup } from './lock-group.ts';
import { pickGroup } from '../shared/pick-group.ts';
import type { GroupsRead, ReadGroup } from './reader.ts';
import { noListError } from './wire/refusal.ts';
import { resolveForGroup } from '../shared/resolve-for-group.ts';
import { resolveNames } from './resolve.ts';
import { addWithoutList, changeList, namesOf, planWithoutList } from './list-writer.ts';
import type { ProgetContext } from './directory-context.ts';

/** Groups and members on a ProGet server, by way of its whole-list API. */
export class ProgetDirectory implements GroupDirectory {
  readonly kind = 'proget';
  readonly readsAllMembers = true;
  readonly verifiesLater = false;
  readonly hasDirectoryAccounts = true;
  readonly caseInsensitive = true;
  readonly memberTypes = ['user'] as const;
  readonly hasType = (type: MemberType): Promise<boolean> => Promise.resolve(type === 'user');
  readonly accounts: AccountFacts;
  readonly security: SecurityAdmin;
  readonly #context: ProgetContext;
  #latest: GroupsRead | undefined;
  /** The group that is about to be changed, and whether the users were asked before it was read. */
  #groupToChange: (ReadGroup & { usersKnown: boolean }) | undefined;
  #lock: HeldLock | undefined;
  #report: ChangeReport = { lateWrite: false };

  constructor(context: ProgetContext) {
    this.#context = context;
    this.accounts = context.accounts;
    this.security = context.security;
  }

  async listGroups(): Promise<Group[]> {
    const { groups } = await this.#read();
    if (groups === undefined) throw noListError(this.#context.api.where, 'list groups');
    return groups.map(toGroup);
  }

  async findGroup(ref: string, options: FindOptions = {}): Promise<Group> {
    if (options.forUpdate === true) return await this.#lockAndRead(ref);
    const groups = await this.#groups();
    return groups === undefined ? { name: ref.trim() } : toGroup(pickGroup(ref, groups));
  }

  async snapshot(only?: readonly Group[], how?: SnapshotOptions): Promise<GroupState[]> {
    const groups = await this.#groups();
    if (groups === undefined) throw noListError(this.#context.api.where, 'list members');
    const wanted = only === undefined ? groups : only.map(({ name }) => pickGroup(name, groups));
    const states: GroupState[] = [];
    for (const group of wanted) {
      states.push(toGroupState(group, await this.#context.reader.members(group, groups, how)));
    }
    return states;
  }

  async groupsOf(
    ref: MemberRef,
    onHiddenMembers?: (group: Group) => void,
    onPaddedName?: (membership: Membership) => void,
  ): Promise<Membership[]> {
    const groups = await this.#groups();
    if (groups === undefined) throw noListError(this.#context.api.where, 'list members');
    return await groupsOf(ref.name, groups, this.#context.reader, {
      onHiddenMembers,
      onPaddedName,
    });
  }

  readonly resolveForGroup: GroupDirectory['resolveForGroup'] = async (ref, members, options) => {
    // The group comes last: nothing may stand between reading the list and writing it.
    const { api, reader } = this.#context;
    const groupFirst = options.groupFirst === true || !options.check;
    return await resolveForGroup(
      this,
      ref,
      members,
      { ...options, groupFirst },
      async (group, names) => {
        const groups = await this.#groups();
        if (groups === undefined && options.check)
          throw noListError(api.where, 'tell who is in a group');
        const users = groups?.find(({ name }) => name === group.name)?.users ?? [];
        return new NameIndex(users, await reader.accountsAmong(names, users));
      },
    );
  };

  async resolve(refs: readonly MemberRef[]): Promise<Map<string, Resolution>> {
    const { reader } = this.#context;
    const users = await reader.users();
    return await resolveNames(refs, users, () => this.#groups());
  }

  async *changeMembers(
    group: Group,
    changes: readonly MemberChange[],
    options: ChangeOptions,
  ): AsyncIterable<readonly MemberOutcome[]> {
    const { reader } = this.#context;
    const onReport = (report: ChangeReport): void => void (this.#report = report);
    const work = { changes, options, onReport };
    if (options.dryRun) {
      // What would be written, decided by the same reads and guards.
      const read = await reader.groupIn(this.#latest ?? (await this.#read()), group.name);
      if (read === undefined) yield planWithoutList(this.#context, changes);
      else yield* changeList(this.#context, read, undefined, work);
      return;
    }
    if (this.#groupToChange?.group.name !== group.name && this.#lock === undefined)
      await this.#lockAndRead(group.name);
    try {
      // Where this asks for the users, the group is read again.
      await reader.accountsAmong(namesOf(changes), this.#groupToChange?.base.members ?? []);
      const read = await this.#freshRead(group.name);
      if (read === undefined)
        yield await addWithoutList(this.#context, group.name, changes, options);
      else yield* changeList(this.#context, read, this.#lock, work);
    } finally {
      this.#latest = undefined;
      await this.#release();
    }
  }

  readonly accountsAmong = async (
    names: readonly string[],
    others?: readonly string[],
  ): Promise<Accounts> => await this.#context.reader.accountsAmong(names, others);

  readonly report = (): ChangeReport => this.#report;

  async createGroup(options: CreateGroupOptions, write: GroupWrite): Promise<Group> {
    return await createGroup(this.#context, options, write);
  }

  async deleteGroup(group: Group, write: GroupWrite): Promise<'deleted'> {
    return await deleteGroup(this.#context, group.name, write);
  }

  async health(): Promise<Health> {
    const { wire, status } = await this.#context.api.health();
    return toHealth(wire, status);
  }

  async checkAccess(): Promise<boolean | undefined> {
    return (await this.#read()).groups === undefined ? undefined : true;
  }

  async close(): Promise<void> {
    await this.#release();
    await this.#context.close();
  }

  /** Takes the lock, then reads: what is read now is what the write is merged into. */
  async #lockAndRead(ref: string): Promise<Group> {
    // There may be one from a change that was not made in the end.
    await this.#release();
    this.#lock = await lockGroup(this.#context, ref);
    const read = await this.#readGroup(ref);
    if (read === undefined) return { name: ref.trim() };
    this.#groupToChange = { ...read, usersKnown: this.#context.reader.usersKnown };
    return toGroup(read.group);
  }

  /** The group to change, read again if the users were asked since. */
  async #freshRead(name: string): Promise<ReadGroup | undefined> {
    const group = this.#groupToChange;
    const isFresh = group?.usersKnown === this.#context.reader.usersKnown;
    return group === undefined || isFresh ? group : await this.#readGroup(name);
  }

  async #readGroup(ref: string): Promise<ReadGroup | undefined> {
    return await this.#context.reader.groupIn(await this.#read(), ref);
  }

  async #groups(): Promise<GroupsRead['groups']> {
    return (this.#latest ?? (await this.#read())).groups;
  }

  async #read(): Promise<GroupsRead> {
    const read = await this.#context.reader.groups();
    if (read.groups === undefined) {
      if (this.#context.dialect === 'update')
        throw noListError(this.#context.api.where, 'work with the dialect "update"');
      this.#context.trace('This server does not list its groups: using its older add call.');
    }
    this.#latest = read;
    return read;
  }

  async #release(): Promise<void> {
    this.#groupToChange = undefined;
    const lock = this.#lock;
    this.#lock = undefined;
    await lock?.release();
  }
}
