import type { Deps, ServerOptions, WriteOptions } from '../../cli/deps.ts';
import type { ChangeOp, MemberChange } from '../../domain/change.ts';
import type { Group } from '../../domain/group.ts';
import type { ChangeResult } from '../../domain/outcome.ts';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { runChanges } from './run-changes.ts';
import { conclude } from './conclude.ts';
import { guardFor, type GuardOptions, guardsForTyped } from './guard.ts';
import type { Guard, RunContext, RequestedMember } from './plan.ts';
import { warnPadded } from './padded-names.ts';
import { withProtectWarning } from './protect.ts';
import { savingFailures } from './save-failures.ts';
import { asksFirst, onceEach, resolveTyped } from './resolve-names.ts';
import {
  assertSound,
  type InputOptions,
  onlyOfGroup,
  readInput,
  saveFailures,
} from './member-input.ts';
import { distinct, notTriedRow } from './member-names.ts';
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
    const input = await onlyOfGroup(read, options, connection.directory, deps);
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
  const seesAll = guard?.needsAllMembers === true || connection.directory.writes === 'whole-list';
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
  readonly untried: ReturnType<typeof notTriedRow>[];
}

async function change(
  op: ChangeOp,
  typed: readonly RequestedMember[],
  options: ChangeVerbOptions,
  context: RunContext,
): Promise<Changed> {
  const { directory } = context.connection;
  const forUpdate = options.dryRun !== true;
  const find = (): Promise<Group> => directory.findGroup(options.name, { forUpdate });
  // A removal is of a member, so the group is asked first. So it is where members are written one
  // by one; but where the whole list is, nothing may stand between reading it and writing it.
  const early = op === 'remove' || !asksFirst(context) ? await find() : undefined;
  const { changes: resolved, unknown } = await resolveTyped(op, typed, context, early);
  if (unknown.length > 0 && (options.skipUnknown !== true || resolved.length === 0)) {
    const group = early ?? (await directory.findGroup(options.name));
    const changes = await onceEach(resolved, group, context);
    const ended = { group, outcomes: unknown, untouched: changes.length };
    return { done: conclude(ended, context), untried: changes.map(notTriedRow) };
  }
  const group = early ?? (await find());
  const changes = await onceEach(resolved, group, context);
  if (op === 'remove') await warnPadded(changes, group, directory, context.deps);
  const guard = telling(await guardOf(group, changes, options, context), group, options, context);
  const plan = {
    command: `security groups members ${op}`,
    group,
    changes,
    decided: unknown,
    order: typed,
    guard,
  };
  const done = await runChanges(plan, context).catch((error: unknown) => {
    throw guard?.needsAllMembers === true ? withoutList(error) : error;
  });
  return { done, untried: [] };
}
