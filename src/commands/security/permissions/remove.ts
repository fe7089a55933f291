import type { RemovePermissionOptions } from '../../../operations/security/permissions.ts';
import { writeVerb } from '../write-verb.ts';

export const register = writeVerb<RemovePermissionOptions>({
  name: 'remove',
  summary: 'Remove a permission; one that does not exist is no error.',
  options: (add) => {
    add.number('--id <id>', 'id of the permission', { integer: true, min: 0 });
  },
  examples: ['groupctl security permissions remove --id=5'],
  oneOf: [['--id']],
  run: async (options, deps) =>
    (await import('../../../operations/security/permissions.ts')).removePermission(options, deps),
});
