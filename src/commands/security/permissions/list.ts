import type { AppCommand } from '../../../cli/command.ts';
import { SERVER_EXIT_CODES, addServerOptions } from '../../../cli/options.ts';
import { registerVerb, type Start } from '../../../cli/verb.ts';
import type { Permission } from '../../../domain/security.ts';
import type { ListPermissionsOptions } from '../../../operations/security/permissions.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<ListPermissionsOptions, readonly Permission[]>(parent, start, {
    name: 'list',
    summary: 'List the permissions of users and groups.',
    options: (add) => {
      add.value('--user <name>', 'only those of this user');
      add.value('--group <name>', 'only those of this group');
      add.value('--task <task>', 'only those for this task');
      add.value('--feed <feed>', 'only those on this feed');
      addServerOptions(add);
    },
    examples: [
      'groupctl security permissions list',
      'groupctl security permissions list --group=Developers --output=csv',
    ],
    isList: true,
    json: '[{"id"?,"user"?,"group"?,"task"?,"feed"?,"feedGroup"?,"deny"}]',
    exitCodes: SERVER_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../operations/security/permissions.ts')).listPermissions(options, deps),
    present: async () =>
      (await import('../../../output/results/security/lists.ts')).presentPermissions,
  });
}
