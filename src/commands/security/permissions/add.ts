import {
  CHANGE_EXIT_CODES,
  addDryRunOption,
  addNoUserCheckOption,
  addServerOptions,
} from '../../../cli/options.ts';
import { verb } from '../../../cli/verb.ts';
import type { SecurityResult } from '../../../domain/security.ts';
import type { AddPermissionOptions } from '../../../operations/security/permissions.ts';

export const register = verb<AddPermissionOptions, readonly SecurityResult[]>({
  name: 'add',
  summary: 'Allow a user or group to do a task, or deny it.',
  options: (add) => {
    add.collect('--task <task>', 'the task; may be repeated');
    add.value('--user <name>', 'the user');
    add.value('--group <name>', 'the group');
    add.value('--feed <feed>', 'on this feed only');
    add.value('--feed-group <name>', 'on this feed group only');
    add.flag('--deny', 'deny it instead');
    addNoUserCheckOption(add);
    addDryRunOption(add);
    addServerOptions(add);
  },
  examples: [
    'groupctl security permissions add --task="View & Download Packages" --group=Developers',
    'groupctl security permissions add --task="Promote Packages" --user=jsmith --feed=approved-nuget --deny',
  ],
  oneOf: [['--task'], ['--user', '--group']],
  json: '{"schema":1,"results":[{"source","kind","what","name","id"?,"op","outcome","dryRun","run"?}]}',
  exitCodes: CHANGE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../../operations/security/permissions.ts')).addPermissions(options, deps),
  present: async () =>
    (await import('../../../output/results/security/written.ts')).presentAllWritten,
});
