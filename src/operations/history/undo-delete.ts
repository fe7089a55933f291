import type { GroupDirectory } from '../../backends/port.ts';
import { groupExistsError } from '../../backends/shared/name-errors.ts';
import type { Connection } from '../../cli/deps.ts';
import { defined } from '../../domain/defined.ts';
import type { Group } from '../../domain/group.ts';
import { hasPermission, type Permission } from '../../domain/security.ts';
import { forShell, quote, sourceOption } from '../../domain/shorten.ts';
import { GroupctlError, reworded, undefinedIf, usageError } from '../../errors.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { planLines } from '../../output/results/plan.ts';
import { permissionName } from '../../output/results/security/permissions.ts';
import type { UndoResumeResult } from '../../output/results/undo-resume.ts';
import type { RunRecord } from '../../state/journal/record.ts';
import type { Runs } from '../../state/store.ts';
import { showAndConfirm } from '../membership/show-and-confirm.ts';
import { conclude } from '../membership/conclude.ts';
import { isLikeAnId } from '../membership/member-names.ts';
import type { RequestedMember, RunContext, RunPlan } from '../membership/plan.ts';
import { checksNames, resolvedRows } from '../membership/resolve-names.ts';
import { runChanges } from '../membership/run-changes.ts';
import { permissionsOnRecord } from './reversal.ts';
import { restorePermissions } from './undo-permission.ts';
import { onlyExact } from './exact-members.ts';
import type { EarlierRun } from './earlier-run.ts';
import { counted } from '../../domain/counted.ts';

/** Undoing the deletion of a group: it is created again, with its members. */

/** True for a run that deleted a group, or may have, and did not only unlink it. */
export function isGroupDeletion({ command, end, calls }: RunRecord): boolean {
  if (command !== 'security groups delete' || end?.outcome !== undefined) return false;
  return calls.some(({ outcome }) => outcome !== 'failed') && !REFUSED.has(end?.exit ?? 0);
}

/** An undo that created a deleted group again is itself undone member by member: says that the group stays. */
export async function warnGroupStays(
  { undoes, group }: RunRecord,
  runs: Runs,
  { deps, connection }: RunContext,
): Promise<void> {
  if ((await deletionUndoneBy(undoes, runs)) === undefined) return;
  const name = forShell(group.slug ?? group.name);
  const onSource = sourceOption(connection.source.name);
  deps.warn(
    `The group ${quote(group.name)} stays. To delete it: groupctl security groups delete --name=${name}${onSource}`,
  );
}

async function deletionUndoneBy(
  undoes: string | undefined,
  runs: Runs,
): Promise<RunRecord | undefined> {
  if (undoes === undefined || !(await runs.ids()).includes(undoes)) return undefined;
  const undone = await runs.read(undoes);
  return isGroupDeletion(undone) ? undone : undefined;
}

/** What an undo of a deletion that did not end well has left out, and resume does not do: permissions. */
export async function lacksPermissionsError(
  { undoes, end, group }: RunRecord,
  runs: Runs,
  { connection }: RunContext,
): Promise<GroupctlError | undefined> {
  const deletion = end?.exit === 0 ? undefined : await deletionUndoneBy(undoes, runs);
  const missing = deletion && (await permissionsToRestore(deletion, connection.directory));
  if (deletion === undefined || missing === undefined || missing.length === 0) return undefined;
  const lines = missing.map(permissionName).join('; ');
  return new GroupctlError(
    'partial',
    `The permissions of the group ${quote(group.name)} are not all there again: ${lines}.`,
    {
      code: 'permissions-missing',
      hint: `groupctl history show ${deletion.run} prints what it had. Add them with: groupctl security permissions add${sourceOption(connection.source.name)}`,
    },
  );
}

/** Exit codes of a deletion that the server turned away: usage, authorization, not found, refused. */
const REFUSED: ReadonlySet<number> = new Set([2, 3, 4, 5]);

/**
 * @param showAll a long plan is shown whole
 * @throws refused (5) `group-exists`; usage (2) `members-not-recorded`; safety (8) `declined`
 */
