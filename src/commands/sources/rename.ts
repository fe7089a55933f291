import { addOutputOptions } from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import type { SourceRenamed } from '../../output/results/source.ts';
import { NAME_ARGUMENT } from './show.ts';

export interface Options {
  readonly name: string;
  readonly to: string;
}

export const register = verb<Options, SourceRenamed>({
  name: 'rename',
  summary: 'Rename a source; its credentials and place stay.',
  argument: NAME_ARGUMENT,
  options: (add) => {
    add.required('--to <name>', 'the new name');
    addOutputOptions(add);
  },
  examples: ['groupctl sources rename old --to=prod'],
  json: '{"name","to"}',
  exitCodes: [
    [0, 'renamed'],
    [2, 'usage, a name that is taken, or a configuration file that cannot be used'],
    [4, 'no such source'],
    [8, 'another groupctl is writing the file'],
  ],
  run: async (options, deps) => {
    const { assertFree, assertUsableName, savedSource } =
      await import('../../operations/sources/sources.ts');
    const source = await savedSource(options.name, deps);
    const { to } = options;
    assertUsableName(to, '--to');
    await assertFree(to, source, deps);
    await (await deps.sources()).rename(source.name, to);
    return { result: { name: source.name, to } };
  },
  present: async () => (await import('../../output/results/source.ts')).presentSourceRenamed,
});
