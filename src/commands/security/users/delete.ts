import type { AppCommand } from '../../../cli/command.ts';
import {
  CHANGE_EXIT_CODES,
  addDryRunOption,
  addServerOptionsWithLogin,
} from '../../../cli/options.ts';
import { registerVerb, type Start } from '../../../cli/verb.ts';
import type { SecurityResult } from '../../../domain/security.ts';
import type { UserOptions } from '../../../operations/security/users.ts';
import { RESULT_JSON } from '../result-json.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<UserOptions, SecurityResult>(parent, start, {
    name: 'delete',
    summary: 'Delete a user for good; one that does not exist is no error.',
    options: (add) => {
      add.required('--username <name>', 'the user');
      addDryRunOption(add);
      addServerOptionsWithLogin(add);
    },
    examples: ['groupctl security users delete --username=jsmith --dry-run'],
    json: RESULT_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../operations/security/users.ts')).deleteUser(options, deps),
    present: async () =>
      (await import('../../../output/results/security/written.ts')).presentWritten,
  });
}
