import type { Deps, ServerOptions, WriteOptions } from '../../../../deps.ts';
import type { ChangeOp } from '../../../../domain/change.ts';
import type { Group } from '../../../../domain/group.ts';
import type { ChangeResult } from '../../../../domain/outcome.ts';
import type { Done } from '../../../../leaf.ts';
import { conclude, runChanges } from '../../../../runs/change-run.ts';
import { guardFor, type GuardOptions } from '../../../../runs/guard.ts';
import type { RunContext, TypedMember } from '../../../../runs/plan.ts';
import { resolveTyped } from '../../../../runs/resolve-names.ts';
import { type InputOptions, readInput, saveFailures } from '../../../../runs/typed-input.ts';
import { distinct, notTriedRow } from '../../../../runs/typed-names.ts';
import { withConnection } from '../../../with-connection.ts';

/** What `members add` and `members remove` have in common: from names to outcomes. */

export interface ChangeVerbOptions extends ServerOptions, WriteOptions, InputOptions, GuardOptions {
  readonly name: string;
}

/** Resolves the names, changes the group, and leaves a journal of what was written. */
export async function changeMembers(
  op: ChangeOp,
  options: ChangeVerbOptions,
  deps: Deps,
): Promise<Done<ChangeResult>> {
  const input = await readInput(options, deps);
  return await withConnection(options, deps, async (connection) => {
    const context = { connection, options, deps };
    const { done, untried } = await change(op, distinct(input.typed, op), options, context);
    await saveFailures(options, input, [...done.result.outcomes, ...untried]);
    return done;
  });
}

interface Changed {
  readonly done: Done<ChangeResult>;
  /** Rows that were not tried because other names are unknown. */
  readonly untried: ReturnType<typeof notTriedRow>[];
}

async function change(
  op: ChangeOp,
  typed: readonly TypedMember[],
  options: ChangeVerbOptions,
  context: RunContext,
): Promise<Changed> {
  const { directory } = context.connection;
  const forUpdate = options.dryRun !== true;
  const find = (): Promise<Group> =>
    directory.findGroup(options.name.trim(), { forUpdate, changes: typed.length });
  // A removal is of a member, so the group is asked first. So it is where members are written one
  // by one; but where the whole list is, nothing may stand between reading it and writing it.
  const early = op === 'remove' || directory.writes === 'per-member' ? await find() : undefined;
  const { changes, unknown } = await resolveTyped(op, typed, context, early);
  if (unknown.length > 0 && (options.skipUnknown !== true || changes.length === 0)) {
    const group = early ?? (await directory.findGroup(options.name.trim()));
    const ended = { group, outcomes: unknown, untouched: changes.length };
    return { done: conclude(ended, context), untried: changes.map(notTriedRow) };
  }
  const group = early ?? (await find());
  // A name typed by hand is meant; a file may be the wrong one.
  const guard =
    options.file === undefined ? undefined : await guardFor(group, changes, options, context);
  const plan = {
    command: `security groups members ${op}`,
    group,
    changes,
    settled: unknown,
    order: typed,
    guard,
  };
  return { done: await runChanges(plan, context), untried: [] };
}
