import { addOutputOptions } from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import type { DefaultSource } from '../../output/results/source.ts';
import { NAME_ARGUMENT } from './show.ts';

export interface Options {
  readonly name?: string;
}

export const register = verb<Options, DefaultSource>({
  name: 'default',
  summary: 'Choose the source for commands without --source, or print it.',
  argument: { ...NAME_ARGUMENT, optional: true },
  options: addOutputOptions,
  examples: ['groupctl sources default prod', 'groupctl sources default'],
  json: '{"name" or null,"changed"}',
  exitCodes: [
    [0, 'chosen, or printed'],
    [2, 'usage, or a configuration file that cannot be used'],
    [4, 'no such source, or none is the default'],
    [8, 'another groupctl is writing the file'],
  ],
  run: async ({ name }, deps) => {
    const { savedSource } = await import('../../operations/sources/sources.ts');
    const store = await deps.sources();
    if (name === undefined) {
      const source = store.defaultSource() ?? (await savedSource('Default', deps));
      return { result: { name: source.name, changed: false } };
    }
    const source = await savedSource(name, deps);
    await store.setDefaultSource(source.name);
    return { result: { name: source.name, changed: true } };
  },
  present: async () => (await import('../../output/results/source.ts')).presentDefaultSource,
});
