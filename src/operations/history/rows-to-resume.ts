import { oppositeOf } from '../../domain/change.ts';
import { effectOf, isFinal, type RunRecord, type RunRow } from '../../state/journal/record.ts';
import type { LaterRuns } from './later-runs.ts';
import { type Attempt, mayBeInEffect } from './standing.ts';

/** What a resume of a run makes of its rows; those that are done are in none of these. */
export interface RowsToResume {
  readonly toTry: readonly RunRow[];
  /** The server did these, or said that it did: they are read, and never sent again. */
  readonly toRead: readonly RunRow[];
  /** An undo took rows back, or found that somebody had, which is not repeated: all that was in effect, or a part. */
  readonly leftAlone: 'undone' | 'partly-undone' | undefined;
  /** Trying these again would not help: the names are unknown, or the server refuses the change. */
  readonly impossible: readonly RunRow[];
  /** The runs that found these so. */
  readonly impossibleIn: readonly string[];
  /** An undo of these is in doubt. */
  readonly undoOpen: readonly RunRow[];
  readonly undoOpenIn: readonly string[];
}

/** @param verifiesLater what was accepted and not read back is read */
export function rowsToResume(
  record: RunRecord,
  later: LaterRuns,
  verifiesLater: boolean,
): RowsToResume {
  const { run } = record;
  const toTry: RunRow[] = [];
  const toRead: RunRow[] = [];
  let hasUndone = false;
  let isInEffect = false;
  const impossible: RunRow[] = [];
  const impossibleIn = new Set<string>();
  const undoOpen: RunRow[] = [];
  const undoOpenIn = new Set<string>();
  const isOfRun = (attempt: Attempt): boolean =>
    ['own', 'resume'].includes(later.kinshipOf(run, attempt));
  for (const row of record.rows) {
    const { word, by, open } = later.standingOf(record, row);
    const [undo] = later.standingOf(record, row, oppositeOf(row.change.op)).open.slice(-1);
    if (undo !== undefined) {
      undoOpen.push(row);
      undoOpenIn.add(undo.record.run);
      continue;
    }
    const effect = effectOf(by.row);
    // What was done in spite of an error may have been undone since.
    const isToRead = effect === 'despite-error' || (verifiesLater && effect === 'unseen');
    switch (word) {
      case 'in-effect':
        isInEffect = true;
        if (isToRead && isOfRun(by)) toRead.push(row);
        break;
      case 'open':
        // An undo of its undo counts as well.
        if (open.some((each) => later.kinshipOf(run, each) !== 'other')) toTry.push(row);
        break;
      case 'undone':
        if (mayBeInEffect({ record, row }) || later.kinshipOf(run, by) !== 'other') {
          hasUndone = true;
        } else {
          // It was never done, and another run made the opposite since.
          impossible.push(row);
          impossibleIn.add(run);
        }
        break;
      case 'found':
        break;
      case 'lapsed':
      case 'none':
        if (word === 'none' && !isFinal(by.row)) toTry.push(row);
        else {
          impossible.push(row);
          impossibleIn.add(by.record.run);
        }
    }
  }
  return {
    toTry,
    toRead,
    leftAlone: !hasUndone ? undefined : isInEffect ? 'partly-undone' : 'undone',
    impossible,
    impossibleIn: [...impossibleIn],
    undoOpen,
    undoOpenIn: [...undoOpenIn],
  };
}
