import type { Deps, ServerOptions, WriteOptions } from '../../cli/deps.ts';
import { type MemberChange, oppositeOf } from '../../domain/change.ts';
import { groupLabel } from '../../domain/group.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { type GroupctlError, usageError } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { planLines } from '../../output/results/plan.ts';
import type { UndoResumeResult } from '../../output/results/undo-resume.ts';
import { runChanges } from '../membership/run-changes.ts';
import type { Resolved } from '../membership/resolve-names.ts';
import { prepareChanges, type PreparedChanges } from '../membership/prepare-changes.ts';
import { showAndConfirm } from '../membership/show-and-confirm.ts';
import { conclude } from '../membership/conclude.ts';
import type { RunContext } from '../membership/plan.ts';
import { onlyExact } from './exact-members.ts';
import { LaterRuns } from './later-runs.ts';
import { readEarlierRun, type EarlierRun, sayWhich } from './earlier-run.ts';
import { memberOf, type RunRecord, type RunRow } from '../../state/journal/record.ts';
import { leaveLaterDecisions } from './made-since.ts';
import { presumedOwn } from './presumed-own.ts';
import { refOf } from './group-of-run.ts';
import { reopenRun } from './reopen.ts';
import { notUndoableError } from './reversal.ts';
import { hasNotShown, type RowsToUndo, rowsToUndo } from './rows-to-undo.ts';
import { storeOfRuns } from './store-of-runs.ts';
import type { Runs } from '../../state/store.ts';
import { isUndoableCall, undoCall, whyNotUndoable } from './undo-call.ts';
import { isGroupDeletion, undoDelete, warnGroupStays } from './undo-delete.ts';
import { counted } from '../../domain/counted.ts';
import { defined } from '../../domain/defined.ts';

export interface UndoOptions extends ServerOptions, WriteOptions {
  readonly run: string;
  /** A long plan is shown whole. */
  readonly all?: boolean;
}

/**
 * A new run that reverses those changes of the other one that the server accepted and that are
 * still in effect. Members who were there already, changes without a good answer and later changes
 * by others stay.
 */
export async function undoRun(
  options: UndoOptions,
  deps: Deps,
): Promise<VerbResult<UndoResumeResult>> {
  const store = await storeOfRuns(options.source, deps);
  const earlier = await readEarlierRun(options.run, options.source, store, deps);
  const { record } = earlier;
  if (options.run.trim().toLowerCase() === 'latest') await assertNoUndo(record, store.runs);
  const undo = undoerFor(record);
  sayWhich('Undoing run', record, deps);
  return await reopenRun(earlier, options, deps, async (run, context) => {
    // Rows have their own account of what was undone.
    const done = run.record.rows.length === 0 ? await undoneBefore(run, context) : undefined;
    return done ?? (await undo(run, context, options.all === true));
  });
}

/** How it ends where an earlier run undid this one: what is there now is somebody's later decision. */
async function undoneBefore(
  { record, store }: EarlierRun,
  context: RunContext,
): Promise<VerbResult<UndoResumeResult> | undefined> {
  const { run, group } = record;
  const undos = (await LaterRuns.read(store.runs, record)).finishedUndos(run);
  if (undos.length === 0) return undefined;
  context.deps.warn(`Left alone: ${undos.join(', ')} already undid it.`);
  const done = conclude({ group, outcomes: [] }, context);
  return { ...done, result: { ...done.result, undoes: run, leftAlone: 'undone' } };
}

/** @param showAll a long plan is shown whole */
type Undoer = (
  run: EarlierRun,
  context: RunContext,
  showAll: boolean,
) => Promise<VerbResult<UndoResumeResult>>;

/** @throws usage (2) `latest-is-undo`: of members, or the resume of one */
async function assertNoUndo(latest: RunRecord, runs: Runs): Promise<void> {
  if (latest.rows.length === 0) return;
  const ids = await runs.ids();
  let record = latest;
  while (record.resumes !== undefined && ids.includes(record.resumes)) {
    record = await runs.read(record.resumes);
  }
  if (record.undoes !== undefined) throw latestIsUndoError(latest.run, record.undoes);
}

/**
 * How a run is undone.
 *
 * @throws usage (2) `not-undoable`
 */
function undoerFor(record: RunRecord): Undoer {
  if (record.rows.length > 0) return undoRows;
  if (isGroupDeletion(record)) return undoDelete;
  if (isUndoableCall(record)) return undoCall;
  throw notUndoableError(record, whyNotUndoable(record));
}

