import { addDryRunOption, addServerOptions, CHANGE_EXIT_CODES } from '../../../cli/options.ts';
import { verb } from '../../../cli/verb.ts';
import type { DeleteOptions } from '../../../operations/groups/delete.ts';
import type { GroupResult } from '../../../output/results/group.ts';
import { GROUP_JSON } from './group-json.ts';

export const register = verb<DeleteOptions, GroupResult>({
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
