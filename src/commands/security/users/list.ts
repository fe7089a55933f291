import type { AppCommand } from '../../../cli/command.ts';
import { SERVER_EXIT_CODES, addServerOptions } from '../../../cli/options.ts';
import { registerVerb, type Start } from '../../../cli/verb.ts';
import type { UserAccount } from '../../../domain/security.ts';
import type { ServerOptions } from '../../../cli/deps.ts';

interface Options extends ServerOptions {
  readonly searchTerm?: string;
}

export function register(parent: AppCommand, start: Start): void {
  registerVerb<Options, readonly UserAccount[]>(parent, start, {
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
}
