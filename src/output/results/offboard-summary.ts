import type { OffboardSummary } from '../../domain/offboard.ts';
import { counted } from '../../domain/counted.ts';

/** What became of it, in one sentence. */
export function offboardSummaryWords(summary: OffboardSummary, dryRun: boolean): string {
  const groups = (count: number): string => counted(count, 'group');
  const keys = (count: number): string => counted(count, 'API key');
  const part = (count: number, words: string): string[] => (count === 0 ? [] : [words]);
  const {
    groupsRemoved,
    groupsAlreadyAbsent,
    groupsPlanned,
    groupsNotRemoved,
    groupsUnknown,
    notReached,
  } = summary;
  const { keysDeleted, keysPlanned, keysNotDeleted, keysUnknown, keysNotKnown } = summary;
  const notDeleted = dryRun ? 'would not be deleted' : 'not deleted';
  const parts = [
    ...part(groupsPlanned, `would be removed from ${groups(groupsPlanned)}`),
    ...part(keysPlanned, `${keys(keysPlanned)} would be deleted`),
    ...part(groupsRemoved, `removed from ${groups(groupsRemoved)}`),
    ...part(groupsAlreadyAbsent, `already out of ${groups(groupsAlreadyAbsent)}`),
    ...part(
      groupsNotRemoved,
      `${dryRun ? 'would not be' : 'not'} removed from ${groups(groupsNotRemoved)}`,
    ),
    ...part(groupsUnknown, `unknown whether the removal from ${groups(groupsUnknown)} took effect`),
    ...part(keysDeleted, `${keys(keysDeleted)} deleted`),
    ...part(keysNotDeleted, `${keys(keysNotDeleted)} ${notDeleted}`),
    ...part(
      keysUnknown,
      `unknown whether ${keys(keysUnknown)} ${keysUnknown === 1 ? 'was' : 'were'} deleted`,
    ),
    ...part(keysNotKnown, `API keys ${notDeleted}, because they are unknown`),
    ...part(notReached, `${counted(notReached, 'source')} not reached`),
  ];
  if (parts.length > 0) return parts.join(', ');
  return dryRun ? 'there would be nothing to do' : 'there was nothing to do';
}
