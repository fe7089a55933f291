import type { UserFieldOptions } from '../../../operations/security/users.ts';
import { writeVerb } from '../write-verb.ts';

export const register = writeVerb<UserFieldOptions>({
  name: 'edit',
  summary: 'Change fields of a user, and keep the others.',
  options: (add) => {
    add.required('--username <name>', 'the user');
    add.valueOrEmpty('--displayname <name>', 'display name; empty to clear it');
    add.valueOrEmpty('--email <address>', 'e-mail address; empty to clear it');
    add.value('--password <password>', 'new password of the user; - reads it from standard input');
  },
  hasUsername: true,
  examples: ['groupctl security users edit --username=jsmith --email=john.smith@corp.example'],
  run: async (options, deps) =>
    (await import('../../../operations/security/users.ts')).editUser(options, deps),
});
