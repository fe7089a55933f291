import type { DirectPermission, PersonalKey } from '../../domain/account.ts';

/** `"Promote Packages" on the feed internal-npm (denied)`. */
export function permissionWords({ task, feed, feedGroup, deny }: DirectPermission): string {
  const feeds = feed === undefined ? '' : ` on the feed ${feed}`;
  const where = feedGroup === undefined ? feeds : ` on the feed group ${feedGroup}`;
  return `"${task ?? 'without a name'}"${where}${deny ? ' (denied)' : ''}`;
}

/** `"Laptop" (id 3)`. */
export function keyWords({ id, displayName }: PersonalKey): string {
  return displayName === undefined ? `with the id ${id}` : `"${displayName}" (id ${id})`;
}
