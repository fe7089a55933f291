import type { Deps } from '../deps.ts';
import type { MemberChange } from '../domain/change.ts';
import type { Group } from '../domain/group.ts';
import type { MemberOutcome } from '../domain/outcome.ts';
import { GroupctlError, usageError } from '../errors.ts';
import type { Done } from '../leaf.ts';
import { planLines, type TakenUpResult } from '../output/taken-up.ts';
import { runChanges } from '../runs/change-run.ts';
import { conclude } from '../runs/conclude.ts';
import type { RunContext } from '../runs/plan.ts';
import { endedSince, readRecorded, rowKey, sayWhich } from '../runs/recorded.ts';
import { resolveTyped } from '../runs/resolve-names.ts';
import { isOurs, isUnseen, type PlannedRun, type RunRow } from '../store/run-record.ts';
import type { Options } from './undo.ts';
import { withRun } from './with-run.ts';

/**
 * A new run that reverses what the other one did and saw: who was so already, what was not verified
 * and whatever others did since stays.
 */
export async function undoRun(options: Options, deps: Deps): Promise<Done<TakenUpResult>> {
  const record = await readRecorded(options.run, deps);
  if (!('rows' in record)) {
    throw usageError(`The run ${record.run} wrote nothing, so there is nothing to take back.`);
  }
  if (record.rows.length === 0) {
    throw usageError(
      `The run ${record.run} (${record.command}) cannot be taken back: only changes of members can.`,
      `groupctl history show ${record.run} prints what it recorded.`,
      'not-undoable',
    );
  }
  return await withRun(record, options, deps, (context) => undo(record, options, context));
}

async function undo(
  record: PlannedRun,
  options: Options,
  context: RunContext,
): Promise<Done<TakenUpResult>> {
  const { deps, connection } = context;
  const ours = record.rows.filter(isOurs).reverse();
  sayWhich('Taking back', record, deps);
  const stays = await whatStays(record, deps);
  const asks = options.dryRun !== true && options.yes !== true && ours.length > 0;
  const forUpdate = options.dryRun !== true && !asks;
  const { id, slug, name } = record.group;
  const find = (update: boolean): Promise<Group> =>
    connection.directory.findGroup(id ?? slug ?? name, { forUpdate: update });
  const removals = ours.flatMap((row) => reversed(row, 'remove'));
  const back = ours.flatMap((row) => reversed(row, 'add'));
  const typed = back.map(({ type, member }) => ({ type, name: member }));
  // Somebody whose account is gone since does not come back as a mere name.
  const early = connection.directory.writes === 'per-member' ? await find(forUpdate) : undefined;
  const { changes: additions, unknown } = await resolveTyped('add', typed, context, early);
  const group = early ?? (await find(forUpdate));
  const changes = [...removals, ...additions];
  if (unknown.length > 0 && options.skipUnknown !== true) {
    const outcomes = [...stays, ...unknown];
    const done = conclude({ group, outcomes, untouched: changes.length }, context);
    return { ...done, result: { ...done.result, undoes: record.run } };
  }
  if (asks) await agree(group, changes, record, context, () => find(true));
  const settled = [...stays, ...unknown];
  const plan = { command: 'undo', group, changes, settled, undoes: record.run };
  const done = await runChanges(plan, context);
  return { ...done, result: { ...done.result, undoes: record.run } };
}

function reversed({ outcome }: RunRow, op: MemberChange['op']): MemberChange[] {
  const did = op === 'remove' ? 'added' : 'removed';
  if (outcome?.outcome !== did) return [];
  const { type, member } = outcome;
  return [{ op, type, member, requested: member }];
}

/** Rows that an undo leaves alone, though the run may have changed them: nobody has seen it. */
async function whatStays(record: PlannedRun, deps: Deps): Promise<MemberOutcome[]> {
  const { rows, run } = record;
  const doubtful = rows.filter((row) => row.state === 'in-doubt' || isUnseen(row));
  if (doubtful.length === 0) return [];
  const ended = await endedSince(run, deps);
  return doubtful.map(({ change, outcome }) => {
    const { type, member } = outcome ?? change;
    const op = change.op === 'add' ? 'remove' : 'add';
    const later = ended.rows.has(rowKey(change)) ? ended.runs : [];
    const message =
      later.length > 0
        ? `Left alone: another run went on with it (groupctl undo ${later.join(', ')}).`
        : `Left alone: nobody has seen what became of it (groupctl resume ${run} looks).`;
    return {
      op,
      type,
      member,
      requested: member,
      outcome: 'refused',
      verified: false,
      error: { kind: 'safety', code: 'not-verified', message },
    };
  });
}

async function agree(
  group: Group,
  changes: readonly MemberChange[],
  { run: id }: PlannedRun,
  { connection, deps }: RunContext,
  hold: () => Promise<Group>,
): Promise<void> {
  deps.show(planLines(changes));
  const question = `Take back run ${id} in ${group.name} on ${connection.source.name}?`;
  if (!(await deps.confirm(question, '--yes'))) {
    throw new GroupctlError('safety', 'Not confirmed; nothing was written.', { code: 'declined' });
  }
  await hold();
}
