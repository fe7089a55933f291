import { changeOneByOne } from '../../src/backends/per-member/change-one-by-one.ts';
import { LookupCache } from '../../src/backends/per-member/lookup-cache.ts';
import type {
  MemberStore,
  RefusalScope,
  MemberLookup,
  Sending,
} from '../../src/backends/per-member/member-store.ts';
import type { ChangeOptions } from '../../src/backends/change-port.ts';
import type { ChangeOp, MemberChange } from '../../src/domain/change.ts';
import type { Group, Member, MemberType } from '../../src/domain/group.ts';
import { NameIndex } from '../../src/domain/names.ts';
import type { MemberOutcome } from '../../src/domain/outcome.ts';
import type { Clock } from '../../src/http/deadline.ts';
import { MemoryDirectory, type MemoryServer } from './memory-server.ts';

/** A kind of server whose calls add or remove one member (docs/writing-backends.md). */
export class MemoryPerMember extends MemoryDirectory {
  readonly readsAllMembers = false;
  readonly verifiesLater = true;
  protected readonly groupFirst = true;
  readonly memberTypes = ['user', 'identity'] as const;
  readonly #clock: Clock;
  readonly #known = new LookupCache();
  readonly #stores: Readonly<Record<MemberType, MemberStore>>;

  constructor(server: MemoryServer, clock: Clock) {
    super(server);
    this.#clock = clock;
    this.#stores = {
      user: new MemoryStore(server, 'user'),
      identity: new MemoryStore(server, 'identity'),
    };
  }

  async *changeMembers(
    { name }: Group,
    changes: readonly MemberChange[],
    options: ChangeOptions,
  ): AsyncIterable<readonly MemberOutcome[]> {
    const kind = {
      clock: this.#clock,
      concurrency: 2,
      refusals: REFUSALS,
      lookups: this.#known,
      storeOf: (type: MemberType) => this.#stores[type],
    };
    try {
      const lock = options.dryRun ? undefined : (this.held ??= await this.server.lock());
      const members = async (): Promise<string[]> =>
        this.server.members(name).map(({ member }) => member);
      yield* changeOneByOne(kind, { id: name, name, lock, members }, changes, options);
    } finally {
      await this.release();
    }
  }
}

/** The users or the identities of the server, as the engine asks for them. */
class MemoryStore implements MemberStore {
  readonly #server: MemoryServer;
  readonly #type: MemberType;

  constructor(server: MemoryServer, type: MemberType) {
    this.#server = server;
    this.#type = type;
  }

  call = (op: ChangeOp): string => `${op} members`;
  unaddressable = (): string | undefined => undefined;

  async lookUp(group: string, names: readonly string[]): Promise<Map<string, MemberLookup>> {
    const members = await this.members(group);
    const isMember = (name: string): boolean => members.some(({ member }) => member === name);
    const { users, identities } = this.#server;
    const listed = this.#type === 'user' ? (users ?? []) : identities;
    const index = new NameIndex([...listed, ...members.map(({ member }) => member)]);
    const seen = (name: string): MemberLookup => {
      const match = index.findTyped(name);
      if (match.kind === 'ambiguous') return match;
      if (match.kind === 'none') return { kind: users === undefined ? 'unsure' : 'none' };
      return { kind: 'one', name: match.name, isMember: isMember(match.name), user: {} };
    };
    return new Map(names.map((name) => [name, seen(name)]));
  }

  async members(group: string): Promise<Member[]> {
    return this.#server.members(group).filter(({ type }) => type === this.#type);
  }

  async write(op: ChangeOp, group: string, member: string, sending: Sending): Promise<undefined> {
    await sending.before();
    sending.sent?.();
    this.#server.write(() => {
      const rest = this.#server.members(group).filter((each) => each.member !== member);
      const added = op === 'add' ? [{ member, type: this.#type }] : [];
      this.#server.groups.set(group, [...rest, ...added]);
    });
  }
}

/** This server refuses nothing; a real one has words and codes to tell apart. */
const REFUSALS: RefusalScope = {
  isAboutCredentials: () => false,
  isAboutGroup: ({ code }) => code === 'not-found',
  saysAlready: () => false,
  saysNobody: () => false,
  isTwinAdd: () => false,
  isAboutKind: () => false,
  endsWholeRun: () => false,
};
