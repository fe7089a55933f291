export const ENDS: readonly string[];

export interface LateCase {
  readonly group: string;
  /** The exit code of the run whose write was late; null: it was killed. */
  readonly first: number | null;
  readonly next: number | null;
  /** The members of the group when nothing was under way any more. */
  readonly members: readonly string[];
  readonly waitedMs: number;
}

export function lateWrites(options: {
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
  readonly count: number;
  readonly end: string;
}): Promise<LateCase[]>;

export function lostMembers(cases: readonly LateCase[]): string[];
