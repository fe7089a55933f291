import { addDryRunOption, addServerOptions, CHANGE_EXIT_CODES } from '../../../cli/options.ts';
import { verb } from '../../../cli/verb.ts';
import type { CreateOptions } from '../../../operations/groups/create.ts';
import type { GroupResult } from '../../../output/results/group.ts';
import { GROUP_JSON } from './group-json.ts';

export const register = verb<CreateOptions, GroupResult>({
  name: 'create',
  summary: 'Create an empty group; fails if it exists (exit code 5).',
  options: (add) => {
    add.required('--name <group>', 'the name of the new group');
    add.value('--slug <slug>', 'slug of the group (Infisical)');
    add.value('--role <role>', 'organization role of its members (Infisical; default: no-access)');
    addDryRunOption(add);
    addServerOptions(add);
  },
  examples: ['groupctl security groups create --name=Developers'],
  json: GROUP_JSON,
  exitCodes: CHANGE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../../operations/groups/create.ts')).createGroup(options, deps),
  present: async () => (await import('../../../output/results/group.ts')).presentGroupResult,
});
