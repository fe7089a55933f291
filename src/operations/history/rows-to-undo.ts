import { effectOf, type RunRecord, type RunRow } from '../../state/journal/record.ts';
import type { LaterRuns } from './later-runs.ts';
import { isAccepted, mayBeInEffect, type Standing } from './standing.ts';

/** What an undo of a run makes of its rows. */
export interface RowsToUndo {
  /** Their changes are in effect, as far as groupctl knows, and nobody else's by now. */
  readonly toUndo: readonly RunRow[];
  /** Undone before: what is there now is somebody's later decision. */
  readonly undone: readonly RunRow[];
  /** The runs that undid those. */
  readonly undoneBy: readonly string[];
  /** They may be in effect, and another run has them, or it is not known; why, in a sentence. */
  readonly leftAlone: readonly (readonly [row: RunRow, why: string])[];
}

export function rowsToUndo(record: RunRecord, later: LaterRuns): RowsToUndo {
  const toUndo: RunRow[] = [];
  const undone: RunRow[] = [];
  const undoneBy = new Set<string>();
  const leftAlone: [RunRow, string][] = [];
  for (const row of record.rows) {
    const standing = later.standingOf(record, row);
    const { word, by, ended } = standing;
    const kinship = later.kinshipOf(record.run, by);
    const isMine = kinship === 'own' || kinship === 'undo';
    const hasActed = mayBeInEffect({ record, row });
    // That a run which did not come from this one has done it again is a later decision.
    const undo = word === 'undone' ? by : kinship === 'other' ? ended : undefined;
    if (undo !== undefined) {
      if (!hasActed && kinship === 'other') continue;
      undone.push(row);
      undoneBy.add(undo.record.run);
    } else if (!hasActed || word === 'found' || word === 'none') continue;
    else if (isMine && (word === 'in-effect' || (word === 'open' && isAccepted(by)))) {
      toUndo.push(row);
    } else leftAlone.push([row, whyLeftAlone(standing, record)]);
  }
  return { toUndo, undone, undoneBy: [...undoneBy], leftAlone };
}

function whyLeftAlone({ word, by }: Standing, { run }: RunRecord): string {
  const other = by.record.run;
  if (word === 'lapsed') {
    return `${other} found that it was no longer in effect, so what is there now may be a later change. Look at the group.`;
  }
  if (word === 'in-effect' || isAccepted(by)) {
    return `another run went on with it (groupctl undo ${other}).`;
  }
  const doubt = 'the server did not answer, so it is in doubt. To check it: groupctl resume';
  return other === run ? `${doubt} ${run}` : `${other} sent it again, and ${doubt} ${other}`;
}

/** True if the group did not show what the server accepted, and no undo was about that. */
export function hasNotShown({ rows }: RunRecord, { undone }: RowsToUndo): boolean {
  return rows.some((row) => effectOf(row) === 'not-shown' && !undone.includes(row));
}
