import type { AccountHoldings, Known } from '../../domain/account.ts';
import type { Group } from '../../domain/group.ts';
import { keyWords, permissionWords } from './account-words.ts';

/**
 * What an account has, as it is shown before anything is asked.
 *
 * @param who what else is known of the person: ` (Jane Smith, jane.smith@corp.example)`
 */
export function holdingLines(
  source: string,
  { member, hiddenGroups }: { readonly member: string; readonly hiddenGroups: readonly Group[] },
  who: string,
  groups: readonly string[],
  { permissions, apiKeys }: AccountHoldings,
): string[] {
  // The groups without a list of members come after this.
  const none = hiddenGroups.length === 0 ? 'none' : 'unknown';
  return [
    `${member}${who} on ${source}:`,
    `  groups: ${groups.length === 0 ? none : groups.join(', ')}`,
    `  direct permissions: ${words(permissions, permissionWords)}`,
    `  personal API keys: ${words(apiKeys, keyWords)}`,
  ];
}

function words<T>(known: Known<T>, say: (item: T) => string): string {
  if ('unknown' in known) return `unknown. ${known.unknown}`;
  return known.list.length === 0 ? 'none' : known.list.map(say).join(', ');
}
