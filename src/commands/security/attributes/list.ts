import type { AppCommand } from '../../../cli/command.ts';
import { SERVER_EXIT_CODES, addServerOptions } from '../../../cli/options.ts';
import { registerVerb, type Start } from '../../../cli/verb.ts';
import type { TaskAttribute } from '../../../domain/security.ts';
import type { ServerOptions } from '../../../cli/deps.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<ServerOptions, readonly TaskAttribute[]>(parent, start, {
    name: 'list',
    summary: 'List the attributes that tasks can have.',
    options: (add) => {
      addServerOptions(add);
    },
    // Also as security tasks attributes.
    examples: [`groupctl ${parent.words()} list`],
    isList: true,
    json: '[{"name","feedScoped"}]',
    exitCodes: SERVER_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../operations/security/tasks.ts')).listAttributes(options, deps),
    present: async () =>
      (await import('../../../output/results/security/lists.ts')).presentAttributes,
  });
}
