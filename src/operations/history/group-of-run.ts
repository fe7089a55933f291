import { quote } from '../../domain/shorten.ts';
import { type GroupctlError, usageError } from '../../errors.ts';
import type { RunRecord } from '../../state/journal/record.ts';
import { lastOf } from './reversal.ts';

/**
 * What a run's group is found by. A group that the run created first is found by the ID that came with the
 * answer: another one may have its name by now.
 *
 * @throws usage (2) `group-in-doubt` where it is not known whether the run created it, `group-not-created`
 *   where it did not
 */
export function refOf(record: RunRecord): string {
  const { group, rows, calls } = record;
  // Permissions are added after it.
  const [first] = calls;
  const creation = calls.findLast(({ call, made }) => made !== undefined && call === first?.call);
  if (rows.length === 0 || creation === undefined) return group.id ?? group.slug ?? group.name;
  const { outcome, error } = creation;
  if (outcome === 'failed') throw notCreatedError(record);
  if (outcome !== 'done' || error !== undefined) throw groupInDoubtError(record);
  const { id } = lastOf({ ...record, calls: [creation] }, 'made', 'group');
  return id ?? group.id ?? group.slug ?? group.name;
}

function notCreatedError({ run, group, undoes }: RunRecord): GroupctlError {
  return usageError(
    `The run ${run} did not create the group ${quote(group.name)}, and added nobody.`,
    undoes === undefined ? undefined : `To try it again: groupctl undo ${undoes}`,
    'group-not-created',
    { nothingWritten: true },
  );
}

function groupInDoubtError({ run, group }: RunRecord): GroupctlError {
  return usageError(
    `It is not known whether the run ${run} or somebody else created the group ${quote(group.name)}.`,
    `Look at the group; groupctl history show ${run} prints who was to be in it.`,
    'group-in-doubt',
    { nothingWritten: true },
  );
}
