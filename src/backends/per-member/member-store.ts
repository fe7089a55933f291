import type { ChangeOp, MemberChange } from '../../domain/change.ts';
import type { Member, MemberUser } from '../../domain/group.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { GroupctlError } from '../../errors.ts';

/**
 * What a kind of server gives to the per-member engine: a store for each type of member, and what its
 * refusals mean.
 */

export interface ReadOptions {
  /** False for the read-back of a write under way: an interrupt waits for it. */
  readonly interruptible?: boolean;
  /** Among many calls: a 429 is waited out as often as it comes, and fails nothing. */
  readonly patient?: boolean;
  /** Most of the names looked up are members: reading the members may be enough. */
  readonly mostlyMembers?: boolean;
}

/** Called before a write is sent. */
export interface Sending {
  /** There is room for the call, which is sent right after this; when it throws, it is not. */
  before(): Promise<void>;
  /** From now on it may reach the server: there was time left for it, and a connection to ask for. */
  sent?(): void;
  /** It was turned away (a rate limit, an old token) and had no effect; it may be sent again. */
  turnedAway?(): void;
}

/** What a read tells about a name. */
export type MemberLookup =
  | {
      readonly kind: 'one';
      /** The server's spelling. */
      readonly name: string;
      readonly isMember: boolean;
      readonly user: MemberUser;
    }
  /** Nobody of the organization has that name. */
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }
  /** More names match than the server would show. */
  | { readonly kind: 'unsure' };

export interface MemberStore {
  /** `POST groups/users`: the call, in words for the journal. */
  call(op: ChangeOp): string;
  /** Looks names up, in the group's list and the organization's; costs as few reads as it can. */
  lookUp(
    groupId: string,
    names: readonly string[],
    options?: ReadOptions,
  ): Promise<Map<string, MemberLookup>>;
  /** Every member; throws `list-incomplete` (1). */
  members(groupId: string, groupName: string): Promise<Member[]>;
  /** Why the server cannot be asked to change this member, if it cannot. */
  unaddressable(name: string): string | undefined;
  write(
    op: ChangeOp,
    groupId: string,
    name: string,
    sending: Sending,
  ): Promise<MemberUser | undefined>;
}

/**
 * What the errors of a kind of server are about: whether it is worth reading the member again, what a row
 * is called where that read does not decide, and whether the next rows are likely to get the same answer.
 */
export interface RefusalScope {
  /** About the credentials and not about a member, so that nothing needs to be read. */
  isAboutCredentials(error: GroupctlError): boolean;
  /** The group is not there, though its list may still be. */
  isAboutGroup(error: GroupctlError): boolean;
  /** Other changes of this operation and type of member are barred as well, and no others. */
  isAboutKind(error: GroupctlError): boolean;
  /** "Already a member" of an addition, "not a member" of a removal. */
  saysAlready(change: MemberChange, error: GroupctlError): boolean;
  /** Nobody of the organization has that name, whatever the list of users shows. */
  saysNobody(error: GroupctlError): boolean;
  /** An addition that failed because another run has just added the same member. */
  isTwinAdd(change: MemberChange, error: GroupctlError): boolean;
  /** True if what became of this row may become of every other one. */
  endsWholeRun(row: MemberOutcome, error: GroupctlError): boolean;
}
