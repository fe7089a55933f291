import { quote } from '../../domain/shorten.ts';
import type { ChangeOp } from '../../domain/change.ts';
import type { Member, MemberUser } from '../../domain/group.ts';
import { accountPart } from '../../domain/near-accounts.ts';
import { type InfisicalApi, PAGE, type PageQuery } from './api.ts';
import { memberCall } from './member-call.ts';
import { type ListedUser, toMember, toUser } from './convert.ts';
import { listAll } from './lists/complete-list.ts';
import {
  foundUser,
  isAscii,
  looserPattern,
  match,
  unaddressable,
  usernameFilter,
} from './match.ts';
import { type PageOf, type Paging, OffsetLimit, restOfPages } from './lists/pages.ts';
import { forEachAtOnce } from '../shared/at-once.ts';
import type {
  MemberStore,
  ReadOptions,
  MemberLookup,
  Sending,
} from '../per-member/member-store.ts';
import { WantedNames } from './lists/wanted-names.ts';
import { Splitter } from './lists/split.ts';
import { CertainRows } from './lists/row-count.ts';

/** Up to as many names are looked up one by one without asking how long the list is. */
const FEW = 3;
/** Pages in a row that may show nobody new before the rest is given up. */
const MAX_WITHOUT_NEW = 2;
/** From so many names on that the pages did not show, the list is split before they are asked for. */
const MANY = 64;

/**
 * The users of a group (contract: "Finding users and listing members"). A user is looked up by a
 * substring, and groupctl picks the exact match; the list holds everybody of the organization.
 */
export class Users implements MemberStore {
  readonly #api: InfisicalApi;
  readonly #paging: Paging;
  /** An older server ignores the filter: its lists are of the whole organization. */
  #filterIgnored = false;

  constructor(api: InfisicalApi, atOnce: number) {
    this.#api = api;
    this.#paging = { atOnce, offsetLimit: new OffsetLimit() };
  }

  call = (op: ChangeOp): string => memberCall(op, 'users');

  unaddressable(name: string): string | undefined {
    return unaddressable(name);
  }

  /** Pages while they are fewer than the names left; what they did not show is looked up singly. */
  async lookUp(
    groupId: string,
    names: readonly string[],
    options: ReadOptions = {},
  ): Promise<Map<string, MemberLookup>> {
    const filter = options.mostlyMembers === true ? 'existingMembers' : undefined;
    const found = new Map<string, MemberLookup>();
    let left = [...new Set(names)];
    if (left.length > FEW) {
      const { rows, isWhole } = await this.#pages(groupId, left, filter, options);
      const wanted = new Set(left);
      for (const row of rows) {
        // Only as typed: a twin in another case may be on a page that was not shown.
        const isBetter = row.isPartOfGroup || !found.has(row.username);
        if (isBetter && wanted.has(row.username)) found.set(row.username, foundUser(row));
      }
      left = left.filter((name) => !found.has(name));
      if (isWhole && filter !== undefined) {
        // Who is not in the whole list is no member, whether or not the user exists.
        for (const name of left) found.set(name, { kind: 'none' });
        return found;
      }
    }
    await forEachAtOnce(left, this.#paging.atOnce, async (name) => {
      found.set(name, await this.#single(groupId, name, options));
    });
    return found;
  }

  async members(groupId: string, groupName: string): Promise<Member[]> {
    const users = await listAll<ListedUser>({
      what: () =>
        this.#filterIgnored ? 'users of the organization' : `members of ${quote(groupName)}`,
      fetch: (offset, username) =>
        this.#page(groupId, { offset, username, filter: 'existingMembers' }, { patient: true }),
      nameOf: ({ username }) => username,
      ...this.#paging,
      canSplit: true,
    });
    return users.filter(({ isPartOfGroup }) => isPartOfGroup).map(toMember);
  }

  async write(
    op: ChangeOp,
    groupId: string,
    name: string,
    sending: Sending,
  ): Promise<MemberUser | undefined> {
    const user = await this.#api.writeMember(op, groupId, 'users', name, sending);
    return user === undefined ? undefined : toUser(user);
  }

