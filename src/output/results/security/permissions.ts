import type { EffectiveRow } from '../../../domain/effective.ts';
import type { Permission } from '../../../domain/security.ts';
import type { Presentation } from '../../present.ts';
import { safeText } from '../../safe-text.ts';
import { csvOf } from '../../csv-of.ts';

/** Permissions, and what they amount to. */

export function presentEffective(rows: readonly EffectiveRow[]): Presentation {
  const cells = rows.map(({ attribute, allowed, permission, candidates }) => [
    attribute,
    allowed === 'undecided' ? allowed : allowed ? 'allowed' : 'not allowed',
    permission ?? candidates?.map((each) => each ?? 'none').join(' or '),
  ]);
  return {
    json: rows,
    csv: {
      columns: ['attribute', 'allowed', 'permission', 'candidates'],
      rows: rows.map(({ attribute, allowed, permission, candidates }) => [
        attribute,
        allowed,
        permission ?? undefined,
        candidates?.map((each) => each ?? 'none').join(' or '),
      ]),
    },
    human: () => cells.map((row) => row.map((cell) => safeText(cell ?? '')).join('\t')),
    table: () => ({
      head: ['ATTRIBUTE', 'RESULT', 'PERMISSION'],
      rows: cells.map((row) => ({ cells: row })),
    }),
  };
}

export function presentPermissions(permissions: readonly Permission[]): Presentation {
  return {
    json: permissions,
    csv: csvOf(['id', 'user', 'group', 'task', 'feed', 'feedGroup', 'deny'], permissions),
    human: () => permissions.map((each) => safeText(permissionLine(each))),
    table: () => ({
      head: ['ID', 'RULE', 'TASK', 'WHERE', 'WHO'],
      rows: permissions.map((each) => ({
        cells: [each.id, ruleOf(each), each.task, scopeOf(each), principalOf(each)],
      })),
    }),
  };
}

/** `3: allow Promote Packages for feed internal-npm for user djones` */
export function permissionLine(permission: Permission): string {
  const { id = '', task = '' } = permission;
  const words = [ruleOf(permission), task, scopeOf(permission), 'for', principalOf(permission)];
  return `${id}: ${words.join(' ')}`;
}

/** The same as a name: `allow View globally for user djones` where it has no id yet. */
export function permissionName(permission: Permission): string {
  return permissionLine(permission).replace(/^: /, '');
}

function ruleOf({ deny }: Permission): string {
  return deny ? 'deny' : 'allow';
}

function scopeOf({ feed, feedGroup }: Permission): string {
  if (feed !== undefined) return `for feed ${feed}`;
  return feedGroup === undefined ? 'globally' : `for feed group ${feedGroup}`;
}

function principalOf({ user, group }: Permission): string {
  if (user !== undefined) return `user ${user}`;
  return group === undefined ? 'unknown' : `group ${group}`;
}
