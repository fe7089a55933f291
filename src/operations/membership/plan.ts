import type { Written } from '../../backends/change-port.ts';
import type { CreateGroupOptions } from '../../backends/port.ts';
import type { CallRecorder } from '../../backends/security-port.ts';
import type { Connection, Deps, RunPlanHeader, WriteOptions } from '../../cli/deps.ts';
import { defined } from '../../domain/defined.ts';
import { indexOf, type MemberChange, type RowOrigin } from '../../domain/change.ts';
import type { GroupCell, MemberFile } from '../../files/member-file.ts';
import type { Problem } from '../../files/problems.ts';
import type { Group, MemberRef } from '../../domain/group.ts';
import type { GuardLimits } from '../../domain/guards.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { PlanPlace } from '../../domain/place.ts';

/** What a run means to do to the members of one group, before anything is written. */

/** Somebody as typed, or as a file names him. */
export interface RequestedMember extends MemberRef {
  readonly row?: RowOrigin | undefined;
  /** The row of an earlier run that this one reverses, by its number there. */
  readonly earlier?: number | undefined;
  /** What its row calls the group that it is about, where the file says so. */
  readonly groups?: readonly GroupCell[];
  /** Why it can be no name, unless the server has it. */
  readonly problem?: Problem;
}

/** The members that options name, and those of a file. */
export interface MemberInput {
  readonly requested: readonly RequestedMember[];
  readonly file: MemberFile | undefined;
}

export interface RunPlan {
  /** The command's words, for the journal. */
  readonly command: string;
  readonly group: Group;
  /** The group is created first; undefined: it exists. */
  readonly creates?: Pick<CreateGroupOptions, 'name' | 'slug' | 'role'>;
  /** The changes to make, under the server's spelling where it is known. */
  readonly changes: readonly MemberChange[];
  /** Calls behind the changes that are about no member: a group that is created again gets its permissions. */
  readonly afterwards?: (journal: CallRecorder & { done(): void }) => Promise<void>;
  /** Rows that have their outcome without a write: unknown names that are left out. */
  readonly decided?: readonly MemberOutcome[];
  /** The names as they were typed, in whose order the rows are; else the decided ones are first. */
  readonly order?: readonly MemberRef[];
  readonly guard?: Guard | undefined;
  /** The run that this one undoes. */
  readonly undoes?: string;
  /** The run that this one resumes. */
  readonly resumes?: string;
  /** Rows that it was about to send, by their number there: if applied by now, they count as this run's. */
  readonly presumedOwn?: ReadonlySet<number>;
  /** There is a journal of it even if nothing is written. */
  readonly keepsRecord?: boolean;
}

/**
 * Gives each row of a plan its place as its number. In place, as a copy of 100,000 rows takes memory.
 *
 * @returns all rows in their order
 */
export function numberRows(plan: RunPlan): readonly MemberChange[] {
  const rows = inOrder(plan);
  rows.forEach((row: { index?: number | undefined }, index) => (row.index = index));
  return rows;
}

/** As the plan has them: rows that are written side by side end in any order. */
export function inPlanOrder(outcomes: readonly MemberOutcome[]): readonly MemberOutcome[] {
  return outcomes.toSorted((one, other) => indexOf(one) - indexOf(other));
}

function inOrder({ changes, decided = [], order = [] }: RunPlan): readonly MemberChange[] {
  if (decided.length === 0) return changes;
  const rows: MemberChange[] = [];
  let [nextDecided, nextChange] = [0, 0];
  // Both lists are in that order already.
  for (const requested of order) {
    const [row, change] = [decided[nextDecided], changes[nextChange]];
    if (isRequested(row, requested)) {
      rows.push(row);
      nextDecided++;
    } else if (isRequested(change, requested)) {
      rows.push(change);
      nextChange++;
    }
  }
  return rows.concat(decided.slice(nextDecided), changes.slice(nextChange));
}

function isRequested(
  row: MemberChange | undefined,
  { type, name }: MemberRef,
): row is MemberChange {
  return row?.requested === name && row.type === type;
}

/** A check of the very members that the write is merged into. */
export interface Guard {
  /** True if it needs all of them. */
  readonly needsAllMembers: boolean;
  /** Its limits, for the journal. */
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
  /** The file that the names are from. */
  readonly input?: { readonly file: string; readonly column?: string } | undefined;
}

/** Where the plan of a run applies. */
export function planPlaceOf({ connection, input }: RunContext): PlanPlace {
  const { name, url } = connection.source;
  return { source: name, url, file: input?.file, column: input?.column };
}

/** What the journal has of a plan, besides its rows. */
export function headerOf({
  group: { name, id, slug },
  command,
  guard,
  undoes,
  resumes,
}: RunPlan): Omit<RunPlanHeader, 'rows'> {
  const guards = guard?.limits;
  return {
    group: { name, ...defined({ id, slug }) },
    command,
    ...defined({ undoes, resumes, guards }),
  };
}
