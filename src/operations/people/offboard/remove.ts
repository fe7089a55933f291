import { defined } from '../../../domain/defined.ts';
import type { RemoveOptions } from './remove-options.ts';
import { rowError } from '../../../backends/shared/row-error.ts';
import type { Deps } from '../../../cli/deps.ts';
import type { Group } from '../../../domain/group.ts';
import type { GroupStep, OffboardSource } from '../../../domain/offboard.ts';
import type { OutcomeError } from '../../../domain/outcome.ts';
import { asGroupctlError } from '../../../errors.ts';
import { runChanges } from '../../membership/run-changes.ts';
import { RECORD_INCOMPLETE } from '../../membership/conclude.ts';
import { guardOf, type GroupMembership, membershipsByGroup, removalsOf } from './memberships.ts';
import { settleKeys } from './keys.ts';
import type { FoundAccount } from './look.ts';
import { outcomeOf } from './outcome-word.ts';
import { UNTOLD_HINT, untoldWords } from '../person.ts';

/** The second half of offboarding: a journaled run for each group, and the keys. */

/** Goes on after what fails; after an interrupt nothing more is begun. */
export async function removeFromSource(
  found: FoundAccount,
  options: RemoveOptions,
  deps: Deps,
): Promise<OffboardSource> {
  const { source, connection, sighting, holdings } = found;
  const groups: GroupStep[] = [];
  let unrecorded: OutcomeError | undefined;
  for (const held of membershipsByGroup(found)) {
    const left = await leave(held, found, options, deps);
    groups.push(...left.steps);
    unrecorded ??= left.unrecorded;
  }
  groups.push(...sighting.untold.map(untoldStep(sighting.member)));
  const { apiKeys, error, ...keys } = await settleKeys(found, groups, options, deps);
  unrecorded ??= keys.unrecorded;
  return {
    source,
    kind: connection.directory.kind,
    state: 'found',
    member: sighting.member,
    groups,
    padded: sighting.padded,
    permissions: holdings.permissions,
    apiKeys,
    ...defined({ feedKeys: holdings.feedKeys, error, unrecorded }),
  };
}

interface Left {
  readonly steps: readonly GroupStep[];
  readonly unrecorded?: OutcomeError | undefined;
}

/** Nobody can be taken out of a group whose members nobody knows. */
function untoldStep(member: string): (group: Group) => GroupStep {
  return (group) => ({
    group,
    member,
    outcome: 'not-tried',
    verified: false,
    error: {
      kind: 'protocol',
      code: 'members-not-told',
      message: untoldWords(group),
      hint: UNTOLD_HINT,
    },
  });
}

async function leave(
  held: GroupMembership,
  found: FoundAccount,
  options: RemoveOptions,
  deps: Deps,
): Promise<Left> {
  const { connection, ref } = found;
  const { group, members } = held;
  const untried = (): Left => ({
    steps: members.map((member) => ({ group, member, outcome: 'not-tried', verified: false })),
  });
  if (deps.signal.aborted) return untried();
  const changes = removalsOf(held, ref);
  try {
    const context = { connection, options, deps };
    // Before the group is found, as that may take its lock.
    const guard = await guardOf(held, found, options, deps);
    const forUpdate = options.dryRun !== true;
    const now = await connection.directory.findGroup(group.id ?? group.name, {
      forUpdate,
    });
    const command = 'security groups members offboard';
    const plan = { command, group: now, changes, ...defined({ guard }) };
    const { result, failure } = await runChanges(plan, context);
    const { run } = result;
    const steps = result.outcomes.map(({ member, outcome, verified, error }) => ({
      group,
      member,
      outcome,
      verified,
      ...defined({ run, error }),
    }));
    const isLost = failure?.code === RECORD_INCOMPLETE;
    return { steps, unrecorded: isLost ? rowError(failure) : undefined };
  } catch (thrown) {
    const error = asGroupctlError(thrown);
    if (error.kind === 'interrupted') return untried();
    const outcome = outcomeOf(error);
    const said = { outcome, verified: false, error: rowError(error) };
    return { steps: members.map((member) => ({ group, member, ...said })) };
  }
}
