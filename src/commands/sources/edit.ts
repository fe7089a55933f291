import { KIND_NAMES } from '../../backends/kinds.ts';
import {
  addCredentialOptions,
  addKeyStorageOptions,
  addNoUserCheckOption,
  addOutputOptions,
  addSettleOption,
} from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import { describeSource } from '../../domain/source.ts';
import type { SourceChanges } from '../../operations/sources/edit.ts';
import type { SourceSaved } from '../../output/results/source.ts';
import { DIALECTS } from './add.ts';
import { NAME_ARGUMENT } from './show.ts';

export interface Options extends SourceChanges {
  readonly name: string;
}

export const register = verb<Options, SourceSaved>({
  name: 'edit',
  summary: 'Change fields of a source, and keep the others.',
  argument: NAME_ARGUMENT,
  options: (add) => {
    add.value('--url <url>', 'base URL of the server');
    add.choice('--kind <kind>', 'kind of server', KIND_NAMES);
    addCredentialOptions(add);
    addKeyStorageOptions(add);
    add.flag('--keep-key', 'keep the credentials for another URL or kind');
    add.value('--feed <feed>', 'default feed, or none');
    add.choice('--dialect <dialect>', 'how ProGet members are written', DIALECTS);
    addSettleOption(add);
    add.flag('--user-check', 'check names against the list of users again');
    addNoUserCheckOption(add);
    add.value('--self <name>', 'your own account there, or none; guards protect it');
    addOutputOptions(add);
  },
  examples: [
    'groupctl sources edit prod --settle=500',
    'groupctl sources edit prod --api-key-stdin < new-key.txt',
    'groupctl sources edit prod --key-storage=keyring',
    'groupctl sources edit prod --url=https://new.corp.local/ --keep-key',
  ],
  json: '{"source":{…as in sources show}}',
  exitCodes: [
    [0, 'saved'],
    [2, 'usage, or a configuration file that cannot be used'],
    [4, 'no such source'],
    [8, 'another groupctl is writing the file'],
  ],
  run: async (options, deps) => {
    const { changedSource } = await import('../../operations/sources/edit.ts');
    const { savedSource } = await import('../../operations/sources/sources.ts');
    const { saveSource } = await import('../../operations/sources/key-storage.ts');
    const before = await savedSource(options.name, deps);
    const source = await changedSource(before, options, deps);
    await saveSource(source, deps, { before });
    return { result: { source: describeSource(source) } };
  },
  present: async () => (await import('../../output/results/source.ts')).presentSourceEdited,
});
