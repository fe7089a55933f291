import { SERVER_EXIT_CODES, addServerOptions } from '../../../cli/options.ts';
import { verb } from '../../../cli/verb.ts';
import type { SecurityTask } from '../../../domain/security.ts';
import type { ServerOptions } from '../../../cli/deps.ts';

interface Options extends ServerOptions {
  readonly name?: string;
}

export const register = verb<Options, readonly SecurityTask[]>({
  name: 'list',
  summary: 'List the tasks with their attributes.',
  options: (add) => {
    add.value('--name <task>', 'only this task');
    addServerOptions(add);
  },
  examples: [
    'groupctl security tasks list',
    'groupctl security tasks list --name="View & Download Packages"',
  ],
  isList: true,
  json: '[{"name","description"?,"feedScoped","attributes":[]}]',
  exitCodes: SERVER_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../../operations/security/tasks.ts')).listTasks(options, deps),
  present: async () => (await import('../../../output/results/security/lists.ts')).presentTasks,
});
