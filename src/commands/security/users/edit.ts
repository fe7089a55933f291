import type { AppCommand } from '../../../cli/command.ts';
import {
  CHANGE_EXIT_CODES,
  addDryRunOption,
  addServerOptionsWithLogin,
} from '../../../cli/options.ts';
import { registerVerb, type Start } from '../../../cli/verb.ts';
import type { SecurityResult } from '../../../domain/security.ts';
import type { UserFieldOptions } from '../../../operations/security/users.ts';
import { RESULT_JSON } from '../result-json.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<UserFieldOptions, SecurityResult>(parent, start, {
    name: 'edit',
    summary: 'Change fields of a user, and keep the others.',
    options: (add) => {
      add.required('--username <name>', 'the user');
      add.value('--displayname <name>', 'display name');
      add.value('--email <address>', 'e-mail address');
      add.value(
        '--password <password>',
        'new password of the user; - reads it from standard input',
      );
      addDryRunOption(add);
      addServerOptionsWithLogin(add);
    },
    examples: ['groupctl security users edit --username=jsmith --email=john.smith@corp.example'],
    json: RESULT_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../operations/security/users.ts')).editUser(options, deps),
    present: async () =>
      (await import('../../../output/results/security/written.ts')).presentWritten,
  });
}
