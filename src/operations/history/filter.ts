import { foldName } from '../../domain/names.ts';
import { isGroupctlError } from '../../errors.ts';
import { memberOf, type RunSummary } from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';

/** Which runs `history` lists; names compare in any case. */
export interface HistoryFilter {
  readonly source?: string;
  readonly group?: string;
  readonly member?: string;
  /** A user, a host or a CI job. */
  readonly by?: string;
  /** ISO 8601: not before this moment. */
  readonly since?: string;
}

/** @param runs where the rows of a run are read, for a member */
export function wantedRuns(
  { source, group, member, by, since }: HistoryFilter,
  runs: Runs,
): (run: RunSummary) => Promise<boolean> {
  const is = (wanted: string | undefined, ...names: (string | undefined)[]): boolean =>
    wanted === undefined ||
    names.some((name) => name !== undefined && foldName(name) === foldName(wanted.trim()));
  const wantedBy = by === undefined ? undefined : foldName(by.trim());
  return async (run) =>
    (since === undefined || run.at >= since) &&
    (wantedBy === undefined || foldName(run.actor ?? '').includes(wantedBy)) &&
    is(source, run.source, run.url, run.url?.replace(/\/$/, '')) &&
    is(group, run.group?.name, run.group?.slug, run.group?.id) &&
    (member === undefined || is(member, ...(await membersOf(run.run, runs))));
}

async function membersOf(run: string, runs: Runs): Promise<string[]> {
  try {
    const record = await runs.read(run);
    return record.noPlan ? [] : record.rows.flatMap((row) => [memberOf(row), row.change.requested]);
  } catch (error) {
    // A damaged record says nothing about its members.
    if (isGroupctlError(error)) return [];
    throw error;
  }
}
