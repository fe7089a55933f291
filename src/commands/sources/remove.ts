import type { Deps } from '../../cli/deps.ts';
import { sameName } from '../../domain/names.ts';
import { harmless } from '../../domain/shorten.ts';
import { type VerbResult, verb } from '../../cli/verb.ts';
import { addOutputOptions } from '../../cli/options.ts';
import { NAME_ARGUMENT } from './show.ts';
import type { SourceRemoved } from '../../output/results/source.ts';

export interface Options {
  readonly name: string;
}

export const register = verb<Options, SourceRemoved>({
  name: 'remove',
  summary: 'Remove a source; one that does not exist is no error.',
  argument: NAME_ARGUMENT,
  options: addOutputOptions,
  examples: ['groupctl sources remove old', 'groupctl sources remove --name=old'],
  json: '{"name","removed"}',
  exitCodes: [
    [0, 'removed, or there was none'],
    [2, 'usage, or a configuration file that cannot be used'],
    [8, 'another groupctl is writing the file'],
  ],
  run,
  present: async () => (await import('../../output/results/source.ts')).presentSourceRemoved,
});

/** Forgets one source and its credentials. */
export async function run(options: Options, deps: Deps): Promise<VerbResult<SourceRemoved>> {
  const name = options.name.trim();
  const store = await deps.sources();
  const isDefault = sameName(store.defaultSource()?.name ?? '', name);
  const removed = await store.remove(name);
  if (removed === undefined) {
    const { warnNear } = await import('../../operations/security/near-names.ts');
    warnNear(name, store.list(), deps);
  }
  if (removed?.external !== undefined) {
    const { forgetSecret } = await import('../../operations/sources/key-storage.ts');
    await forgetSecret(removed, deps);
  }
  if (isDefault) {
    const next = store.defaultSource();
    deps.warn(
      next === undefined
        ? 'Commands without --source have no server now. Choose one with: groupctl sources default NAME'
        : `Commands without --source now use ${next.name} (${next.url}).`,
    );
  }
  return { result: { name: removed?.name ?? harmless(name), removed: removed !== undefined } };
}
