import { SERVER_EXIT_CODES, addServerOptions } from '../../../cli/options.ts';
import { verb } from '../../../cli/verb.ts';
import type { EffectiveRow } from '../../../domain/effective.ts';
import type { Permission } from '../../../domain/security.ts';
import type { ListPermissionsOptions } from '../../../operations/security/permissions.ts';
import { usageError } from '../../../errors.ts';

interface Options extends ListPermissionsOptions {
  readonly effective?: boolean;
  readonly feedGroup?: string;
}

type Listed =
  { readonly permissions: readonly Permission[] } | { readonly effective: readonly EffectiveRow[] };

export const register = verb<Options, Listed>({
  name: 'list',
  summary: 'List the permissions of users and groups.',
  options: (add) => {
    add.value('--user <name>', 'only those of this user');
    add.value('--group <name>', 'only those of this group');
    add.value('--task <task>', 'only those for this task');
    add.value('--feed <feed>', 'only those on this feed');
    add.flag('--effective', 'what --user may do, by attribute (with --feed: there)');
    add.value('--feed-group <name>', 'with --effective: the group that the feed is in');
    addServerOptions(add);
  },
  examples: [
    'groupctl security permissions list',
    'groupctl security permissions list --group=Developers --output=csv',
    'groupctl security permissions list --effective --user=jsmith --feed=approved-nuget',
  ],
  isList: true,
  json: '[{"id"?,"user"?,"group"?,"task"?,"feed"?,"feedGroup"?,"deny"}]\nwith --effective: [{"attribute","allowed":true|false|"undecided","permission","candidates"?}]',
  exitCodes: SERVER_EXIT_CODES,
  run: async (options, deps) => {
    if (options.effective === true) {
      const { listEffective } = await import('../../../operations/security/effective.ts');
      const { result: effective, ...rest } = await listEffective(options, deps);
      return { result: { effective }, ...rest };
    }
    if (options.feedGroup !== undefined) throw usageError('--feed-group needs --effective.');
    const { listPermissions } = await import('../../../operations/security/permissions.ts');
    const { result: permissions, ...rest } = await listPermissions(options, deps);
    return { result: { permissions }, ...rest };
  },
  present: async () => {
    const lists = await import('../../../output/results/security/permissions.ts');
    return (listed) =>
      'effective' in listed
        ? lists.presentEffective(listed.effective)
        : lists.presentPermissions(listed.permissions);
  },
});
