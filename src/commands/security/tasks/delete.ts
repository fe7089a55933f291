import type { TaskOptions } from '../../../operations/security/tasks.ts';
import { writeVerb } from '../write-verb.ts';

export const register = writeVerb<TaskOptions>({
  name: 'delete',
  summary: 'Delete a task; one that does not exist is no error.',
  options: (add) => {
    add.required('--name <task>', 'the task');
  },
  examples: ['groupctl security tasks delete --name=Promoters --dry-run'],
  run: async (options, deps) =>
    (await import('../../../operations/security/tasks.ts')).deleteTask(options, deps),
});
