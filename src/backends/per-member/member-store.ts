import type { Member, MemberUser } from '../../domain/group.ts';
import type { ReadOptions } from '../infisical/api.ts';
import type { Sending } from '../infisical/wire/transport.ts';

/** The two sides of a group, users and machine identities, as the writer sees them. */

/** What a read tells about a name. */
export type Seen =
  | {
      readonly kind: 'one';
      /** The server's spelling. */
      readonly name: string;
      readonly isMember: boolean;
      readonly user: MemberUser;
    }
  /** Nobody of the organization is called so. */
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }
  /** More names match than the server would show. */
  | { readonly kind: 'unsure' };

export interface MemberStore {
  /** `POST groups/users`: the call, in words for the journal. */
  call(method: 'POST' | 'DELETE'): string;
  /** Looks names up, in the group's list and the organization's; costs as few reads as it can. */
  look(
    groupId: string,
    names: readonly string[],
    options?: ReadOptions,
  ): Promise<Map<string, Seen>>;
  /** Like `look`, for many names of which most are members. */
  lookAmongMembers(
    groupId: string,
    names: readonly string[],
    options?: ReadOptions,
  ): Promise<Map<string, Seen>>;
  /** Every member; throws `list-incomplete` (1). */
  members(groupId: string, groupName: string): Promise<Member[]>;
  /** Why the server cannot be asked to change this member, if it cannot. */
  unaddressable(name: string): string | undefined;
  write(
    method: 'POST' | 'DELETE',
    groupId: string,
    name: string,
    sending: Sending,
  ): Promise<MemberUser | undefined>;
}

/** The longest path parameter that the server's routes take, decoded. */
const LONGEST_PARAMETER = 100;

/** Why a name cannot stand in a path, if it cannot (contract: "Requests"). */
export function unaddressable(name: string): string | undefined {
  if (name.length > LONGEST_PARAMETER) {
    return `the server takes no name of more than ${LONGEST_PARAMETER} characters`;
  }
  if (name !== name.trim()) return 'the server cuts blanks off at both ends of a name';
  if (name === '.' || name === '..') return 'a path cannot hold such a name';
  if (name.includes('\0') || !name.isWellFormed()) return 'the name holds what is no character';
  return undefined;
}
