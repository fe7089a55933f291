import { kindInfo } from '../../backends/kinds.ts';
import type { ChangeOp } from '../../domain/change.ts';
import { effectOf, type RunRecord, type RunRow } from '../../state/journal/record.ts';

/**
 * Where a change stands, after all the runs that made it, resumed it, undid it, or undid that. Their rows
 * about it are its story, in the order of the runs. For example:
 *
 * - Run 1 adds Ann, Bob and Cleo; for Cleo the server does not answer.
 * - Run 2 resumes 1 and adds Cleo. She is in effect by 2 now, and 1 leaves her alone.
 * - Run 3 undoes 1: it removes Ann, and finds that Bob has left. Both are undone by 3.
 * - Run 4 undoes 3: it adds Ann again. She is in effect by 4. Bob is undone still: nobody is to remove him
 *   again, and 4 did not add him, as 3 had not removed him.
 */

/** A row that is about the change: it makes it, or takes it back. */
export interface Attempt {
  readonly record: RunRecord;
  readonly row: RunRow;
}

/**
 * | word | the last in the story that says anything |
 * | --- | --- |
 * | `in-effect` | a run of groupctl made it |
 * | `open` | a run sent it, and it is not known, or was not shown, what became of that |
 * | `undone` | an undo took it back, or found that somebody had |
 * | `lapsed` | a resume found that it was no longer in effect: nobody knows who changed that |
 * | `found` | a run found it so, and none of groupctl had made it |
 * | `none` | nothing was sent, or nothing happened |
 */
type StandingWord = 'in-effect' | 'open' | 'undone' | 'lapsed' | 'found' | 'none';

export interface Standing {
  readonly word: StandingWord;
  /** The attempt that says so; where nothing happened, the last one. */
  readonly by: Attempt;
  /** What was sent and is not known since the last attempt that is. */
  readonly open: readonly Attempt[];
  /** The last that took it back, or found it so; another may have made it again since. */
  readonly ended?: Attempt | undefined;
}

/** @param story what is on record about the change or its reverse, the oldest first */
export function standingOf(story: readonly [Attempt, ...Attempt[]], op: ChangeOp): Standing {
  let has: Attempt | undefined;
  let ended: Attempt | undefined;
  let found: Attempt | undefined;
  let open: Attempt[] = [];
  for (const attempt of story) {
    const mark = markOf(attempt);
    const isSame = attempt.row.change.op === op;
    if (mark === 'none') continue;
    if (mark === 'open') {
      // What is to take it back, and may not have, is tried once more.
      if (isSame) open.push(attempt);
      continue;
    }
    open = [];
    if (isSame === (mark === 'lapsed')) [has, ended] = [undefined, attempt];
    else if (isSame && mark === 'made') has = attempt;
    else found = attempt;
  }
  if (has !== undefined) return { word: 'in-effect', by: has, open, ended };
  const [last] = open.slice(-1);
  if (last !== undefined) return { word: 'open', by: last, open, ended };
  if (ended !== undefined) {
    return { word: ended.row.change.op === op ? 'lapsed' : 'undone', by: ended, open };
  }
  if (found !== undefined) return { word: 'found', by: found, open };
  return { word: 'none', by: story.findLast(({ row }) => row.change.op === op) ?? story[0], open };
}

type Mark = 'made' | 'open' | 'found' | 'lapsed' | 'none';

function markOf(attempt: Attempt): Mark {
  const { record, row } = attempt;
  if (isLapsed(row)) return 'lapsed';
  switch (effectOf(row)) {
    case 'seen':
    case 'unseen':
    case 'despite-error':
      return 'made';
    case 'accepted':
    case 'in-doubt':
      return 'open';
    case 'not-shown':
      // A replica may show it by now; a whole list is no replica.
      return kindInfo(record.kind)?.engine === 'per-member' ? 'open' : 'none';
    case 'found':
      return 'found';
    case 'none':
      return 'none';
  }
}

/** True if the row changed something in the group, or may have. */
export function mayBeInEffect(attempt: Attempt): boolean {
  const mark = markOf(attempt);
  return mark === 'made' || mark === 'open';
}

/** True of what is open if the server did accept it. */
export function isAccepted({ row }: Attempt): boolean {
  return effectOf(row) !== 'in-doubt';
}

/** The code of a row that a resume found no longer in effect. */
export const NO_LONGER_IN_EFFECT = 'no-longer-in-effect';

/** The code was another one in records of earlier versions. */
function isLapsed({ outcome }: RunRow): boolean {
  const code = outcome?.error?.code;
  return code === NO_LONGER_IN_EFFECT || code === 'not-so-any-more';
}
