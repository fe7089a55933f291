import { defined } from '../../domain/defined.ts';
import { rowErrorOf } from '../../backends/shared/row-error.ts';
import { notTriedRow } from '../../backends/shared/rows.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { Group } from '../../domain/group.ts';
import { type ChangeResult, type MemberOutcome, summarize } from '../../domain/outcome.ts';
import { GroupctlError, reworded } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { planPlaceOf, type RunContext } from './plan.ts';
import { type EndedRun, runFailure } from './run-failure.ts';
import { sentences } from '../../domain/sentences.ts';

/** What a run amounts to: the result to print, and what kept it from being done. */
export function conclude(ended: EndedRun, context: RunContext): VerbResult<ChangeResult> {
  const { group, outcomes, run, growth = 0 } = ended;
  const { connection, options, deps } = context;
  const { source, directory } = connection;
  const { lateWrite, memberCount } = directory.report();
  const summary = summarize(outcomes);
  const failure = runFailure(ended, deps.signal.aborted);
  if (failure !== undefined) failure.source = source.name;
  if (lateWrite) {
    deps.warn(
      'The write took longer than the settle time, so another writer may have been overwritten.',
    );
  }
  const result: ChangeResult = {
    source: source.name,
    kind: source.kind,
    group: memberCount === undefined ? withCount(group, growth) : { ...group, memberCount },
    dryRun: options.dryRun === true,
    outcomes,
    summary,
    place: planPlaceOf(context),
    ...defined({ run }),
    ...(lateWrite ? { lateWrite } : {}),
  };
  return { result, failure };
}

interface StoppedRows {
  readonly decided: readonly MemberOutcome[];
  readonly notTried: readonly MemberChange[];
}

/** A run that a guard stopped before anything was sent. */
export function stoppedRun(
  group: Group,
  { decided, notTried }: StoppedRows,
  failure: GroupctlError,
  context: RunContext,
): VerbResult<ChangeResult> {
  const error = rowErrorOf(failure);
  const outcomes = [...decided, ...notTried.map((change) => notTriedRow(change, error))];
  const { result } = conclude({ group, outcomes }, context);
  failure.source = context.connection.source.name;
  return { result: { ...result, stopped: true }, failure };
}

export const RECORD_INCOMPLETE = 'record-incomplete';

/**
 * The record of a run is not whole: a script must not take that for done.
 *
 * @param failure what the run failed with, if it did
 */
export function recordLostError(
  { code, message, cause }: GroupctlError,
  failure?: GroupctlError,
): GroupctlError {
  if (failure !== undefined) {
    // The rows failed for that very reason, and the failure says so.
    if (failure.code === code) return failure;
    const both = sentences(failure.message, 'The record of the run is incomplete.', message);
    return reworded(failure, { message: both });
  }
  return new GroupctlError(
    'partial',
    `All of it is done, and the record of it is incomplete. ${message}`,
    {
      code: RECORD_INCOMPLETE,
      hint: 'undo and resume of this run may miss rows: compare the group with the outcomes above.',
      cause,
    },
  );
}

/** The count was read before the write. */
function withCount(group: Group, growth: number): Group {
  if (group.memberCount === undefined) return group;
  return { ...group, memberCount: group.memberCount + growth };
}
