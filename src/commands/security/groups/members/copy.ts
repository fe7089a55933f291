import { verb } from '../../../../cli/verb.ts';
import {
  addConnectionOptions,
  addMembershipOptions,
  addOutputOptions,
  CHANGE_EXIT_CODES,
} from '../../../../cli/options.ts';
import type { CopyResult } from '../../../../output/results/copy.ts';
import type { CopyOptions } from '../../../../operations/membership/copy.ts';
import { changeJson } from './change-json.ts';

export const register = verb<CopyOptions, CopyResult>({
  name: 'copy',
  summary: 'Add the members of a group on one server to a group on another.',
  options: (add) => {
    add.required('--from <source>', 'source of the group to copy');
    add.required('--to <source>', 'source of the group to add to');
    add.required('--name <group>', 'group to copy');
    add.value('--to-name <group>', 'group to add to, if its name differs');
    add.value(
      '--map <path>',
      'CSV of people: a column for each source, in each row the names one person has there',
    );
    add.value('--failures <path>', 'write the members that were not added to this file');
    addMembershipOptions(add);
    addConnectionOptions(add);
    addOutputOptions(add);
  },
  examples: [
    'groupctl security groups members copy --from=Default --to=infisical-prod --name=Developers --dry-run',
    'groupctl security groups members copy --from=Default --to=infisical-prod --name=Developers --to-name=devs --map=people.csv',
  ],
  json: changeJson('"from":{"source","kind","group"},'),
  exitCodes: CHANGE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../../../operations/membership/copy.ts')).copyMembers(options, deps),
  present: async () => (await import('../../../../output/results/copy.ts')).presentCopy,
});
