import type { UserOptions } from '../../../operations/security/users.ts';
import { writeVerb } from '../write-verb.ts';

export const register = writeVerb<UserOptions>({
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
