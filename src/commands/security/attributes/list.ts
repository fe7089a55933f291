import { SERVER_EXIT_CODES, addServerOptions } from '../../../cli/options.ts';
import { type Register, verb } from '../../../cli/verb.ts';
import type { TaskAttribute } from '../../../domain/security.ts';
import type { ServerOptions } from '../../../cli/deps.ts';

/** Registered twice: also as `security tasks attributes`. */
export const register: Register = (parent, start) =>
  verb<ServerOptions, readonly TaskAttribute[]>({
    name: 'list',
    summary: 'List the attributes that tasks can have.',
    options: addServerOptions,
    examples: [`groupctl ${parent.words()} list`],
    isList: true,
    json: '[{"name","feedScoped"}]',
    exitCodes: SERVER_EXIT_CODES,
    run: async (options, deps) =>
      (await import('../../../operations/security/tasks.ts')).listAttributes(options, deps),
    present: async () =>
      (await import('../../../output/results/security/lists.ts')).presentAttributes,
  })(parent, start);
