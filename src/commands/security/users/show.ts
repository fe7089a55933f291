import { SERVER_EXIT_CODES, addServerOptionsWithLogin } from '../../../cli/options.ts';
import { verb } from '../../../cli/verb.ts';
import type { ShownUser } from '../../../output/results/security/lists.ts';
import type { UserOptions } from '../../../operations/security/users.ts';

interface Options extends UserOptions {
  readonly permissions?: boolean;
}

export const register = verb<Options, ShownUser>({
  name: 'show',
  summary: 'Show a user, its groups and permissions.',
  options: (add) => {
    add.required('--username <name>', 'the user');
    add.flag('--permissions', 'list the permissions off a terminal, too (human, json, yaml)');
    addServerOptionsWithLogin(add);
  },
  examples: [
    'groupctl security users show --username=jsmith',
    'groupctl security users show --username=jsmith --json',
  ],
  json: '{"name","displayName"?,"email"?,"groups"?,"permissions"}',
  exitCodes: SERVER_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../../operations/security/users.ts')).showUser(options, deps),
  present: async () => (await import('../../../output/results/security/lists.ts')).presentUser,
});
