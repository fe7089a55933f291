import type { Deps } from '../../cli/deps.ts';
import { describeSource, type SourceInfo } from '../../domain/source.ts';
import { type VerbResult, verb } from '../../cli/verb.ts';
import { addOutputOptions } from '../../cli/options.ts';

interface Listed {
  readonly sources: readonly SourceInfo[];
  /** The name of the default source. */
  readonly main: string | undefined;
}

export const register = verb<object, Listed>({
  name: 'list',
  summary: 'List the sources; secrets are never shown.',
  options: addOutputOptions,
  examples: ['groupctl sources list', 'groupctl sources list --json'],
  isList: true,
  json: '[{"name","kind","url","auth","username"?,"clientId"?,"feed"?,"dialect"?,"settle"?,"userCheck"?,"self"?,"organizationSlug"?,"keyStorage"?,"caFile"?,"sharedStore"?}]',
  exitCodes: [
    [0, 'listed'],
    [2, 'usage, or a configuration file that cannot be used'],
  ],
  run,
  present: async () => {
    const { presentSources } = await import('../../output/results/lists.ts');
    return ({ sources, main }) => presentSources(sources, main);
  },
});

/** Every stored source, without its secrets. */
export async function run(_options: object, deps: Deps): Promise<VerbResult<Listed>> {
  const store = await deps.sources();
  const sources = store.list();
  if (sources.length === 0) {
    const { NO_SOURCES } = await import('../../state/sources/no-such-source.ts');
    deps.warn(NO_SOURCES);
  }
  const main = store.defaultSource()?.name;
  return { result: { sources: sources.map(describeSource), main } };
}
