import { addOutputOptions } from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import { describeSource, type SourceInfo } from '../../domain/source.ts';

export interface Options {
  readonly name: string;
}

/** The word behind the verbs about one source. */
export const NAME_ARGUMENT = {
  name: 'name',
  description: 'name of the source (also --name=NAME)',
  hint: 'See: groupctl sources list',
  flags: '--name <name>',
} as const;

export const register = verb<Options, SourceInfo>({
  name: 'show',
  summary: 'Show one source; secrets are never shown.',
  argument: NAME_ARGUMENT,
  options: addOutputOptions,
  examples: ['groupctl sources show Default', 'groupctl sources show prod --json'],
  json: '{"name","kind","url","auth","username"?,"clientId"?,"feed"?,"dialect"?,"settle"?,"userCheck"?,"self"?,"organizationSlug"?,"keyStorage"?,"caFile"?,"sharedStore"?}',
  exitCodes: [
    [0, 'shown'],
    [2, 'usage, or a configuration file that cannot be used'],
    [4, 'no such source'],
  ],
  run: async ({ name }, deps) => {
    const { savedSource } = await import('../../operations/sources/sources.ts');
    return { result: describeSource(await savedSource(name, deps)) };
  },
  present: async () => {
    const { presentSources } = await import('../../output/results/lists.ts');
    return (source) => ({ ...presentSources([source]), json: source });
  },
});