async function undoRows(
  { record, store, assertUnchanged }: EarlierRun,
  context: RunContext,
  showAll: boolean,
): Promise<VerbResult<UndoResumeResult>> {
  const { deps, connection, options } = context;
  const later = await LaterRuns.read(store.runs, record);
  const planned = rowsToUndo(record, later);
  const rows = await leaveLaterDecisions(planned, record, later, store.runs);
  if (rows.undone.length > 0) {
    const count = counted(rows.undone.length, 'row');
    const by = rows.undoneBy.join(', ');
    deps.warn(
      `Left alone: ${count} that ${by} already undid, or found as they were before the run.`,
    );
  }
  const hasWork = rows.toUndo.length > 0;
  if (hasWork) await warnGroupStays(record, store.runs, context);
  const asks = options.dryRun !== true && options.yes !== true && hasWork;
  const forUpdate = options.dryRun !== true && !asks;
  const prepared = await prepareReverse(record, rows, forUpdate, context);
  const { group, changes, decided, stopped } = prepared;
  if (forUpdate) await assertUnchanged();
  const undoes = record.run;
  if (stopped !== undefined) {
    return { ...stopped.done, result: { ...stopped.done.result, undoes } };
  }
  if (asks) {
    const count = (op: MemberChange['op']): number => changes.filter((row) => row.op === op).length;
    const what = `add ${count('add')}, remove ${count('remove')}`;
    const question = `Undo run ${undoes} in ${groupLabel(group)} on ${connection.source.name}: ${what}?`;
    await showAndConfirm(context, group.name, planLines(changes, showAll), question);
    await connection.directory.findGroup(refOf(record), { forUpdate: true });
    await assertUnchanged();
  }
  // An undo before this one may have taken effect late.
  const reverseOp = ({ change }: RunRow): MemberChange['op'] => oppositeOf(change.op);
  const own = await presumedOwn(record, rows.toUndo, reverseOp, later, store.runs);
  const plan = { command: 'undo', group, changes, decided, undoes, presumedOwn: own };
  const done = await runChanges({ ...plan, keepsRecord: own.size > 0 }, context);
  const leftAlone = whyNothingIsLeft(record, rows);
  return { ...done, result: { ...done.result, undoes, ...defined({ leftAlone }) } };
}

/** The group as it is now, and the reverse of what the run still has in effect there, the last first. */
async function prepareReverse(
  record: RunRecord,
  rows: RowsToUndo,
  forUpdate: boolean,
  context: RunContext,
): Promise<PreparedChanges> {
  const reversed = rows.toUndo.map(reverseOf).reverse();
  const removals = reversed.filter(({ op }) => op === 'remove');
  const additions = reversed
    .filter(({ op }) => op === 'add')
    .map(({ type, member, earlier }) => ({ type, name: member, earlier }));
  // Somebody whose account is gone since does not come back as a mere name.
  const review = (resolved: Resolved): Resolved => onlyExact(resolved, context);
  const decided = rows.leftAlone.map(leftAloneRow);
  const request = { op: 'add', group: refOf(record), members: additions } as const;
  return await prepareChanges(
    { ...request, forUpdate, review, resolvedChanges: removals, decided },
    context,
  );
}

function latestIsUndoError(run: string, undoes: string): GroupctlError {
  return usageError(
    `The latest run, ${run}, is itself an undo (of ${undoes}).`,
    `To undo it, name it: groupctl undo ${run}`,
    'latest-is-undo',
  );
}

function reverseOf(row: RunRow): MemberChange {
  const { op, type } = row.change;
  const member = memberOf(row);
  return { op: oppositeOf(op), type, member, requested: member, earlier: row.index };
}

/** It may be in effect, and another run has it, or it is in doubt. */
function leftAloneRow([row, why]: RowsToUndo['leftAlone'][number]): MemberOutcome {
  const error = { kind: 'safety', code: 'not-verified', message: `Left alone: ${why}` } as const;
  return { ...reverseOf(row), outcome: 'refused', verified: false, error };
}

/** Why there is nothing to undo, though the run changed something. */
function whyNothingIsLeft(record: RunRecord, rows: RowsToUndo): UndoResumeResult['leftAlone'] {
  if (hasNotShown(record, rows)) return 'not-shown';
  return rows.undone.length > 0 ? 'undone' : undefined;
}
