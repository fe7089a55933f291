import type { MemberChange } from '../../domain/change.ts';
import type { Dialect } from '../../domain/source.ts';

/** How members are written: `update` replaces the list, `add` is the older server's call. */
export type WriteDialect = 'update' | 'add';

/** `auto` on a server whose list can be read is `update`, and never anything else. */
export function dialectFor(dialect: Dialect, todo: readonly MemberChange[]): WriteDialect {
  return dialect === 'add' && todo.every(({ op }) => op === 'add') ? 'add' : 'update';
}
