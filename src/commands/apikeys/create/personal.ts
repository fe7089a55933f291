import {
  CHANGE_EXIT_CODES,
  addDryRunOption,
  addNoUserCheckOption,
  addServerOptions,
} from '../../../cli/options.ts';
import { verb } from '../../../cli/verb.ts';
import type { CreatedKey } from '../../../output/results/security/created-key.ts';
import type { PersonalKeyOptions } from '../../../operations/security/create-api-key.ts';
import { addNewKeyOptions } from './key-options.ts';

export const register = verb<PersonalKeyOptions, CreatedKey>({
  name: 'personal',
  summary: 'Create an API key that acts as a user, and print it.',
  options: (add) => {
    add.value('--user <name>', 'the user (default: that of --username, or of the source)');
    addNewKeyOptions(add);
    addNoUserCheckOption(add);
    addDryRunOption(add);
    addServerOptions(add);
  },
  examples: ['groupctl apikeys create personal --user=jsmith --name=Laptop'],
  json: '{"schema":1,"type","source","name"?,"user","key"?,"id"?,"savedAs"?,"dryRun","run"?}',
  exitCodes: CHANGE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../../operations/security/create-api-key.ts')).createPersonalKey(
      options,
      deps,
    ),
  present: async () =>
    (await import('../../../output/results/security/created-key.ts')).presentCreatedKey,
});
