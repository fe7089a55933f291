import type { Deps, ServerOptions, WriteOptions } from '../../cli/deps.ts';
import type { ChangeOp, MemberChange } from '../../domain/change.ts';
import type { Group } from '../../domain/group.ts';
import type { ChangeResult, MemberOutcome } from '../../domain/outcome.ts';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { runChanges } from './run-changes.ts';
import { guardFor, type GuardOptions, guardsForTyped } from './guard.ts';
import type { Guard, RunContext, RequestedMember } from './plan.ts';
import { warnPadded } from './padded-names.ts';
import { withProtectWarning } from './protect.ts';
import { savingFailures } from './save-failures.ts';
import { prepareChanges } from './prepare-changes.ts';
import { ofGroup } from './rows-of-group.ts';
import { assertSound, type InputOptions, readInput, saveFailures } from './member-input.ts';
import { distinct } from './member-names.ts';
import { withConnection } from '../with-connection.ts';

/** What `members add` and `members remove` have in common: from names to outcomes. */

export interface ChangeVerbOptions extends ServerOptions, WriteOptions, InputOptions, GuardOptions {
  readonly name: string;
}

/** Resolves the names, changes the group, and leaves a journal of what was written. */
export async function changeMembers(
  op: ChangeOp,
  options: ChangeVerbOptions,
  deps: Deps,
): Promise<VerbResult<ChangeResult>> {
  if (op === 'add') await assertSound(options);
  const read = await readInput(options, deps, { adds: op === 'add' });
  return await withConnection(options, deps, async (connection) => {
    const input = await ofGroup(read, options, connection.directory);
    const context = { connection, options, deps };
    const { done, untried } = await change(op, distinct(input.typed), options, context);
    const rows = [...done.result.outcomes, ...untried];
    return await savingFailures(done, () => saveFailures(options, input, rows));
  });
}

/** A file may be the wrong one; a name typed by hand is meant, but for what is ruled out as well. */
async function guardOf(
  group: Group,
  changes: readonly MemberChange[],
  options: ChangeVerbOptions,
  context: RunContext,
): Promise<Guard | undefined> {
  if (options.file !== undefined) return await guardFor(group, changes, options, context);
  const guards = guardsForTyped(options);
  return guards && (await guardFor(group, changes, guards, context));
}

/** The guard, which also says whom --protect names in vain, where it sees all members. */
function telling(
  guard: Guard | undefined,
  group: Group,
  { protect }: ChangeVerbOptions,
  { connection, deps }: RunContext,
): Guard | undefined {
  const seesAll = guard?.needsAllMembers === true || connection.directory.readsAllMembers;
  if (guard === undefined || !seesAll) return guard;
  return withProtectWarning(guard, protect, group, deps);
}

/** Removing needs no list; a share of the members does. */
function withoutList(error: unknown): unknown {
  if (!isGroupctlError(error) || error.code !== 'list-incomplete') return error;
  const { kind, code, message, details, source } = error;
  return new GroupctlError(kind, `Nothing was written. ${message}`, {
    code,
    details,
    source,
    hint: 'The guards go by shares of the whole list; --max-removal-percent=100 --allow-empty does without it.',
  });
}

interface Changed {
  readonly done: VerbResult<ChangeResult>;
  /** Rows that were not tried because other names are unknown. */
  readonly untried: readonly MemberOutcome[];
}

async function change(
  op: ChangeOp,
  typed: readonly RequestedMember[],
  options: ChangeVerbOptions,
  context: RunContext,
): Promise<Changed> {
  const { directory } = context.connection;
  const request = {
    op,
    group: options.name,
    members: typed,
    forUpdate: options.dryRun !== true,
    groupFirst: op === 'remove',
  };
  const { group, changes, decided, stopped } = await prepareChanges(request, context);
  if (stopped !== undefined) return stopped;
  if (op === 'remove') await warnPadded(changes, group, directory, context.deps);
  const guard = telling(await guardOf(group, changes, options, context), group, options, context);
  const command = `security groups members ${op}`;
  const plan = { command, group, changes, decided, order: typed, guard };
  const done = await runChanges(plan, context).catch((error: unknown) => {
    throw guard?.needsAllMembers === true ? withoutList(error) : error;
  });
  return { done, untried: [] };
}
