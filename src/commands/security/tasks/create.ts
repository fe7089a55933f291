import type { CreateTaskOptions } from '../../../operations/security/tasks.ts';
import { writeVerb } from '../write-verb.ts';

export const register = writeVerb<CreateTaskOptions>({
  name: 'create',
  summary: 'Create a task.',
  options: (add) => {
    add.required('--name <task>', 'name of the new task');
    add.required('--attributes <list>', 'its attributes, with commas between them');
    add.valueOrEmpty('--description <text>', 'what it is for');
    add.flag('--feed-scoped', 'permissions can restrict it to a feed');
    add.flag('--force', 'overwrite a task of that name');
  },
  examples: [
    'groupctl security tasks create --name=Uploaders --attributes=Feeds_AddPackage,Feeds_ViewFeed --feed-scoped',
  ],
  run: async (options, deps) =>
    (await import('../../../operations/security/tasks.ts')).createTask(options, deps),
});
