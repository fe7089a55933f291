import type { AccountHoldings } from '../domain/account.ts';
import type { MemberChange } from '../domain/change.ts';
import type { Group, GroupState, MemberRef, MemberType, MemberUser } from '../domain/group.ts';
import type { Accounts } from '../domain/names.ts';
import type { Health } from '../domain/health.ts';
import type { MemberOutcome } from '../domain/outcome.ts';
import type { SourceKind } from '../domain/source.ts';
import type { JournalIntent } from '../state/journal/line-format.ts';
import type { ChangeOptions, ChangeReport } from './change-port.ts';
import type { LostAnswers, SecurityAdmin } from './security-port.ts';

/** What is known about a name that a user typed. */
export type Resolution =
  | { readonly kind: 'found'; readonly name: string }
  | { readonly kind: 'unknown'; readonly near: readonly string[] }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }
  /** The server cannot say who exists; the name is sent as typed. */
  | { readonly kind: 'unchecked'; readonly name: string };

export interface FindOptions {
  /**
   * The group is about to be changed: a whole-list backend takes its lock and reads now, and the
   * next `changeMembers` merges into this very read. Released by `changeMembers` or `close`.
   */
  readonly forUpdate?: boolean;
}

export interface SnapshotOptions {
  /** A change follows from who is in the groups: a list that is missing must not pass for an empty one. */
  readonly forChange?: boolean;
}

export interface ResolveOptions extends FindOptions {
  /**
   * False: names are not looked up (`--no-user-check`). They are taken without blanks at their ends,
   * but for those that the group holds exactly as typed.
   */
  readonly check: boolean;
  /** The group is read first, as a name that it holds needs no look-up: for removals. */
  readonly groupFirst?: boolean;
}

/** Who the names typed for a group are. */
export interface NamesForGroup {
  /** By the name as typed; without the names that were not looked up. */
  readonly resolutions: ReadonlyMap<string, Resolution>;
  /**
   * The group: the one that the names were resolved through, else it is found now, with these options.
   *
   * @throws not-found (4) `no-such-group`; ambiguous (2)
   */
  findGroup(options?: FindOptions): Promise<Group>;
}

export interface CreateGroupOptions {
  readonly name: string;
  readonly slug?: string;
  readonly role?: string;
  /** Checks what can be checked and sends nothing. */
  readonly dryRun: boolean;
}

/** Who the credentials belong to, as far as the server or the token tells. */
export interface Self {
  readonly userId?: string;
  readonly identityId?: string;
  readonly organizationId?: string;
}

/** A group that holds somebody, and the spelling that it holds. */
export interface Membership {
  readonly group: Group;
  readonly member: string;
  readonly user?: MemberUser;
}

/** What an account holds besides groups, where a kind of server can tell. */
export interface AccountFacts {
  /** @param member the user name, in any case */
  holdings(member: string): Promise<AccountHoldings>;
  /** What the server tells about the person, for a question; undefined where it tells nothing. */
  describe(member: string): Promise<MemberUser | undefined>;
  /** Everybody who has an account; undefined where the server does not tell. */
  people(): Promise<readonly MemberUser[] | undefined>;
}

/** What every kind of server can do with groups. */
export interface GroupDirectory {
  readonly kind: SourceKind;
  /**
   * True where finding a group reads all of its members: `verifyBase` is then passed every one of
   * them, and a `snapshot` right after it costs no request.
   */
  readonly readsAllMembers: boolean;
  /** True where a change that was accepted and not read back can be verified by a later run. */
  readonly verifiesLater: boolean;
  /** True where accounts of an outside directory (AD, LDAP) are in no list of users. */
  readonly hasDirectoryAccounts: boolean;
  /** True where names that differ in case only are one user's. */
  readonly caseInsensitive: boolean;
  /** Who can be a member here. */
  readonly memberTypes: readonly MemberType[];
  /** True if this server has members of that type: an older one may not. */
  hasType(type: MemberType): Promise<boolean>;
  listGroups(): Promise<Group[]>;
  /** Throws `no-such-group` (with near names) or `ambiguous`. */
  findGroup(ref: string, options?: FindOptions): Promise<Group>;
  snapshot(groups?: readonly Group[], options?: SnapshotOptions): Promise<GroupState[]>;
  /**
   * Every group that holds this member, by the server's spelling of the name.
   *
   * @param onHiddenMembers called with each group that the server does not name the members of; without it such
   *   a group is an error, `members-not-told`
   * @param onPaddedName called with each member whose name is another one only by blanks around it
   */
  groupsOf(
    ref: MemberRef,
    onHiddenMembers?: (group: Group) => void,
    onPaddedName?: (membership: Membership) => void,
  ): Promise<Membership[]>;
  /**
   * Resolves names that are to be added to a group or removed from it, and finds the group, in the
   * order that this kind of server needs: nothing may stand between reading a whole list and writing
   * it; where names are listed through a group, it comes first.
   *
   * @param ref the group's name, slug or id
   * @throws not-found (4) `no-such-group`; ambiguous (2)
   */
  resolveForGroup(
    ref: string,
    members: readonly MemberRef[],
    options: ResolveOptions,
  ): Promise<NamesForGroup>;
  /** By the name as typed. */
  resolve(refs: readonly MemberRef[]): Promise<Map<string, Resolution>>;
  /** The outcome of every change, as it becomes known; those that become known together come so. */
  changeMembers(
    group: Group,
    changes: readonly MemberChange[],
    options: ChangeOptions,
  ): AsyncIterable<readonly MemberOutcome[]>;
  /** The report of the last `changeMembers`. */
  report(): ChangeReport;
  createGroup(options: CreateGroupOptions, write: GroupWrite): Promise<Group>;
  /** Deletes a group, or unlinks a linked one; its members go to `write.beforeSend` first. */
  deleteGroup(group: Group, write: GroupWrite): Promise<GroupDeletion>;
  /** Permissions and API keys of an account, where this kind of server has such. */
  readonly accounts?: AccountFacts;
  /**
   * Which of these names are one account's, where names that differ in case only are. The server is asked only
   * if its list of accounts may tell two of them apart; absent where it has no such list.
   *
   * @param others names that these are compared with, besides each other
   */
  accountsAmong?(names: readonly string[], others?: readonly string[]): Promise<Accounts>;
  /** Users, tasks, permissions and API keys, where groupctl manages them on this kind of server. */
  readonly security?: SecurityAdmin;
  health(): Promise<Health>;
  /** True if the server accepted the credentials; undefined where that is unknown. */
  checkAccess(): Promise<boolean | undefined>;
  /**
   * True if the credentials may add and remove members; undefined where that is unknown. Absent where
   * a permission to list groups is one to change them.
   */
  mayChangeGroups?(): Promise<boolean | undefined>;
  /** The account of the credentials, if they tell; members of type `user` and `identity` have such ids. */
  self?(): Promise<Self>;
  close(): Promise<void>;
}

/** `unlinked`: taken out of the sub-organization; the group stays in the parent. */
export type GroupDeletion = 'deleted' | 'unlinked' | 'already-absent';

/** How creating and deleting groups are recorded. */
export interface GroupWrite extends LostAnswers {
  beforeSend(intent: JournalIntent): Promise<void>;
}
