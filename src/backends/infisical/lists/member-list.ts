import { quote } from '../../../domain/shorten.ts';
import type { Member, MemberType } from '../../../domain/group.ts';
import { isGroupctlError } from '../../../errors.ts';
import type { InfisicalApi } from '../api.ts';
import { type MemberPage, toIdentityMember, toMember } from '../convert.ts';
import { listAll } from './complete-list.ts';
import { type PageOf, type Paging, OffsetLimit } from './pages.ts';
import type { MemberStore } from '../../per-member/member-store.ts';

/**
 * What a server without such a list answers: it has no such route, or something else in its place,
 * or does not open it to this caller.
 */
const NO_SUCH_LIST = new Set(['no-such-route', 'unexpected-answer', 'validation', 'forbidden']);

interface MemberRow {
  /** Of users and machine identities, separately. */
  readonly id: string;
  readonly isPartOfGroup: true;
  readonly member: Member;
}

/**
 * The members of a group: from the one list of users and machine identities that newer servers
 * have, else from the two lists that every server has.
 */
export class MemberList {
  readonly #api: InfisicalApi;
  readonly #paging: Paging;
  readonly #stores: readonly MemberStore[];
  /** True once the server has shown that it has no such list. */
  #missing = false;

  constructor(api: InfisicalApi, atOnce: number, stores: readonly MemberStore[]) {
    this.#api = api;
    this.#paging = { atOnce, offsetLimit: new OffsetLimit() };
    this.#stores = stores;
  }

  /** @throws protocol (1) `list-incomplete`: never a list that is short */
  async of(groupId: string, groupName: string): Promise<Member[]> {
    const all = await this.#inOneList(groupId, groupName);
    if (all !== undefined) return all;
    const members: Member[] = [];
    for (const store of this.#stores) members.push(...(await store.members(groupId, groupName)));
    return members;
  }

  async names(groupId: string, groupName: string): Promise<string[]> {
    return (await this.of(groupId, groupName)).map(({ member }) => member);
  }

  /**
   * Undefined where the server has no such list, or does not show all of it: its pages add up where
   * full names differ; where they do not, rows repeat and others never come (contract: "Servers of
   * 2026"), and the list of users can be split where this one cannot.
   */
  async #inOneList(groupId: string, groupName: string): Promise<Member[] | undefined> {
    if (this.#missing) return undefined;
    try {
      const rows = await listAll<MemberRow>({
        what: () => `members of ${quote(groupName)}`,
        fetch: (offset) => this.#page(groupId, offset),
        nameOf: ({ id }) => id,
        ...this.#paging,
        canSplit: false,
      });
      const members = rows.map(({ member }) => member);
      // In the order of the two lists, whichever way they were read.
      return [...ofType(members, 'user'), ...ofType(members, 'identity')];
    } catch (error) {
      if (!isGroupctlError(error)) throw error;
      if (error.code === 'list-incomplete') return undefined;
      if (!NO_SUCH_LIST.has(error.code)) throw error;
      this.#missing = true;
      return undefined;
    }
  }

  async #page(groupId: string, offset: number): Promise<PageOf<MemberRow>> {
    const { members, totalCount } = await this.#api.members(groupId, offset, { patient: true });
    return { rows: members.map(toRow), total: totalCount };
  }
}

function ofType(members: readonly Member[], wanted: MemberType): Member[] {
  return members.filter(({ type }) => type === wanted);
}

function toRow(row: MemberPage['members'][number]): MemberRow {
  const member = row.type === 'user' ? toMember(row.user) : toIdentityMember(row.machineIdentity);
  return { id: `${row.type} ${row.id}`, isPartOfGroup: true, member };
}
