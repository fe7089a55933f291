import type { Deps, ServerOptions, WriteOptions } from '../../cli/deps.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { Group } from '../../domain/group.ts';
import { type MemberOutcome, summarize } from '../../domain/outcome.ts';
import { type GroupctlError, usageError } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import type { UndoResumeResult } from '../../output/results/undo-resume.ts';
import { counted } from '../../domain/counted.ts';
import { defined } from '../../domain/defined.ts';
import { bothFailures } from '../membership/afterwards.ts';
import { runChanges } from '../membership/run-changes.ts';
import {
  guardFor,
  guardsForTyped,
  guardsOnRecord,
  type GuardOptions,
} from '../membership/guard.ts';
import { LaterRuns } from './later-runs.ts';
import { NO_LONGER_IN_EFFECT } from './standing.ts';
import type { RunContext, RunPlan } from '../membership/plan.ts';
import { readEarlierRun, type EarlierRun, sayWhich } from './earlier-run.ts';
import { refOf } from './group-of-run.ts';
import { memberOf, type RunRecord, type RunRow } from '../../state/journal/record.ts';
import { presumedOwn } from './presumed-own.ts';
import { reopenRun } from './reopen.ts';
import { type RowsToResume, rowsToResume } from './rows-to-resume.ts';
import { lacksPermissionsError } from './undo-delete.ts';
import { storeOfRuns } from './store-of-runs.ts';

export interface ResumeOptions extends ServerOptions, WriteOptions, GuardOptions {
  readonly run: string;
}

/** A new run over the rows of the other one that have no final outcome. */
export async function resumeRun(
  options: ResumeOptions,
  deps: Deps,
): Promise<VerbResult<UndoResumeResult>> {
  const store = await storeOfRuns(options.source, deps);
  const earlier = await readEarlierRun(options.run, options.source, store, deps);
  const { record } = earlier;
  if (record.rows.length === 0 && record.end?.exit !== 0) throw notResumableError(record);
  sayWhich('Resuming run', record, deps);
  if (record.rows.length === 0) return { result: completed(record, options) };
  return await reopenRun(earlier, options, deps, (run, context) => resume(run, options, context));
}

/** A run without rows that did all that it was asked for. */
function completed(
  { run, source, kind, group }: RunRecord,
  { dryRun = false }: WriteOptions,
): UndoResumeResult {
  const outcomes: readonly MemberOutcome[] = [];
  return { source, kind, group, dryRun, outcomes, summary: summarize(outcomes), resumes: run };
}

/** A run without rows that failed: a part of it may be in effect. */
function notResumableError(record: RunRecord): GroupctlError {
  const { run, command, calls } = record;
  // One that was repeated, after a 429 for example, has no outcome of its own.
  const judged = calls.filter((call) => call.outcome !== undefined || call === calls.at(-1));
  const mayBeInEffect = judged.some(({ outcome }) => outcome !== 'failed');
  // Accounts that exist are left alone.
  const isRepeatable = command === 'security users create' || !mayBeInEffect;
  return usageError(
    `The run ${run} (${command}) cannot be resumed.`,
    isRepeatable
      ? 'Run the original command again.'
      : `A part of it may be in effect. To see what is on record: groupctl history show ${run}`,
    'not-resumable',
  );
}

async function resume(
  { record, store, assertUnchanged }: EarlierRun,
  allowed: GuardOptions,
  context: RunContext,
): Promise<VerbResult<UndoResumeResult>> {
  const { directory } = context.connection;
  const later = await LaterRuns.read(store.runs, record);
  const rows = rowsToResume(record, later, directory.verifiesLater);
  const changes = rows.toTry.map(changeOf);
  const forUpdate = context.options.dryRun !== true && changes.length > 0;
  const group = await directory.findGroup(refOf(record), { forUpdate });
  if (forUpdate) await assertUnchanged();
  const guards = guardsOfRest(record, allowed);
  const hasWork = rows.toTry.length + rows.toRead.length > 0;
  const lacking = await lacksPermissionsError(record, store.runs, context);
  if (lacking !== undefined && !hasWork) throw lacking;
  const opOf = ({ change }: RunRow): MemberChange['op'] => change.op;
  const plan: RunPlan = {
    command: 'resume',
    group,
    changes,
    guard: guards && (await guardFor(group, changes, guards, context)),
    decided: await readRows(group, rows.toRead.map(changeOf), context),
    resumes: record.run,
    presumedOwn: await presumedOwn(record, rows.toTry, opOf, later, store.runs),
    keepsRecord: hasWork,
  };
  if (!hasWork) warnOfRest(record, rows, context.deps);
  const done = await runChanges(plan, context);
  const impossible = rows.impossible.length + rows.undoOpen.length;
  const facts = {
    resumes: record.run,
    impossible,
    ...defined({ leftAlone: rows.leftAlone }),
  };
  return { result: { ...done.result, ...facts }, failure: bothFailures(done.failure, lacking) };
}

