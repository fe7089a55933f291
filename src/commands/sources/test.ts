import { addConnectionOptions, addOutputOptions, SERVER_EXIT_CODES } from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import type { TestOptions } from '../../operations/sources/test-sources.ts';
import { NAME_ARGUMENT } from './show.ts';
import type { SourceTest } from '../../output/results/health.ts';

export const register = verb<TestOptions, SourceTest[]>({
  name: 'test',
  summary: 'Check the health of each source (or one), and whether its credentials work.',
  argument: { ...NAME_ARGUMENT, optional: true },
  options: (add) => {
    addConnectionOptions(add);
    addOutputOptions(add);
  },
  examples: ['groupctl sources test', 'groupctl sources test prod'],
  isList: true,
  json: '[{"source","ok","product"?,"release"?,"version"?,"parts"?,"access"?,"error"?:{"code","message"}}]',
  exitCodes: [...SERVER_EXIT_CODES, [7, 'partial success']],
  run: async (options, deps) =>
    (await import('../../operations/sources/test-sources.ts')).testSources(options, deps),
  present: async () => (await import('../../output/results/health.ts')).presentSourceTests,
});
