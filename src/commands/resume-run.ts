import type { Deps } from '../deps.ts';
import type { MemberChange } from '../domain/change.ts';
import { usageError } from '../errors.ts';
import type { Done } from '../leaf.ts';
import type { TakenUpResult } from '../output/taken-up.ts';
import { runChanges } from '../runs/change-run.ts';
import { guardFor, recordedGuards } from '../runs/guard.ts';
import { claimKey, type RunContext } from '../runs/plan.ts';
import { assertSameServer, readRecorded, whereItWas } from '../runs/recorded.ts';
import { isFinal, type PlannedRun, type RunRow } from '../store/run-record.ts';
import type { Options } from './resume.ts';
import { withConnection } from './with-connection.ts';

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
  return await withConnection(whereItWas(record, options), deps, async (connection) => {
    assertSameServer(record, connection);
    return await resume(record, options, { connection, options, deps });
  });
}

async function resume(
  record: PlannedRun,
  options: Options,
  context: RunContext,
): Promise<Done<TakenUpResult>> {
  // Where each member is written singly, what was never seen on the server is looked at as well.
  const looks = context.connection.directory.writes === 'per-member';
  const unseen = looks ? record.rows.filter(isUnseen) : [];
  const open = record.rows.filter((row) => !isFinal(row) || (looks && isUnseen(row)));
  const changes = open.map(changeOf);
  const { id, slug, name } = record.group;
  const find = { forUpdate: options.dryRun !== true, changes: changes.length };
  const group = await context.connection.directory.findGroup(id ?? slug ?? name, find);
  const guards = recordedGuards(record.header['guards']);
  // What guarded the whole of it guards the rest.
  const guard = guards === undefined ? undefined : await guardFor(group, changes, guards, context);
  const plan = {
    command: 'resume',
    group,
    changes,
    resumes: record.run,
    guard,
    claims: new Set(unseen.map(changeOf).map(claimKey)),
  };
  const done = await runChanges(plan, context);
  return { ...done, result: { ...done.result, resumes: record.run } };
}

/** The server took it, and nobody has looked since. */
function isUnseen({ state, outcome }: RunRow): boolean {
  const word = outcome?.outcome;
  return (
    state === 'done' && outcome?.verified === false && (word === 'added' || word === 'removed')
  );
}

function changeOf({ change, outcome }: RunRow): MemberChange {
  return outcome === undefined ? change : { ...change, member: outcome.member };
}
