import type { AppCommand } from '../../../cli/command.ts';
import type { Start } from '../../../cli/verb.ts';
import type { TaskOptions } from '../../../operations/security/tasks.ts';
import { registerWrite } from '../write-verb.ts';

export function register(parent: AppCommand, start: Start): void {
  registerWrite<TaskOptions>(parent, start, {
    name: 'delete',
    summary: 'Delete a task; one that does not exist is no error.',
    options: (add) => {
      add.required('--name <task>', 'the task');
    },
    examples: ['groupctl security tasks delete --name=Promoters --dry-run'],
    run: async (options, deps) =>
      (await import('../../../operations/security/tasks.ts')).deleteTask(options, deps),
  });
}
