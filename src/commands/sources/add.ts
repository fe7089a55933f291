import { DEFAULT_KIND, KIND_NAMES } from '../../backends/kinds.ts';
import {
  addCredentialOptions,
  addKeyStorageOptions,
  addNoUserCheckOption,
  addOutputOptions,
  addSettleOption,
} from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import type { AddOptions } from '../../operations/sources/add.ts';
import type { SourceSaved } from '../../output/results/source.ts';

export const DIALECTS = ['auto', 'update', 'add'];

export const register = verb<AddOptions, SourceSaved>({
  name: 'add',
  summary: 'Add a source, or replace the one of that name. Without --url it asks.',
  options: (add) => {
    add.value('--name <name>', 'name of the source (default: Default)');
    add.value('--url <url>', 'its base URL; us or eu for Infisical Cloud');
    add.choice('--kind <kind>', 'kind of server', KIND_NAMES, DEFAULT_KIND);
    addCredentialOptions(add);
    addKeyStorageOptions(add);
    add.value('--feed <feed>', 'default feed');
    add.choice('--dialect <dialect>', 'how ProGet members are written', DIALECTS, 'auto');
    addSettleOption(add);
    addNoUserCheckOption(add);
    add.value('--self <name>', 'your own account there; guards protect it');
    add.flag('--plain-text', 'accepted for pgutil; has no effect');
    addOutputOptions(add);
  },
  examples: [
    'groupctl sources add',
    'groupctl sources add --name=prod --url=https://proget.corp.local/ --api-key-stdin < key.txt',
    'groupctl sources add --name=cloud --url=us --client-id=… --client-secret-stdin < secret.txt',
    'groupctl sources add --name=prod --url=https://proget.corp.local/ --api-key-command="op read op://it/proget/key"',
  ],
  json: '{"source":{…as in sources show},"replaced","account"?,"mayChange"?}',
  exitCodes: [
    [0, 'saved'],
    [2, 'usage, a configuration file or a keyring that cannot be used'],
    [3, 'without --url: the server rejected the key'],
    [6, 'without --url: network'],
    [8, 'another groupctl is writing the file'],
  ],
  run: async (options, deps) =>
    (await import('../../operations/sources/add.ts')).addSource(options, deps),
  present: async () => (await import('../../output/results/source.ts')).presentSourceSaved,
});
