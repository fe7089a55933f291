import type { AppCommand } from '../../../cli/command.ts';
import type { Start } from '../../../cli/verb.ts';
import type { UserOptions } from '../../../operations/security/users.ts';
import { registerWrite } from '../write-verb.ts';

export function register(parent: AppCommand, start: Start): void {
  registerWrite<UserOptions>(parent, start, {
    name: 'delete',
    summary: 'Delete a user for good; one that does not exist is no error.',
    options: (add) => {
      add.required('--username <name>', 'the user');
    },
    hasUsername: true,
    examples: ['groupctl security users delete --username=jsmith --dry-run'],
    run: async (options, deps) =>
      (await import('../../../operations/security/users.ts')).deleteUser(options, deps),
  });
}
