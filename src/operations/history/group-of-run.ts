import { quote } from '../../domain/shorten.ts';
import { type GroupctlError, usageError } from '../../errors.ts';
import type { PlannedRun, RunCall } from '../../state/journal/record.ts';

/**
 * What a run's group is found by. A group that the run created first is found by the ID that came with the
 * answer: another one may have its name by now.
 *
 * @throws usage (2) `group-in-doubt` where it is not known whether the run created it
 */
export function refOf(record: PlannedRun): string {
  const { group, rows, calls } = record;
  // Permissions are added after it.
  const [first] = calls;
  const creation = calls.findLast(({ call, made }) => made !== undefined && call === first?.call);
  if (rows.length > 0 && creation !== undefined) {
    const { outcome, error } = creation;
    if (outcome !== 'done' || error !== undefined) throw groupInDoubtError(record);
  }
  return idOf(creation) ?? group.id ?? group.slug ?? group.name;
}

function idOf(creation: RunCall | undefined): string | undefined {
  const { id } = JSON.parse(creation?.made ?? '{}') as { id?: unknown };
  return typeof id === 'string' ? id : undefined;
}

function groupInDoubtError({ run, group }: PlannedRun): GroupctlError {
  return usageError(
    `It is not known whether the run ${run} or somebody else created the group ${quote(group.name)}.`,
    `Look at the group; groupctl history show ${run} prints who was to be in it.`,
    'group-in-doubt',
    { nothingWritten: true },
  );
}
