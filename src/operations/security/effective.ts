import type { Deps, ServerOptions } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { effectivePermissions, type EffectiveRow } from '../../domain/effective.ts';
import { ListedAccounts } from '../../domain/accounts.ts';
import { sameName } from '../../domain/names.ts';
import { BUILT_IN_PRINCIPALS } from '../../domain/security.ts';
import { usageError } from '../../errors.ts';
import { withGroups } from './account-groups.ts';
import { requireUser } from './users.ts';
import { withSecurity } from './with-security.ts';

interface EffectiveOptions extends ServerOptions {
  readonly user?: string;
  readonly group?: string;
  readonly task?: string;
  readonly feed?: string;
  readonly feedGroup?: string;
}

/** @throws usage (2) without a user; not-found (4) `no-such-user` */
export async function listEffective(
  options: EffectiveOptions,
  deps: Deps,
): Promise<VerbResult<readonly EffectiveRow[]>> {
  const { user: typed, group, task, feed, feedGroup } = options;
  if (typed === undefined) throw usageError('--effective needs --user.');
  if (group !== undefined || task !== undefined) {
    throw usageError('--effective is about a user on a feed.', 'Leave --group and --task out.');
  }
  return await withSecurity(options, deps, async (context) => {
    const { security } = context;
    const builtIn = BUILT_IN_PRINCIPALS.find((name) => sameName(name, typed));
    const users = builtIn === undefined ? await security.users() : [];
    const user =
      builtIn === undefined
        ? await withGroups(requireUser(typed, users), context)
        : { name: builtIn };
    const permissions = await security.permissions();
    const rows = effectivePermissions(
      user,
      { feed, feedGroup },
      permissions,
      await security.tasks(),
      new ListedAccounts(users.map(({ name }) => name)),
    );
    deps.warn('groupctl computed this itself; it counts groups of the built-in directory only.');
    return { result: rows };
  });
}
