import type { DeleteKeyOptions } from '../../operations/security/api-keys.ts';
import { writeVerb } from '../security/write-verb.ts';

export const register = writeVerb<DeleteKeyOptions>({
  name: 'delete',
  summary: 'Delete an API key for good; one that does not exist is no error.',
  options: (add) => {
    add.number('--id <id>', 'id of the key', { integer: true, min: 0 });
  },
  examples: ['groupctl apikeys delete --id=3 --dry-run'],
  oneOf: [['--id']],
  run: async (options, deps) =>
    (await import('../../operations/security/api-keys.ts')).deleteKey(options, deps),
});
