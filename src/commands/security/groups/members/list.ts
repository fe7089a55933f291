import { addServerOptions, SERVER_EXIT_CODES } from '../../../../cli/options.ts';
import { verb } from '../../../../cli/verb.ts';
import type { ListMembersOptions, MembersResult } from '../../../../operations/membership/list.ts';

export const register = verb<ListMembersOptions, MembersResult>({
  name: 'list',
  summary: 'List the members of a group.',
  options: (add) => {
    add.value('--name <group>', 'the group');
    add.flag('--all-groups', 'the members of all groups');
    add.flag('--long', 'their type, name and e-mail, too (needs --name)');
    addServerOptions(add);
  },
  examples: [
    'groupctl security groups members list --name=Developers',
    'groupctl security groups members list --name=Developers --long',
    'groupctl security groups members list --name=Developers --json',
    'groupctl security groups members list --all-groups --output=csv',
  ],
  oneOf: [['--name', '--all-groups']],
  isList: true,
  json: '[{"member","type","user"?}]\nwith --all-groups: [{"group","member","type"}]',
  exitCodes: SERVER_EXIT_CODES,
  run: async (options, deps) => {
    const { listMembers } = await import('../../../../operations/membership/list.ts');
    return await listMembers(options, deps);
  },
  present: async () => {
    const lists = await import('../../../../output/results/lists.ts');
    return (result) => {
      switch (result.show) {
        case 'names':
          return lists.presentMembers(result.list);
        case 'people':
          return lists.presentLongMembers(result.group);
        case 'all-groups':
          return lists.presentAllMembers(result.groups);
      }
    };
  },
});
