import type { AppCommand } from '../../cli/command.ts';
import { CHANGE_EXIT_CODES, addDryRunOption, addServerOptions } from '../../cli/options.ts';
import { registerVerb, type Start } from '../../cli/verb.ts';
import type { SecurityResult } from '../../domain/security.ts';
import type { DeleteKeyOptions } from '../../operations/security/api-keys.ts';
import { RESULT_JSON } from '../security/result-json.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<DeleteKeyOptions, SecurityResult>(parent, start, {
    name: 'delete',
    summary: 'Delete an API key for good; one that does not exist is no error.',
    options: (add) => {
      add.number('--id <id>', 'id of the key', {
        integer: true,
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
      });
      addDryRunOption(add);
      addServerOptions(add);
    },
    examples: ['groupctl apikeys delete --id=3 --dry-run'],
    oneOf: [['--id']],
    json: RESULT_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../operations/security/api-keys.ts')).deleteKey(options, deps),
    present: async () => (await import('../../output/results/security/written.ts')).presentWritten,
  });
}
