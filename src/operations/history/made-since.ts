import { foldName } from '../../domain/names.ts';
import {
  effectOf,
  isUnreadable,
  memberOf,
  type RowEffect,
  type RunRecord,
  type RunRow,
  type RunSummary,
} from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';
import type { LaterRuns } from './later-runs.ts';
import { runsSince } from './record-state.ts';
import type { RowsToUndo } from './rows-to-undo.ts';

/** What other runs on record did since: a change that one of them made is that run's. */

/** Effects of a change that the server accepted, which it does only where the change was not in effect. */
const MADE: ReadonlySet<RowEffect> = new Set(['seen', 'unseen', 'accepted', 'despite-error']);

/**
 * The changes that newer runs on the same group made, but for those that resumed or undid this one or what it
 * came from; each with the last run that made it. Undefined: the record of one cannot be read.
 */
export async function madeSince(
  { run, group, url }: RunRecord,
  { runs: own }: LaterRuns,
  runs: Runs,
): Promise<ReadonlyMap<string, string> | undefined> {
  const made = new Map<string, string>();
  const isOfGroup = (other: RunSummary): boolean =>
    other.url === url && (other.group?.id ?? other.group?.name) === (group.id ?? group.name);
  for (const each of (await runsSince(run, runs)).toReversed()) {
    if (each.run === run || own.has(each.run) || !isOfGroup(each)) continue;
    if (isUnreadable(each)) return undefined;
    const { rows } = await runs.read(each.run);
    for (const row of rows) if (MADE.has(effectOf(row))) made.set(changeKey(row), each.run);
  }
  return made;
}

export function changeKey(row: RunRow): string {
  return `${row.change.op} ${row.change.type} ${foldName(memberOf(row))}`;
}

/** Leaves alone what another run has made again since: before that it was not in effect any more. */
export async function leaveLaterDecisions(
  rows: RowsToUndo,
  record: RunRecord,
  later: LaterRuns,
  runs: Runs,
): Promise<RowsToUndo> {
  const made = rows.toUndo.length === 0 ? undefined : await madeSince(record, later, runs);
  if (made === undefined || made.size === 0) return rows;
  const toUndo: RunRow[] = [];
  const leftAlone = [...rows.leftAlone];
  for (const row of rows.toUndo) {
    const other = made.get(changeKey(row));
    if (other === undefined || other < later.standingOf(record, row).by.record.run)
      toUndo.push(row);
    else leftAlone.push([row, `another run made it again since (groupctl undo ${other}).`]);
  }
  return { ...rows, toUndo, leftAlone };
}
