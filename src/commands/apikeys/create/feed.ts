import { CHANGE_EXIT_CODES, addDryRunOption, addServerOptions } from '../../../cli/options.ts';
import { verb } from '../../../cli/verb.ts';
import type { CreatedKey } from '../../../output/results/security/created-key.ts';
import type { FeedKeyOptions } from '../../../operations/security/create-api-key.ts';
import { addNewKeyOptions } from './key-options.ts';

export const register = verb<FeedKeyOptions, CreatedKey>({
  name: 'feed',
  summary: 'Create an API key for a feed or feed group, and print it.',
  options: (add) => {
    add.value('--feed <feed>', 'the feed');
    add.value('--group <name>', 'the feed group');
    add.value('--permissions <list>', 'of view, add, promote, delete (default: all)');
    addNewKeyOptions(add);
    addDryRunOption(add);
    addServerOptions(add);
  },
  examples: ['groupctl apikeys create feed --feed=npm --permissions=view,add --name=Build'],
  oneOf: [['--feed', '--group']],
  json: '{"schema":1,"type","source","name"?,"key"?,"id"?,"savedAs"?,"dryRun","run"?}',
  exitCodes: CHANGE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../../operations/security/create-api-key.ts')).createFeedKey(options, deps),
  present: async () =>
    (await import('../../../output/results/security/created-key.ts')).presentCreatedKey,
});
