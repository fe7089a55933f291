import type { Written } from '../../backends/port.ts';
import type { Connection, Deps, WriteOptions } from '../../cli/deps.ts';
import type { MemberChange, RowOrigin } from '../../domain/change.ts';
import type { GroupCell } from '../../files/member-file.ts';
import type { Group, MemberRef } from '../../domain/group.ts';
import type { GuardLimits } from '../../domain/guards.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';

/** What a run means to do to the members of one group, before anything is written. */

/** Somebody as typed, or as a file names him. */
export interface RequestedMember extends MemberRef {
  readonly row?: RowOrigin;
  /** What its row calls the group that it is about, where the file says so. */
  readonly groups?: readonly GroupCell[];
}

export interface RunPlan {
  /** The command's words, for the journal. */
  readonly command: string;
  readonly group: Group;
  /** What is to be so, under the server's spelling where it is known. */
  readonly changes: readonly MemberChange[];
  /** Rows that have their outcome without a write: unknown names that are left out. */
  readonly decided?: readonly MemberOutcome[];
  /** The order in which the outcomes are told. */
  readonly order?: readonly MemberRef[];
  readonly guard?: Guard | undefined;
  /** The run that this one takes back. */
  readonly undoes?: string;
  /** The run that this one goes on with. */
  readonly resumes?: string;
  /** What that run was about to send, by {@link memberKey}: where it is so by now, it counts as ours. */
  readonly presumedOurs?: ReadonlySet<string>;
  /** A journal is left though nothing may be written. */
  readonly recorded?: boolean;
}

/** What a change is known by from one run to the next, under the server's name. */
export function memberKey({ op, type, member }: MemberChange): string {
  return `${op} ${type} ${member}`;
}

/** What a row is known by in its run and in those that go on with it, under the name as typed. */
export function rowKey({ op, type, requested }: MemberChange): string {
  return `${op} ${type} ${requested}`;
}

/** What is asked of the very members that the write is merged into. */
export interface Guard {
  /** True if it needs all of them. */
  readonly needsAllMembers: boolean;
  /** What it goes by, for the journal. */
  readonly limits: (GuardLimits & { readonly protect: readonly string[] }) | undefined;
  /**
   * @param before what became of earlier writes of this run; nothing was written by default
   * @throws safety (8): nothing is sent
   */
  check(members: readonly string[], before?: Written): void;
}

/** What a run works with. */
export interface RunContext {
  readonly connection: Connection;
  readonly options: WriteOptions;
  readonly deps: Deps;
}
