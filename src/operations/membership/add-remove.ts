import type { Deps } from '../../cli/deps.ts';
import { assertOneReader } from '../../cli/secrets.ts';
import type { ChangeOp, MemberChange } from '../../domain/change.ts';
import type { Group } from '../../domain/group.ts';
import { needsAllMembers } from '../../domain/guards.ts';
import type { ChangeResult, MemberOutcome } from '../../domain/outcome.ts';
import { isGroupctlError, reworded } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { runChanges } from './run-changes.ts';
import { guardFor, guardsForTyped } from './guard.ts';
import type { Guard, MemberInput, RunContext, RequestedMember } from './plan.ts';
import { warnPadded } from './padded-names.ts';
import { withProtectWarning } from './protect.ts';
import { notTriedRows, savingFailures, savingNotTried } from './save-failures.ts';
import { prepareChanges } from './prepare-changes.ts';
import type { MembershipRequest } from './request.ts';
import { assertCleanNames, onlyOfGroup, readInput, saveFailedRows } from './member-input.ts';
import { distinct } from './member-names.ts';
import { withConnection } from '../with-connection.ts';

/** What `members add` and `members remove` have in common: from names to outcomes. */

/** Resolves the names, changes the group, and leaves a journal of what was written. */
export async function changeMembers(
  op: ChangeOp,
  request: MembershipRequest,
  deps: Deps,
): Promise<VerbResult<ChangeResult>> {
  const { target, write, input } = request;
  if (op === 'add') await assertCleanNames(input);
  assertOneReader({ ...target.server, file: input.file });
  const read = await readInput(input, deps, { adds: op === 'add' });
  const changing = (): Promise<Changed> =>
    withConnection(target.server, deps, async (connection) => {
      const rowsOfGroup = { name: target.group, groupColumn: input.groupColumn };
      const own = await onlyOfGroup(read, rowsOfGroup, connection.directory, deps);
      const context = { connection, options: write, deps, input: own.file };
      return { own, ...(await change(op, distinct(own.requested), request, context)) };
    });
  const { own, done, notTried } = await savingNotTried(changing, (error) =>
    saveFailedRows(input, write, read, notTriedRows(op, read.requested, error), deps),
  );
  // The group is free by now: a pipe may have to wait for its reader.
  const rows = [...done.result.outcomes, ...notTried];
  return await savingFailures(done, () => saveFailedRows(input, write, own, rows, deps));
}

/**
 * All guards apply to a file, which may be the wrong one; to names typed by hand, only those that
 * were asked for.
 */
async function guardOf(
  group: Group,
  changes: readonly MemberChange[],
  { input, guards }: MembershipRequest,
  context: RunContext,
): Promise<Guard | undefined> {
  const limits = input.file === undefined ? guardsForTyped(guards) : guards;
  return limits && (await guardFor(group, changes, limits, context));
}

/** The guard, which also reports names of --protect without effect, if it sees all members. */
function reportingProtect(
  guard: Guard | undefined,
  group: Group,
  protect: readonly string[] | undefined,
  { connection, deps }: RunContext,
): Guard | undefined {
  const seesAll = guard?.needsAllMembers === true || connection.directory.readsAllMembers;
  if (guard === undefined || !seesAll) return guard;
  return withProtectWarning(guard, protect, group, deps);
}

/** Removing needs no list of the members; a guard by share does. */
function listNeededError(error: unknown, { limits }: Guard): unknown {
  if (!isGroupctlError(error) || error.code !== 'list-incomplete') return error;
  return reworded(error, {
    nothingWritten: true,
    hint:
      limits === undefined || needsAllMembers(limits)
        ? 'The guards go by shares of the whole list; --max-removal-percent=100 --allow-empty does without it.'
        : 'A name of --protect looks like one to remove, so groupctl has to know whether it is a member. Correct it, or leave it out.',
  });
}

interface Changed extends ChangedRows {
  /** The rows of the group. */
  readonly own: MemberInput;
}

interface ChangedRows {
  readonly done: VerbResult<ChangeResult>;
  /** Rows that were not tried because other names are unknown. */
  readonly notTried: readonly MemberOutcome[];
}

async function change(
  op: ChangeOp,
  requested: readonly RequestedMember[],
  asked: MembershipRequest,
  context: RunContext,
): Promise<ChangedRows> {
  const { directory } = context.connection;
  const request = {
    op,
    group: asked.target.group,
    members: requested,
    forUpdate: asked.write.dryRun !== true,
    groupFirst: op === 'remove',
  };
  const { group, changes, decided, stopped } = await prepareChanges(request, context);
  if (stopped !== undefined) return stopped;
  if (op === 'remove') await warnPadded(changes, group, directory, context.deps);
  const limited = await guardOf(group, changes, asked, context);
  const guard = reportingProtect(limited, group, asked.guards.protect, context);
  const command = `security groups members ${op}`;
  const plan = { command, group, changes, decided, order: requested, guard };
  const done = await runChanges(plan, context).catch((error: unknown) => {
    throw guard?.needsAllMembers === true ? listNeededError(error, guard) : error;
  });
  return { done, notTried: [] };
}
