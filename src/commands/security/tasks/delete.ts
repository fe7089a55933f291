import type { AppCommand } from '../../../cli/command.ts';
import { CHANGE_EXIT_CODES, addDryRunOption, addServerOptions } from '../../../cli/options.ts';
import { registerVerb, type Start } from '../../../cli/verb.ts';
import type { SecurityResult } from '../../../domain/security.ts';
import type { TaskOptions } from '../../../operations/security/tasks.ts';
import { RESULT_JSON } from '../result-json.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<TaskOptions, SecurityResult>(parent, start, {
    name: 'delete',
    summary: 'Delete a task; one that does not exist is no error.',
    options: (add) => {
      add.required('--name <task>', 'the task');
      addDryRunOption(add);
      addServerOptions(add);
    },
    examples: ['groupctl security tasks delete --name=Promoters --dry-run'],
    json: RESULT_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../operations/security/tasks.ts')).deleteTask(options, deps),
    present: async () =>
      (await import('../../../output/results/security/written.ts')).presentWritten,
  });
}
