import { quote } from '../../domain/shorten.ts';
import { ListedAccounts, mayBeTwins } from '../../domain/accounts.ts';
import { NameIndex } from '../../domain/names.ts';
import type { Dialect } from '../../domain/source.ts';
import { GroupctlError } from '../../errors.ts';
import type { Clock } from '../../http/deadline.ts';
import { pickGroup } from '../shared/pick-group.ts';
import type { Base } from '../whole-list/list-port.ts';
import type { CallOptions, ProgetApi } from './api.ts';
import type { SecurityGroup, SecurityUser } from './convert.ts';
import { listGoneError, listMissingError } from './wire/refusal.ts';

/** The groups at one moment: one request returns all of them. */
export interface GroupsRead {
  /** Undefined: the server has no such list (404, 405, 501: the older kind). */
  readonly groups: readonly SecurityGroup[] | undefined;
  /** When the read began, milliseconds. */
  readonly readAt: number;
}

/** A group as it was read, and when. */
export interface ReadGroup {
  readonly group: SecurityGroup;
  readonly base: Base;
}

/** Reads groups and users, and knows what a missing `users` means. */
export class ProgetReader {
  readonly #api: ProgetApi;
  readonly #clock: Clock;
  readonly #dialect: Dialect;
  readonly #onGroups: ((names: readonly string[]) => void) | undefined;
  #users: Promise<SecurityUser[] | undefined> | undefined;
  #accounts: ListedAccounts | undefined;
  /** The groups were listed before: this server has the list. */
  #hasGroups = false;

  constructor(
    api: ProgetApi,
    clock: Clock,
    dialect: Dialect,
    onGroups?: (names: readonly string[]) => void,
  ) {
    this.#api = api;
    this.#clock = clock;
    this.#dialect = dialect;
    this.#onGroups = onGroups;
  }

  /** @throws protocol (1) `list-gone` where the groups were listed before */
  async groups(options: CallOptions = {}): Promise<GroupsRead> {
    const readAt = this.#clock.now();
    const groups = await this.#api.listGroups(options);
    if (groups === undefined && this.#hasGroups) throw listGoneError(this.#api.where);
    this.#hasGroups = groups !== undefined;
    if (groups !== undefined) this.#onGroups?.(groups.map(({ name }) => name));
    return { groups, readAt };
  }

  /**
   * A group that is about to be changed, as one read has it; undefined where groups are not listed.
   *
   * @throws as {@link members}; not-found (4)
   */
  async groupIn({ groups, readAt }: GroupsRead, ref: string): Promise<ReadGroup | undefined> {
    if (groups === undefined) return undefined;
    const group = pickGroup(ref, groups);
    const members = await this.members(group, groups, { forChange: true });
    return { group, base: { members, readAt } };
  }

  /**
   * Makes sure that a server which does not list its groups is of the older kind: that lists no users either. A
   * newer one would delete a group whose members are not on record.
   *
   * @throws protocol (1) `list-missing`
   */
  async assertOlder(): Promise<void> {
    // The source says so.
    if (this.#dialect === 'add') return;
    if ((await this.users()) !== undefined) throw listMissingError(this.#api.where);
  }

  /** The users of the built-in directory, asked once; undefined where there is no such list. */
  async users(): Promise<SecurityUser[] | undefined> {
    return await (this.#users ??= this.#api.listUsers());
  }

  /**
   * The accounts of the built-in directory, which show whether two names that are alike are two people. The
   * server is asked only where one of these names is alike another, and not in ASCII.
   *
   * @param others names that these are compared with, besides each other
   */
  async accountsAmong(
    names: readonly string[],
    others: readonly string[] = [],
  ): Promise<ListedAccounts> {
    if (!this.usersKnown && !mayBeTwins(names, others)) return NONE_NEEDED;
    const users = await this.users();
    return (this.#accounts ??= new ListedAccounts(users?.map(({ name }) => name)));
  }

  get usersKnown(): boolean {
    return this.#users !== undefined;
  }

  /**
   * The members of a group. `users` missing or null means "not told": taken for empty only where
   * the same answer shows that this server leaves empty lists out, or where `users/list` tells the
   * groups of its users and nobody is in this one (contract: "Objects").
   *
   * @param how `forChange`: the group is about to be changed, so the users are asked; `afterWrite`: this run has
   *   written the group; `mayBeEmpty`: false where the last read and what this run wrote had members, so that a
   *   missing list is not an empty one
   * @throws protocol (1) `members-not-told`: writing would replace a list that nobody has seen
   */
  async members(
    group: SecurityGroup,
    all: readonly SecurityGroup[],
    { forChange = false, afterWrite = false, mayBeEmpty = true } = {},
  ): Promise<readonly string[]> {
    if (Array.isArray(group.users)) return group.users;
    if (!mayBeEmpty) throw notToldError(group.name);
    const leavesOut = all.some(({ users }) => Array.isArray(users));
    // Where a write follows, or the users are known already, they must not say otherwise; but they are
    // not newer than the write of this run.
    const asks = !afterWrite && (forChange || this.usersKnown);
    if (leavesOut && !asks) return [];
    const users = await this.users();
    const isMember = ({ groups }: SecurityUser): boolean =>
      Array.isArray(groups) && new NameIndex(groups).has(group.name);
    // Users without groups show nothing: neither that somebody is in this one, nor that nobody is. For a change the
    // other lists are enough then (contract: "Objects"); a search for a person says that it is not known.
    const showsGroups =
      users?.length === 0 || users?.some(({ groups }) => Array.isArray(groups)) === true;
    const isEnough = showsGroups || (leavesOut && (forChange || users === undefined));
    if (isEnough && users?.some(isMember) !== true) return [];
    throw notToldError(group.name);
  }
}

const NONE_NEEDED = new ListedAccounts();

function notToldError(groupName: string): GroupctlError {
  return new GroupctlError('protocol', `The server does not tell who is in ${quote(groupName)}.`, {
    code: 'members-not-told',
    hint: 'Look at the group on the server. Nothing is written to it meanwhile: a write replaces the whole list, and could empty the group.',
  });
}
