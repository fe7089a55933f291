import { verb } from '../../../../cli/verb.ts';
import {
  addGuardOptions,
  addMembershipOptions,
  addServerOptions,
  addYesOption,
  CHANGE_EXIT_CODES,
} from '../../../../cli/options.ts';
import type { SyncResult } from '../../../../output/results/sync.ts';
import { changeJson } from './change-json.ts';
import { addFileOptions, type MembershipOptions, requestFrom } from './member-options.ts';

export interface Options extends MembershipOptions {
  readonly addOnly?: boolean;
  readonly removeOnly?: boolean;
  readonly all?: boolean;
}

export const register = verb<Options, SyncResult>({
  name: 'sync',
  summary: 'Make the members of a group exactly those of a file.',
  options: (add) => {
    add.required('--name <group>', 'the group');
    add.required('--file <path>', 'wanted members: CSV, list or JSON; -: stdin');
    addFileOptions(add, 'write the rows that were not added to this file');
    add.flag('--add-only', 'add missing members, and remove nobody');
    add.flag('--remove-only', 'remove extra members, and add nobody');
    add.flag('--all', 'show a long difference in full');
    addYesOption(add);
    addGuardOptions(add);
    addMembershipOptions(add);
    addServerOptions(add);
  },
  examples: [
    'groupctl security groups members sync --name=Developers --file=team.csv',
    'groupctl security groups members sync --name=Developers --file=team.csv --dry-run',
    'groupctl security groups members sync --name=Developers --file=- --yes < team.txt',
  ],
  json: changeJson(),
  exitCodes: CHANGE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../../../operations/membership/sync.ts')).syncMembers(
      {
        ...requestFrom(options),
        addOnly: options.addOnly,
        removeOnly: options.removeOnly,
        all: options.all,
      },
      deps,
    ),
  present: async () => (await import('../../../../output/results/sync.ts')).presentSync,
});
