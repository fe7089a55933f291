import { addOutputOptions } from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import type { StoreImportOptions } from '../../operations/store/import.ts';
import type { StoreImportResult } from '../../output/results/store.ts';
import { addStoreSource, STORE_EXIT_CODES } from './options.ts';

export const register = verb<StoreImportOptions, StoreImportResult>({
  name: 'import',
  summary:
    'Add the runs of this machine to the shared store; runs that are there stay as they are.',
  options: (add) => {
    add.flag('--dry-run', 'say what would be added, and add nothing');
    addStoreSource(add);
    addOutputOptions(add);
  },
  examples: ['groupctl store import --dry-run', 'groupctl store import'],
  json: '{"schema":1,"store","dryRun","stateFolder","runs":[{"run","outcome","lines","problem"?,"unreadable"?}]}\noutcome: imported, completed, unchanged, skipped',
  exitCodes: [...STORE_EXIT_CODES, [7, 'the record of a run cannot be read']],
  run: async (options, deps) =>
    (await import('../../operations/store/import.ts')).importJournals(options, deps),
  present: async () => (await import('../../output/results/store.ts')).presentStoreImport,
});