/** What guarded the whole of a run guards the rest, but for what is allowed now. */
function guardsOfRest({ header }: RunRecord, allowed: GuardOptions): GuardOptions | undefined {
  const recorded = guardsOnRecord(header['guards']);
  if (recorded === undefined) return guardsForTyped(allowed);
  const protect = [...(recorded.protect ?? []), ...(allowed.protect ?? [])];
  return { ...recorded, ...allowed, protect };
}

/** Says why nothing is left to resume. */
function warnOfRest({ command }: RunRecord, rows: RowsToResume, deps: Deps): void {
  const count = rows.impossible.length;
  if (count > 0) {
    const [left, them] =
      count === 1
        ? ['1 row that cannot be done as it is', 'it']
        : [`${count} rows that cannot be done as they are`, 'them'];
    const see = rows.impossibleIn.map((run) => `groupctl history show ${run}`).join(', ');
    deps.warn(`Left alone: ${left}. To see ${them}: ${see}`);
  }
  if (rows.undoOpen.length > 0) {
    const check = rows.undoOpenIn.map((run) => `groupctl resume ${run}`).join(', ');
    const what = counted(rows.undoOpen.length, 'row');
    deps.warn(`Left alone: ${what} with an undo that is in doubt. To check it: ${check}`);
  }
  if (command.endsWith('offboard')) {
    deps.warn('An offboarding has a run for each group. For the others, run its command again.');
  }
}

/** Reads what the server took, and sends nothing: a member who was removed again stays out. */
async function readRows(
  group: Group,
  changes: readonly MemberChange[],
  { connection, deps, options: { dryRun } }: RunContext,
): Promise<MemberOutcome[]> {
  if (changes.length === 0) return [];
  const rows: MemberOutcome[] = [];
  const outcomes = connection.directory.changeMembers(group, changes, {
    dryRun: true,
    signal: deps.signal,
    beforeSend: () => Promise.resolve(),
    verifyBase: () => undefined,
    warn: (message) => deps.warn(message),
  });
  for await (const known of outcomes) {
    for (const { op, type, member, requested, row, index, outcome } of known) {
      // Nothing is sent, so the rows have the numbers of the other run.
      const change = { op, type, member, requested, row, earlier: index };
      if (outcome === 'planned') {
        rows.push({ ...change, ...noLongerInEffect(op, group.name) });
        continue;
      }
      const done = op === 'add' ? 'added' : 'removed';
      // A dry run says what is in effect, and reports nothing as done.
      rows.push({ ...change, outcome: dryRun === true ? outcome : done, verified: true });
    }
  }
  return rows;
}

/** It is final: a member who was removed since stays out, and nobody knows who removed them. */
function noLongerInEffect(
  op: MemberChange['op'],
  groupName: string,
): Pick<MemberOutcome, 'outcome' | 'verified' | 'error'> {
  const shows = op === 'add' ? 'does not show it' : 'shows the member still';
  const message = `The server had taken it, and ${groupName} ${shows}: the server did nothing, or somebody has changed it since. Left alone.`;
  return {
    outcome: 'refused',
    verified: true,
    error: { kind: 'safety', code: NO_LONGER_IN_EFFECT, message },
  };
}

function changeOf(row: RunRow): MemberChange {
  const { index } = row;
  return { ...row.change, member: memberOf(row), index, earlier: index };
}
