import type { AppCommand } from '../../../cli/command.ts';
import { CHANGE_EXIT_CODES, addDryRunOption, addServerOptions } from '../../../cli/options.ts';
import { registerVerb, type Start } from '../../../cli/verb.ts';
import type { SecurityResult } from '../../../domain/security.ts';
import type { CreateTaskOptions } from '../../../operations/security/tasks.ts';
import { RESULT_JSON } from '../result-json.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<CreateTaskOptions, SecurityResult>(parent, start, {
    name: 'create',
    summary: 'Create a task.',
    options: (add) => {
      add.required('--name <task>', 'name of the new task');
      add.required('--attributes <list>', 'its attributes, with commas between them');
      add.value('--description <text>', 'what it is for');
      add.flag('--feed-scoped', 'permissions can restrict it to a feed');
      add.flag('--force', 'overwrite a task of that name');
      addDryRunOption(add);
      addServerOptions(add);
    },
    examples: [
      'groupctl security tasks create --name=Uploaders --attributes=Feeds_AddPackage,Feeds_ViewFeed --feed-scoped',
    ],
    json: RESULT_JSON,
    exitCodes: CHANGE_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../operations/security/tasks.ts')).createTask(options, deps),
    present: async () =>
      (await import('../../../output/results/security/written.ts')).presentWritten,
  });
}
