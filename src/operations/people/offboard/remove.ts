import { rowErrorOf } from '../../../backends/shared/row-error.ts';
import { failedRow, groupGoneRow, notTriedRow } from '../../../backends/shared/rows.ts';
import type { Deps } from '../../../cli/deps.ts';
import { defined } from '../../../domain/defined.ts';
import type { Group } from '../../../domain/group.ts';
import type { GroupRemoval, OffboardSource } from '../../../domain/offboard.ts';
import type { OutcomeError } from '../../../domain/outcome.ts';
import { asGroupctlError } from '../../../errors.ts';
import { RECORD_INCOMPLETE } from '../../membership/conclude.ts';
import { runChanges } from '../../membership/run-changes.ts';
import { HIDDEN_HINT, hiddenGroupWords } from '../person.ts';
import type { GuardedAccount, GuardedGroup } from './guards.ts';
import { deleteKeysIfAsked } from './keys.ts';
import type { FoundAccount } from './look-up.ts';
import type { RemoveOptions } from './remove-options.ts';

/** The second half of offboarding: a journaled run for each group, and the keys. */

/** Continues after a failure; after an interrupt nothing more is begun. */
export async function removeFromSource(
  account: GuardedAccount,
  options: RemoveOptions,
  deps: Deps,
): Promise<OffboardSource> {
  const { source, connection, person, holdings } = account;
  const groups: GroupRemoval[] = [];
  let unrecorded: OutcomeError | undefined;
  for (const each of account.groups) {
    const removal = await removeFromGroup(each, account, options, deps);
    groups.push(removal);
    unrecorded ??= removal.unrecorded;
  }
  groups.push(...person.hiddenGroups.map((group) => hiddenGroup(group, account)));
  const { apiKeys, error, ...keys } = await deleteKeysIfAsked(account, groups, options, deps);
  unrecorded ??= keys.unrecorded;
  return {
    source,
    kind: connection.directory.kind,
    state: 'found',
    member: person.member,
    groups,
    padded: person.padded,
    permissions: holdings.permissions,
    apiKeys,
    ...defined({ feedKeys: holdings.feedKeys, error, unrecorded }),
  };
}

/** Nobody can be removed from a group whose members are unknown. */
function hiddenGroup(group: Group, { ref, person }: FoundAccount): GroupRemoval {
  const { member } = person;
  const change = { op: 'remove', type: ref.type, member, requested: member } as const;
  const row = notTriedRow(change, {
    kind: 'protocol',
    code: 'members-not-told',
    message: hiddenGroupWords(group),
    hint: HIDDEN_HINT,
  });
  return { group, label: group.name, outcomes: [row] };
}

async function removeFromGroup(
  { group, label, changes, guard }: GuardedGroup,
  { connection }: FoundAccount,
  options: RemoveOptions,
  deps: Deps,
): Promise<GroupRemoval & { readonly unrecorded?: OutcomeError | undefined }> {
  const notTried = (): GroupRemoval => ({
    group,
    label,
    outcomes: changes.map((each) => ({ ...each, outcome: 'not-tried', verified: false })),
  });
  if (deps.signal.aborted) return notTried();
  try {
    const forUpdate = options.dryRun !== true;
    const now = await connection.directory.findGroup(group.id ?? group.name, { forUpdate });
    const command = 'security groups members offboard';
    const plan = { command, group: now, changes, ...defined({ guard }) };
    const { result, failure } = await runChanges(plan, { connection, options, deps });
    const { outcomes, run } = result;
    const isLost = failure?.code === RECORD_INCOMPLETE;
    const message = `${label}: ${failure?.message ?? ''}`;
    const unrecorded = isLost ? rowErrorOf(failure, { code: failure.code, message }) : undefined;
    return { group, label, outcomes, ...defined({ run, unrecorded }) };
  } catch (thrown) {
    const error = asGroupctlError(thrown);
    if (error.kind === 'interrupted') return notTried();
    const isGone = error.code === 'no-such-group';
    return {
      group,
      label,
      outcomes: changes.map((each) =>
        isGone ? groupGoneRow(each, error, label) : failedRow(each, error),
      ),
    };
  }
}
