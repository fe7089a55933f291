import { foldName } from '../../domain/names.ts';
import { isGroupctlError } from '../../errors.ts';
import { readRun } from '../../state/journal/reader.ts';
import { memberOf, type RunSummary } from '../../state/journal/record.ts';

/** Which runs `history` lists; names compare in any case. */
export interface HistoryFilter {
  readonly source?: string;
  readonly group?: string;
  readonly member?: string;
}

/** @param stateFolder where the rows of a run are read, for a member */
export function wantedRuns(
  { source, group, member }: HistoryFilter,
  stateFolder: string,
): (run: RunSummary) => boolean {
  const is = (wanted: string | undefined, ...names: (string | undefined)[]): boolean =>
    wanted === undefined ||
    names.some((name) => name !== undefined && foldName(name) === foldName(wanted.trim()));
  return (run) =>
    is(source, run.source, run.url, run.url?.replace(/\/$/, '')) &&
    is(group, run.group?.name, run.group?.slug, run.group?.id) &&
    (member === undefined || is(member, ...membersOf(run.run, stateFolder)));
}

function membersOf(run: string, stateFolder: string): string[] {
  try {
    const record = readRun(stateFolder, run);
    return record.noPlan ? [] : record.rows.flatMap((row) => [memberOf(row), row.change.requested]);
  } catch (error) {
    // A damaged record says nothing about its members.
    if (isGroupctlError(error)) return [];
    throw error;
  }
}
