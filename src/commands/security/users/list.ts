import { SERVER_EXIT_CODES, addServerOptions } from '../../../cli/options.ts';
import { verb } from '../../../cli/verb.ts';
import type { UserAccount } from '../../../domain/security.ts';
import type { ServerOptions } from '../../../cli/deps.ts';

interface Options extends ServerOptions {
  readonly searchTerm?: string;
}

export const register = verb<Options, readonly UserAccount[]>({
  name: 'list',
  summary: 'List the users of the built-in directory.',
  options: (add) => {
    add.value('--search-term <text>', 'only names or display names that contain this');
    addServerOptions(add);
  },
  examples: ['groupctl security users list', 'groupctl security users list --search-term=smith'],
  isList: true,
  json: '[{"name","displayName"?,"email"?,"groups"?}]',
  exitCodes: SERVER_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../../operations/security/users.ts')).listUsers(options, deps),
  present: async () => (await import('../../../output/results/security/lists.ts')).presentUsers,
});
