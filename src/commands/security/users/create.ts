import type { AppCommand } from '../../../cli/command.ts';
import {
  CHANGE_EXIT_CODES,
  addDryRunOption,
  addServerOptionsWithLogin,
} from '../../../cli/options.ts';
import { registerVerb, type Start } from '../../../cli/verb.ts';
import type { SecurityResult } from '../../../domain/security.ts';
import type { UserFieldOptions } from '../../../operations/security/users.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<UserFieldOptions, SecurityResult>(parent, start, {
    name: 'create',
    summary: 'Create a user. Asks for the password, or reads it from standard input.',
    options: (add) => {
      add.required('--username <name>', 'name of the new user');
      add.value('--displayname <name>', 'display name');
      add.value('--email <address>', 'e-mail address');
      add.value('--password <password>', 'password of the new user');
      addDryRunOption(add);
      addServerOptionsWithLogin(add);
    },
    examples: [
      'groupctl security users create --username=newbie --displayname="New Bie" --email=newbie@corp.example',
      'groupctl security users create --username=newbie < password.txt',
    ],
    json: '{"schema":1,"source","kind","what","name","op","outcome","dryRun","run"?}\noutcome: created, changed, deleted, already-there, already-absent, planned',
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../operations/security/users.ts')).createUser(options, deps),
    present: async () =>
      (await import('../../../output/results/security/written.ts')).presentWritten,
  });
}