  /** Users of one page of the organization, and those whose names begin alike: to suggest. */
  async suggestions(groupId: string, typed: string): Promise<readonly ListedUser[]> {
    const first = await this.#page(groupId, { offset: 0 }, {});
    if (first.rows.length >= first.total) return first.rows;
    const start = usernameFilter(Array.from(accountPart(typed)).slice(0, 3).join(''));
    const alike = await this.#page(groupId, { offset: 0, username: start }, {});
    return [...first.rows, ...alike.rows];
  }

  async #pages(
    groupId: string,
    names: readonly string[],
    filter: PageQuery['filter'],
    options: ReadOptions,
  ): Promise<{ rows: ListedUser[]; isWhole: boolean }> {
    const fetch = async (offset: number): Promise<PageOf<ListedUser>> =>
      await this.#page(groupId, { offset, filter }, options);
    const certain = new CertainRows<ListedUser>(({ username }) => username);
    const left = new Set(names);
    const take = (page: PageOf<ListedUser>, isFirst: boolean): void => {
      certain.add(page, isFirst);
      for (const { username } of page.rows) left.delete(username);
    };
    const first = await fetch(0);
    take(first, true);
    let pagesLeft = Math.ceil(first.total / PAGE) - 1;
    if (pagesLeft < left.size) {
      let withoutNew = 0;
      await restOfPages(fetch, first, this.#paging, (page) => {
        const before = certain.size;
        take(page, false);
        pagesLeft--;
        withoutNew = certain.size === before ? withoutNew + 1 : 0;
        // Pages that show nobody new are not worth what is left of them.
        return pagesLeft >= left.size || withoutNew > MAX_WITHOUT_NEW ? 'enough' : 'more';
      });
    }
    if (left.size > MANY && certain.count < first.total) {
      const wanted = new WantedNames(left);
      const part = async (offset: number, username?: string): Promise<PageOf<ListedUser>> => {
        const page = await this.#page(groupId, { offset, username, filter }, options);
        for (const row of page.rows) wanted.found(row.username);
        return page;
      };
      await new Splitter(part, certain, first.total, wanted).run();
    }
    return { rows: certain.rows(), isWhole: certain.count === first.total };
  }

  async #single(groupId: string, name: string, options: ReadOptions): Promise<MemberLookup> {
    // What is found without the blanks around a name is found with them, too.
    const part = name.trim();
    if (part === '') return { kind: 'none' };
    const first = await this.#matching(groupId, name, usernameFilter(part), options);
    const isExact = first.kind === 'one' && first.name === name;
    if (isExact || isAscii(name)) return first;
    // The server folds and composes other letters its own way, and may know the name twice.
    const all = await this.#matching(groupId, name, looserPattern(part), options);
    return first.kind === 'none' || all.kind === 'ambiguous' ? all : first;
  }

  async #matching(
    groupId: string,
    name: string,
    username: string,
    options: ReadOptions,
  ): Promise<MemberLookup> {
    const fetch = async (offset: number): Promise<PageOf<ListedUser>> =>
      await this.#page(groupId, { offset, username }, options);
    const first = await fetch(0);
    const rows = [...first.rows];
    const isExact = (): boolean => rows.some((row) => row.username === name);
    if (!isExact()) {
      await restOfPages(fetch, first, this.#paging, (page) => {
        rows.push(...page.rows);
        return isExact() ? 'enough' : 'more';
      });
    }
    const lookup = match(name, rows);
    const shown = new Set(rows.map(({ id }) => id)).size;
    const isWhole = first.rows.length === first.total || shown >= first.total;
    return isWhole || isExact() ? lookup : { kind: 'unsure' };
  }

  async #page(
    groupId: string,
    query: PageQuery,
    options: ReadOptions,
  ): Promise<PageOf<ListedUser>> {
    const { users, totalCount } = await this.#api.users(groupId, query, options);
    const areAllMembers = users.every(({ isPartOfGroup }) => isPartOfGroup);
    if (query.filter !== undefined && !areAllMembers) this.#filterIgnored = true;
    return { rows: users, total: totalCount };
  }
}
