import type { Deps, ServerOptions, WriteOptions } from '../../cli/deps.ts';
import type { MemberChange } from '../../domain/change.ts';
import type { Group } from '../../domain/group.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { usageError } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import type { UndoResumeResult } from '../../output/results/undo-resume.ts';
import { runChanges } from '../membership/run-changes.ts';
import {
  guardFor,
  guardsForTyped,
  recordedGuards,
  type GuardOptions,
} from '../membership/guard.ts';
import { LaterRuns, NO_LONGER_IN_EFFECT } from './later-runs.ts';
import type { RunContext, RunPlan } from '../membership/plan.ts';
import { readRecorded, type Recorded, sayWhich } from './recorded.ts';
import {
  isFinal,
  isUnverified,
  memberOf,
  type RunRow,
  tookEffect,
} from '../../state/journal/record.ts';
import { presumedOwn } from './presumed-own.ts';
import { reopenRun } from './reopen.ts';
import { storeOfRuns } from './store-of-runs.ts';
import { counted } from '../../domain/counted.ts';

export interface ResumeOptions extends ServerOptions, WriteOptions, GuardOptions {
  readonly run: string;
}

/** A new run over the rows of the other one that have no final outcome. */
export async function resumeRun(
  options: ResumeOptions,
  deps: Deps,
): Promise<VerbResult<UndoResumeResult>> {
  const store = await storeOfRuns(options.source, deps);
  const recorded = await readRecorded(options.run, store, deps);
  if (!('record' in recorded)) {
    throw usageError(
      `The run ${recorded.run} was killed before its plan was recorded whole, and wrote nothing.`,
      'Run the original command again.',
      'no-plan',
    );
  }
  const { record } = recorded;
  if (record.rows.length === 0) {
    throw usageError(
      `The run ${record.run} (${record.command}) has nothing to resume.`,
      'Run the original command again.',
      'not-resumable',
    );
  }
  sayWhich('Resuming run', record, deps);
  return await reopenRun(recorded, options, deps, (run, context) => resume(run, options, context));
}

async function resume(
  { record, store, assertUnchanged }: Recorded,
  allowed: GuardOptions,
  context: RunContext,
): Promise<VerbResult<UndoResumeResult>> {
  const { directory } = context.connection;
  const later = await LaterRuns.read(store.runs);
  const ended = (await later.finishedBy(record.run)).rows;
  // What was undone is not done again.
  const back = (await later.undoneRows(record.run)).rows;
  const open = record.rows.filter(({ index }) => !ended.has(index) && !back.has(index));
  // What was never seen on the server is read as well, where it can be. What the server did in
  // spite of its error is only read, too: it may have been undone since.
  const unverified = open.filter(
    (row) => tookEffect(row) || (directory.verifiesLater && isUnverified(row)),
  );
  const left = open.filter((row) => !isFinal(row) && !tookEffect(row));
  const changes = left.map(changeOf);
  const { id, slug, name } = record.group;
  const forUpdate = context.options.dryRun !== true && changes.length > 0;
  const count = changes.length + unverified.length;
  const group = await directory.findGroup(id ?? slug ?? name, { forUpdate });
  if (forUpdate) await assertUnchanged();
  // What guarded the whole of it guards the rest, but for what is allowed now.
  const recorded = recordedGuards(record.header['guards']);
  const protect = [...(recorded?.protect ?? []), ...(allowed.protect ?? [])];
  const guards =
    recorded === undefined ? guardsForTyped(allowed) : { ...recorded, ...allowed, protect };
  const guard = guards && (await guardFor(group, changes, guards, context));
  const plan: RunPlan = {
    command: 'resume',
    group,
    changes,
    decided: await readRows(group, unverified.map(changeOf), context),
    resumes: record.run,
    guard,
    presumedOwn: await presumedOwn(record, left, store.runs),
    recorded: count > 0,
  };
  const lasting = open.filter((row) => isFinal(row) && row.state !== 'done').length;
  if (count === 0 && lasting > 0) context.deps.warn(leftAlone(lasting, record.run));
  if (count === 0 && record.command.endsWith('offboard')) {
    context.deps.warn(
      'An offboarding has a run for each group. For the others, run its command again.',
    );
  }
  const done = await runChanges(plan, context);
  return { ...done, result: { ...done.result, resumes: record.run } };
}

/** Trying again would not help: the names are unknown, or the server refuses the change. */
function leftAlone(count: number, run: string): string {
  const rows = `${counted(count, 'row')} that cannot be done as ${count === 1 ? 'it is' : 'they are'}`;
  return `Left alone: ${rows}. To see them: groupctl history show ${run}`;
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
      const ours = op === 'add' ? 'added' : 'removed';
      // A dry run says what is in effect, and reports nothing as done.
      rows.push({ ...change, outcome: dryRun === true ? outcome : ours, verified: true });
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