export async function undoDelete(
  { record, assertUnchanged }: EarlierRun,
  context: RunContext,
  showAll: boolean,
): Promise<VerbResult<UndoResumeResult>> {
  const undoes = record.run;
  const { connection, options } = context;
  const { directory } = connection;
  const { name, slug } = record.group;
  const role = record.calls.findLast((call) => call.role !== undefined)?.role;
  const group: Group = { name, ...defined({ slug }) };
  await assertGone(record, directory);
  const members = recordedMembers(record, connection);
  const resolutions = checksNames(context) ? await directory.resolve(members) : new Map();
  const { changes, unknown } = onlyExact(
    await resolvedRows('add', members, resolutions, context),
    context,
  );
  // Unlike `prepareChanges`, with --skip-unknown it goes on though nobody is left: the group comes back.
  if (unknown.length > 0 && options.skipUnknown !== true) {
    const done = conclude({ group, outcomes: unknown, notTriedCount: changes.length }, context);
    return { ...done, result: { ...done.result, undoes } };
  }
  const permissions = await permissionsToRestore(record, directory);
  let isAdded = options.dryRun === true;
  const plan: RunPlan = {
    command: 'undo',
    group,
    creates: { ...group, ...defined({ role }) },
    changes,
    decided: unknown,
    undoes,
    ...defined({ afterwards: adding(permissions, connection, () => (isAdded = true)) }),
  };
  if (permissions === undefined) {
    const andRole = slug !== undefined && role === undefined ? ' and the role' : '';
    context.deps.warn(
      `Not restored: the permissions${andRole} of the group ${quote(name)}. The record does not hold them.`,
    );
  }
  if (options.dryRun !== true && options.yes !== true) {
    const count = permissions?.length ?? 0;
    const more = count === 0 ? '' : ` and ${counted(count, 'permission')}`;
    const question = `Undo run ${undoes}: create ${name} on ${connection.source.name} with ${counted(changes.length, 'member')}${more}?`;
    await showAndConfirm(context, name, planLines(changes, showAll), question);
  }
  await assertUnchanged();
  const done = await runChanges(plan, context);
  return {
    ...done,
    result: { ...done.result, undoes, created: true, ...(isAdded ? defined({ permissions }) : {}) },
  };
}

/** Of the permissions on record those that are not there, restrictions first; undefined: none are on record. */
async function permissionsToRestore(
  record: RunRecord,
  { security }: GroupDirectory,
): Promise<Permission[] | undefined> {
  const recorded = permissionsOnRecord(record);
  if (recorded === undefined || security === undefined) return undefined;
  const now = recorded.length === 0 ? [] : await security.permissions();
  const missing = recorded.filter((each) => !hasPermission(now, each));
  const unnumbered = missing.map(({ id: _, ...permission }) => permission);
  return unnumbered.toSorted((one, other) => Number(other.deny) - Number(one.deny));
}

/** Adds them; undefined where there are none. */
function adding(
  permissions: readonly Permission[] | undefined,
  connection: Connection,
  onAdded: () => void,
): RunPlan['afterwards'] {
  if (permissions === undefined || permissions.length === 0) return undefined;
  return async (journal) => {
    await restorePermissions(permissions, [], 'the group was created', connection, journal);
    onAdded();
  };
}

async function assertGone(record: RunRecord, directory: GroupDirectory): Promise<void> {
  const { run } = record;
  const { name, slug } = record.group;
  const found = await undefinedIf('no-such-group', () => directory.findGroup(slug ?? name));
  if (found === undefined) return;
  const exists = `The group ${quote(name)} exists, so it cannot be created again.`;
  const lines = (permissionsOnRecord(record) ?? []).map(permissionName).join('; ');
  if (lines === '') throw groupExistsError(exists);
  // An undo that stopped in the middle may have created it without them.
  const hint = `Look whether it has its permissions: ${lines}. To see all that it had: groupctl history show ${run}`;
  throw reworded(groupExistsError(exists), { hint });
}

/** The members that the record has of the group. */
function recordedMembers(
  { calls, run }: RunRecord,
  { directory, source }: Connection,
): RequestedMember[] {
  const before = calls.findLast((call) => call.before !== undefined)?.before;
  if (before === undefined) {
    throw usageError(
      `The record of the run ${run} has no members: the server did not name them.`,
      `Create the group with: groupctl security groups create${sourceOption(source.name)}`,
      'members-not-recorded',
      { nothingWritten: true },
    );
  }
  const hasIdentities = directory.memberTypes.includes('identity');
  return before.map((name) => {
    const user: RequestedMember = { type: 'user', name };
    return hasIdentities && isLikeAnId(user) ? { ...user, type: 'identity' } : user;
  });
}
