import { SERVER_EXIT_CODES, addServerOptions } from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import type { ApiKey } from '../../domain/security.ts';
import type { ListKeysOptions } from '../../operations/security/api-keys.ts';

export const register = verb<ListKeysOptions, readonly ApiKey[]>({
  name: 'list',
  summary: 'List the API keys; the keys themselves are never shown.',
  options: (add) => {
    add.value('--expires-within <time>', 'only keys that expire by then (30d, 4w)');
    addServerOptions(add);
  },
  examples: ['groupctl apikeys list', 'groupctl apikeys list --expires-within=30d'],
  isList: true,
  json: '[{"id","type","logging"?,"user"?,"displayName"?,"description"?,"expiration"?,"systemApis"?,\n "packagePermissions"?,"feed"?,"feedGroup"?}]',
  exitCodes: SERVER_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../operations/security/api-keys.ts')).listKeys(options, deps),
  present: async () => (await import('../../output/results/security/api-keys.ts')).presentApiKeys,
});
