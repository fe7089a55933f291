import { callAndConfirm } from '../../src/backends/shared/call-and-confirm.ts';
import { pickGroup } from '../../src/backends/shared/pick-group.ts';
import type { ChangeOptions, ChangeReport } from '../../src/backends/change-port.ts';
import type {
  CreateGroupOptions,
  FindOptions,
  GroupDirectory,
  GroupDeletion,
  GroupWrite,
  Membership,
  Resolution,
} from '../../src/backends/port.ts';
import type { Health } from '../../src/domain/health.ts';
import type { MemberChange } from '../../src/domain/change.ts';
import type { Group, GroupState, Member, MemberRef, MemberType } from '../../src/domain/group.ts';
import { resolveForGroup } from '../../src/backends/shared/resolve-for-group.ts';
import { NameIndex } from '../../src/domain/names.ts';
import type { MemberOutcome } from '../../src/domain/outcome.ts';
import { GroupctlError } from '../../src/errors.ts';
import type { HeldLock } from '../../src/state/lock/held-lock.ts';
import { UNCONTESTED_LOCK } from '../helpers/lock.ts';

/** A server without a network, and what both kinds that talk to it have in common. */

export const IDENTITY = '11111111-2222-3333-4444-555555555555';

export class MemoryServer {
  readonly groups = new Map<string, Member[]>(
    ['Administrators', 'Developers', 'Engineers', 'QA'].map((name) => [name, []]),
  );
  /** Undefined: the server does not list its users. */
  users: string[] | undefined = ['jsmith', 'John Smith', 'djones', 'mbrown', 'ajohnson'];
  readonly identities = [IDENTITY];
  writes = 0;
  /** The next write takes effect, and its answer is lost. */
  losesAnswer = false;
  #queue: Promise<void> = Promise.resolve();

  constructor() {
    this.groups.set('Developers', ['djones', 'mbrown'].map(userNamed));
  }

  members(group: string): Member[] {
    const members = this.groups.get(group);
    if (members !== undefined) return members;
    throw new GroupctlError('not-found', 'find group', { code: 'not-found', status: 404 });
  }

  write(apply: () => void): void {
    this.writes++;
    apply();
    const isLost = this.losesAnswer;
    this.losesAnswer = false;
    if (isLost) throw new GroupctlError('network', 'No answer.', { code: 'connection-cut' });
  }

  /** One holder at a time, for all groups. */
  async lock(): Promise<HeldLock> {
    const before = this.#queue;
    let release = (): void => undefined;
    this.#queue = new Promise((resolve) => (release = resolve));
    await before;
    return { ...UNCONTESTED_LOCK, release: async () => release() };
  }
}

export function userNamed(member: string): Member {
  return { member, type: 'user' };
}

/** All of the port but the change of members, which the engines do. */
export abstract class MemoryDirectory implements GroupDirectory {
  readonly kind = 'memory';
  abstract readonly readsAllMembers: boolean;
  abstract readonly verifiesLater: boolean;
  /** True where a group is found before names are resolved. */
  protected abstract readonly groupFirst: boolean;
  abstract readonly memberTypes: readonly MemberType[];
  readonly hasDirectoryAccounts = false;
  readonly caseInsensitive = true;
  protected readonly server: MemoryServer;
  protected held: HeldLock | undefined;

  constructor(server: MemoryServer) {
    this.server = server;
  }

  abstract changeMembers(
    group: Group,
    changes: readonly MemberChange[],
    options: ChangeOptions,
  ): AsyncIterable<readonly MemberOutcome[]>;

  hasType = async (type: MemberType): Promise<boolean> => this.memberTypes.includes(type);
  listGroups = async (): Promise<Group[]> =>
    [...this.server.groups.keys()].map((name) => ({ name }));
  report = (): ChangeReport => ({ lateWrite: false });
  health = async (): Promise<Health> => ({ healthy: true, product: 'memory', parts: [] });
  checkAccess = async (): Promise<boolean> => true;
  close = async (): Promise<void> => await this.release();

  async findGroup(ref: string, options: FindOptions = {}): Promise<Group> {
    if (options.forUpdate === true) this.held ??= await this.server.lock();
    return pickGroup(ref, await this.listGroups());
  }

  protected async release(): Promise<void> {
    const { held } = this;
    this.held = undefined;
    await held?.release();
  }

  async snapshot(only?: readonly Group[]): Promise<GroupState[]> {
    const groups = only ?? (await this.listGroups());
    return groups.map((group) => ({ group, members: this.server.members(group.name) }));
  }

  readonly resolveForGroup: GroupDirectory['resolveForGroup'] = async (ref, members, given) => {
    const groupFirst = this.groupFirst || given.groupFirst === true || !given.check;
    return await resolveForGroup(this, ref, members, { ...given, groupFirst }, ({ name }) =>
      Promise.resolve(new NameIndex(this.server.members(name).map(({ member }) => member))),
    );
  };

  async groupsOf(ref: MemberRef): Promise<Membership[]> {
    return [...this.server.groups].flatMap(([name, members]) => {
      const found = new NameIndex(members.map(({ member }) => member)).find(ref.name);
      return found.kind === 'one' ? [{ group: { name }, member: found.name }] : [];
    });
  }

  async resolve(refs: readonly MemberRef[]): Promise<Map<string, Resolution>> {
    const { users, identities } = this.server;
    const index = new NameIndex([...(users ?? []), ...identities]);
    return new Map(
      refs.map(({ name }): [string, Resolution] => {
        const match = index.findTyped(name);
        if (match.kind === 'one') return [name, { kind: 'found', name: match.name }];
        if (match.kind === 'ambiguous') return [name, match];
        if (users === undefined) return [name, { kind: 'unchecked', name: name.trim() }];
        return [name, { kind: 'unknown', near: [] }];
      }),
    );
  }

  async createGroup({ name }: CreateGroupOptions, write: GroupWrite): Promise<Group> {
    await this.#confirm(name, true, write, () => this.server.groups.set(name, []));
    return { name };
  }

  async deleteGroup({ name }: Group, write: GroupWrite): Promise<GroupDeletion> {
    await this.#confirm(name, false, write, () => this.server.groups.delete(name));
    return 'deleted';
  }

  async #confirm(name: string, isThere: boolean, write: GroupWrite, apply: () => unknown) {
    await callAndConfirm({
      send: async () => {
        await write.beforeSend({ call: isThere ? 'create' : 'delete' });
        this.server.write(() => void apply());
      },
      readBack: async () => this.server.groups.has(name) === isThere,
      call: isThere ? 'create' : 'delete',
      warn: () => undefined,
      what: `"${name}" was ${isThere ? 'created' : 'deleted'}`,
      sends: 1,
    });
  }
}
