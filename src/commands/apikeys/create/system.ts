import { CHANGE_EXIT_CODES, addDryRunOption, addServerOptions } from '../../../cli/options.ts';
import { verb } from '../../../cli/verb.ts';
import type { CreatedKey } from '../../../output/results/security/created-key.ts';
import type { SystemKeyOptions } from '../../../operations/security/create-api-key.ts';
import { addNewKeyOptions } from './key-options.ts';

export const register = verb<SystemKeyOptions, CreatedKey>({
  name: 'system',
  summary: 'Create an API key for whole APIs, and print it.',
  options: (add) => {
    add.value('--apis <list>', 'full-control, or feeds, sca, sbom-upload (default: full-control)');
    addNewKeyOptions(add);
    addDryRunOption(add);
    addServerOptions(add);
  },
  examples: [
    'groupctl apikeys create system --name=CI --apis=feeds --expiration=2031-01-31',
    'groupctl apikeys create system --name=groupctl --save-source=prod',
  ],
  json: '{"schema":1,"type","source","name"?,"key"?,"id"?,"savedAs"?,"dryRun","run"?}',
  exitCodes: CHANGE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../../operations/security/create-api-key.ts')).createSystemKey(options, deps),
  present: async () =>
    (await import('../../../output/results/security/created-key.ts')).presentCreatedKey,
});
