import type { AppCommand } from '../../../cli/command.ts';
import { addDryRunOption, addServerOptions, CHANGE_EXIT_CODES } from '../../../cli/options.ts';
import { registerVerb, type Start } from '../../../cli/verb.ts';
import type { DeleteOptions } from '../../../operations/groups/delete.ts';
import type { GroupResult } from '../../../output/results/group.ts';
import { GROUP_JSON } from './group-json.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<DeleteOptions, GroupResult>(parent, start, {
    name: 'delete',
    summary: 'Delete a group; one that does not exist is no error, a linked one is only unlinked.',
    options: (add) => {
      add.required('--name <group>', 'the group');
      addDryRunOption(add);
      addServerOptions(add);
    },
    examples: [
      'groupctl security groups delete --name=Testers --dry-run',
      'groupctl security groups delete --name=Testers',
    ],
    json: GROUP_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../operations/groups/delete.ts')).deleteGroup(options, deps),
    present: async () => (await import('../../../output/results/group.ts')).presentGroupResult,
  });
}
