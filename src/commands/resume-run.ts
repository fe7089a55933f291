import type { Deps } from '../deps.ts';
import type { MemberChange } from '../domain/change.ts';
import type { Group } from '../domain/group.ts';
import { foldName } from '../domain/names.ts';
import type { MemberOutcome } from '../domain/outcome.ts';
import { usageError } from '../errors.ts';
import type { Done } from '../leaf.ts';
import type { TakenUpResult } from '../output/taken-up.ts';
import { runChanges } from '../runs/change-run.ts';
import { guardFor, recordedGuards } from '../runs/guard.ts';
import { claimKey, type RunContext } from '../runs/plan.ts';
import { endedSince, readRecorded, rowKey, sayWhich } from '../runs/recorded.ts';
import { isFinal, isUnseen, type PlannedRun, type RunRow } from '../store/run-record.ts';
import type { Options } from './resume.ts';
import { withRun } from './with-run.ts';

/** A new run over the rows of the other one that have no final outcome. */
export async function resumeRun(options: Options, deps: Deps): Promise<Done<TakenUpResult>> {
  const record = await readRecorded(options.run, deps);
  if (!('rows' in record)) {
    throw usageError(
      `The run ${record.run} was killed before its plan was recorded whole, and wrote nothing;`,
      'run its command again.',
      'no-plan',
    );
  }
  if (record.rows.length === 0) {
    throw usageError(
      `The run ${record.run} (${record.command}) has no rows to go on with;`,
      'run its command again.',
      'not-resumable',
    );
  }
  return await withRun(record, options, deps, (context) => resume(record, options, context));
}

async function resume(
  record: PlannedRun,
  options: Options,
  context: RunContext,
): Promise<Done<TakenUpResult>> {
  const { directory } = context.connection;
  sayWhich('Going on with', record, context.deps);
  const ended = (await endedSince(record.run, context.deps)).rows;
  const open = record.rows.filter(({ change }) => !ended.has(rowKey(change)));
  // Where each member is written singly, what was never seen on the server is looked at as well.
  const unseen = directory.writes === 'per-member' ? open.filter(isUnseen) : [];
  const left = open.filter((row) => !isFinal(row));
  const changes = left.map(changeOf);
  const { id, slug, name } = record.group;
  const forUpdate = options.dryRun !== true && changes.length > 0;
  const count = changes.length + unseen.length;
  const group = await directory.findGroup(id ?? slug ?? name, { forUpdate });
  const guards = recordedGuards(record.header['guards']);
  // What guarded the whole of it guards the rest.
  const guard = guards === undefined ? undefined : await guardFor(group, changes, guards, context);
  const plan = {
    command: 'resume',
    group,
    changes,
    settled: await lookAt(group, unseen.map(changeOf), context),
    resumes: record.run,
    guard,
    claims: claimsOf(record, left),
    recorded: count > 0,
  };
  const done = await runChanges(plan, context);
  return { ...done, result: { ...done.result, resumes: record.run } };
}

/** Looks at what the server took, and sends nothing: who has been taken out again stays out. */
async function lookAt(
  group: Group,
  changes: readonly MemberChange[],
  { connection, deps, options: { dryRun } }: RunContext,
): Promise<MemberOutcome[]> {
  if (changes.length === 0) return [];
  const rows: MemberOutcome[] = [];
  let gone = 0;
  const looked = connection.directory.changeMembers(group, changes, {
    dryRun: true,
    signal: deps.signal,
    beforeSend: () => Promise.resolve(),
    verifyBase: () => undefined,
    warn: (message) => deps.warn(message),
  });
  for await (const known of looked) {
    for (const { op, type, member, requested, row, outcome } of known) {
      const verified = outcome !== 'planned';
      if (!verified) gone++;
      const change = { op, type, member, requested, ...(row === undefined ? {} : { row }) };
      const ours = op === 'add' ? 'added' : 'removed';
      // A dry run says what is so, and does not speak of something done.
      const word = verified && dryRun === true ? outcome : ours;
      rows.push({ ...change, outcome: word, verified });
    }
  }
  if (gone > 0) {
    deps.warn(
      `${gone} ${gone === 1 ? 'change' : 'changes'} that the server had taken ${gone === 1 ? 'is' : 'are'} not there any more; left alone.`,
    );
  }
  return rows;
}

/**
 * Rows in doubt: a call for them was about to be made, and before it they were not so. Those that
 * are so by now count as this run's doing, so that an undo can take them back.
 */
function claimsOf({ calls }: PlannedRun, rows: readonly RunRow[]): Set<string> {
  const before = new Set(calls.flatMap((call) => call.before ?? []).map(foldName));
  const wasSo = ({ op, member }: MemberChange): boolean =>
    before.size > 0 && before.has(foldName(member)) === (op === 'add');
  const doubtful = rows.filter(({ state, sent }) => state === 'in-doubt' && sent).map(changeOf);
  return new Set(doubtful.filter((change) => !wasSo(change)).map(claimKey));
}

function changeOf({ change, outcome }: RunRow): MemberChange {
  return outcome === undefined ? change : { ...change, member: outcome.member };
}
