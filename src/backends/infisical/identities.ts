import { isUuid } from '../../domain/uuid.ts';
import { quote } from '../../domain/shorten.ts';
import type { ChangeOp } from '../../domain/change.ts';
import type { Member, MemberUser } from '../../domain/group.ts';
import { GroupctlError, undefinedIf } from '../../errors.ts';
import type { InfisicalApi, PageQuery } from './api.ts';
import { memberCall } from './member-call.ts';
import { type ListedIdentity, toIdentityMember } from './convert.ts';
import { listAll } from './lists/complete-list.ts';
import { type PageOf, type Paging, OffsetLimit, restOfPages } from './lists/pages.ts';
import type {
  MemberStore,
  ReadOptions,
  MemberLookup,
  Sending,
} from '../per-member/member-store.ts';

/** The machine identities of a group, by their ids; older servers have none. */
export class Identities implements MemberStore {
  readonly #api: InfisicalApi;
  readonly #paging: Paging;
  #missing = false;

  constructor(api: InfisicalApi, atOnce: number) {
    this.#api = api;
    this.#paging = { atOnce, offsetLimit: new OffsetLimit() };
  }

  /** False on a server that has no machine identities in groups. */
  async exist(groupId: string): Promise<boolean> {
    if (this.#missing) return false;
    const fetch = this.#fetch(groupId, undefined, { patient: true });
    return (await undefinedIf('not-supported', () => fetch(0))) !== undefined;
  }

  call(op: ChangeOp): string {
    return memberCall(op, 'machine-identities');
  }

  /** Anything but an id in the place of one is a 500 on older servers. */
  unaddressable(name: string): string | undefined {
    return isUuid(name) ? undefined : 'a machine identity is named by its id, which is a UUID';
  }

  /** Ids cannot be searched for, so every page is read until all are found. */
  async lookUp(
    groupId: string,
    names: readonly string[],
    options: ReadOptions = {},
  ): Promise<Map<string, MemberLookup>> {
    const fetch = this.#fetch(groupId, undefined, options);
    const wanted = new Set(names.map((name) => name.toLowerCase()));
    const rows = new Map<string, ListedIdentity>();
    const take = (page: PageOf<ListedIdentity>): void => {
      for (const row of page.rows) {
        if (row.isPartOfGroup || !rows.has(row.id.toLowerCase())) {
          rows.set(row.id.toLowerCase(), row);
        }
        wanted.delete(row.id.toLowerCase());
      }
    };
    const first = await fetch(0);
    take(first);
    if (wanted.size > 0) {
      await restOfPages(fetch, first, this.#paging, (page) => {
        take(page);
        return wanted.size === 0 ? 'enough' : 'more';
      });
    }
    const isWhole = rows.size >= first.total || first.rows.length === first.total;
    return new Map(names.map((name) => [name, lookupOf(rows.get(name.toLowerCase()), isWhole)]));
  }

  /** None on a server that has no machine identities in groups. */
  async members(groupId: string, groupName: string): Promise<Member[]> {
    if (this.#missing) return [];
    const rows = await undefinedIf('not-supported', () =>
      listAll<ListedIdentity>({
        what: () => `machine identities of ${quote(groupName)}`,
        fetch: this.#fetch(groupId, 'assignedMachineIdentities', { patient: true }),
        nameOf: ({ id }) => id,
        ...this.#paging,
        canSplit: false,
      }),
    );
    return (rows ?? []).filter(({ isPartOfGroup }) => isPartOfGroup).map(toIdentityMember);
  }

  async write(
    op: ChangeOp,
    groupId: string,
    name: string,
    sending: Sending,
  ): Promise<MemberUser | undefined> {
    // Newer servers answer 403 to an id in upper case.
    const id = name.toLowerCase();
    await this.#api.writeMember(op, groupId, 'machine-identities', id, sending);
    return undefined;
  }

  #fetch(
    groupId: string,
    filter: PageQuery['filter'],
    options: ReadOptions,
  ): (offset: number) => Promise<PageOf<ListedIdentity>> {
    return async (offset) => {
      const page = await this.#api.identities(groupId, { offset, filter }, options);
      if (page === undefined) {
        this.#missing = true;
        throw noIdentitiesError(this.#api.where);
      }
      return { rows: page.machineIdentities, total: page.totalCount };
    };
  }
}

function lookupOf(row: ListedIdentity | undefined, isWhole: boolean): MemberLookup {
  if (row === undefined) return { kind: isWhole ? 'none' : 'unsure' };
  const { id, name, isPartOfGroup } = row;
  return { kind: 'one', name: id, isMember: isPartOfGroup, user: { id, displayName: name } };
}

function noIdentitiesError(where: string): GroupctlError {
  return new GroupctlError('usage', `${where} has no machine identities in groups.`, {
    code: 'not-supported',
    hint: 'Newer servers have them.',
    nothingWritten: true,
  });
}
