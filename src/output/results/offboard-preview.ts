import type { AccountHoldings, Known } from '../../domain/account.ts';
import type { Group } from '../../domain/group.ts';
import { keyWords, permissionWords } from '../../domain/untouched.ts';
import { safeText } from '../safe-text.ts';

/** What an account has, as it is shown before anything is asked. */
export function holdingLines(
  source: string,
  { member, untold }: { readonly member: string; readonly untold: readonly Group[] },
  groups: readonly string[],
  { permissions, apiKeys }: AccountHoldings,
): string[] {
  // Which groups do not tell is said after this.
  const none = untold.length === 0 ? 'none' : 'not known';
  return [
    `${member} on ${source}:`,
    `  groups: ${groups.length === 0 ? none : groups.join(', ')}`,
    `  permissions given directly: ${words(permissions, permissionWords)}`,
    `  personal API keys: ${words(apiKeys, keyWords)}`,
  ].map(safeText);
}

function words<T>(told: Known<T>, say: (item: T) => string): string {
  if ('unknown' in told) return `not known. ${told.unknown}`;
  return told.list.length === 0 ? 'none' : told.list.map(say).join(', ');
}
