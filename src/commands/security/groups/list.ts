import type { Deps, ServerOptions } from '../../../cli/deps.ts';
import type { Group } from '../../../domain/group.ts';
import { type VerbResult, verb } from '../../../cli/verb.ts';
import { addServerOptions, SERVER_EXIT_CODES } from '../../../cli/options.ts';
import { withConnection } from '../../../operations/with-connection.ts';

export type Options = ServerOptions;

export const register = verb<Options, Group[]>({
  name: 'list',
  summary: 'List the groups of a server.',
  options: addServerOptions,
  examples: ['groupctl security groups list', 'groupctl security groups list --output=csv'],
  isList: true,
  json: '[{"name","id"?,"slug"?,"memberCount"?,"linked"?}]',
  exitCodes: SERVER_EXIT_CODES,
  run,
  present: async () => (await import('../../../output/results/lists.ts')).presentGroups,
});

/** Every group, in the server's order. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<Group[]>> {
  return await withConnection(options, deps, async ({ directory }) => {
    const groups = await directory.listGroups();
    if (groups.length === 0) deps.warn('No groups found.');
    return { result: groups };
  });
}
