import type { AppCommand } from '../../../cli/command.ts';
import { CHANGE_EXIT_CODES, addDryRunOption, addServerOptions } from '../../../cli/options.ts';
import { registerVerb, type Start } from '../../../cli/verb.ts';
import type { SecurityResult } from '../../../domain/security.ts';
import type { RemovePermissionOptions } from '../../../operations/security/permissions.ts';
import { RESULT_JSON } from '../result-json.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<RemovePermissionOptions, SecurityResult>(parent, start, {
    name: 'remove',
    summary: 'Remove a permission; one that does not exist is no error.',
    options: (add) => {
      add.number('--id <id>', 'id of the permission', {
        integer: true,
        min: 0,
        max: Number.MAX_SAFE_INTEGER,
      });
      addDryRunOption(add);
      addServerOptions(add);
    },
    examples: ['groupctl security permissions remove --id=5'],
    oneOf: [['--id']],
    json: RESULT_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../operations/security/permissions.ts')).removePermission(options, deps),
    present: async () =>
      (await import('../../../output/results/security/written.ts')).presentWritten,
  });
}
