import type { AppCommand } from '../../../../cli/command.ts';
import { addServerOptions, SERVER_EXIT_CODES } from '../../../../cli/options.ts';
import { registerVerb, type Start } from '../../../../cli/verb.ts';
import type { WhereOptions } from '../../../../operations/people/where.ts';
import type { WhereResult } from '../../../../output/results/where.ts';
import { addPersonOptions, PERSON } from './person-options.ts';

export function register(parent: AppCommand, start: Start): void {
  registerVerb<WhereOptions, WhereResult>(parent, start, {
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
    exitCodes: [...SERVER_EXIT_CODES, [7, 'partial success'], INTERRUPTED],
    run: async (options, deps) =>
      (await import('../../../../operations/people/where.ts')).where(options, deps),
    present: async () => (await import('../../../../output/results/where.ts')).presentWhere,
  });
}

const INTERRUPTED = [130, 'interrupted'] as const;
