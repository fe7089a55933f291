/** What the e2e test uses of kill-runs.mjs. */

interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

export interface KillReport {
  readonly runs: number;
  readonly killed: number;
  readonly ended: number;
  readonly resumesKilled: number;
  readonly noJournal: number;
  readonly noPlan: number;
  readonly calls: number;
  /** Rows that were so on the server at the first kill. */
  readonly onServer: Spread;
  readonly journalDone: Spread;
  readonly journalInDoubt: Spread;
  readonly violations: readonly string[];
}

export function killRuns(options: {
  readonly bin: string;
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly runs: number;
  readonly seed: number;
  readonly latencies?: readonly number[];
  readonly say?: (text: string) => void;
}): Promise<KillReport>;
