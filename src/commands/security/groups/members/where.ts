import { addServerOptions, SERVER_EXIT_CODES } from '../../../../cli/options.ts';
import { verb } from '../../../../cli/verb.ts';
import type { WhereOptions } from '../../../../operations/people/where.ts';
import type { WhereResult } from '../../../../output/results/where.ts';
import { addPersonOptions, PERSON } from './person-options.ts';

export const register = verb<WhereOptions, WhereResult>({
  name: 'where',
  summary: 'List the groups of a person.',
  options: (add) => {
    addPersonOptions(add);
    addServerOptions(add);
  },
  oneOf: [PERSON],
  examples: [
    'groupctl security groups members where --member=jsmith',
    'groupctl security groups members where --member=jsmith --all-sources --json',
  ],
  isList: true,
  json: '[{"source","kind","group":{"name","id"?,"slug"?,"memberCount"?},"member"}]',
  exitCodes: [...SERVER_EXIT_CODES, [7, 'partial success'], [130, 'interrupted']],
  run: async (options, deps) =>
    (await import('../../../../operations/people/where.ts')).where(options, deps),
  present: async () => (await import('../../../../output/results/where.ts')).presentWhere,
});
