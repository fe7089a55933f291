import { addOutputOptions } from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import type { ImportOptions } from '../../operations/sources/import.ts';
import type { ImportResult } from '../../output/results/import.ts';

export const register = verb<ImportOptions, ImportResult>({
  name: 'import',
  summary: 'Take over the sources of pgutil; its file stays as it is.',
  options: (add) => {
    add.value('--from <file>', "pgutil's configuration file (default: where pgutil keeps it)");
    add.flag('--replace', 'replace sources of the same name that differ');
    add.in('Safety').flag('--dry-run', 'show what would be done, and write nothing');
    addOutputOptions(add);
  },
  examples: [
    'groupctl sources import --dry-run',
    'groupctl sources import --from=./pgutil/pgutil.config',
  ],
  json: '{"from","dryRun","sources":[{"name","url","outcome","reason"?}]}\noutcome: added, replaced, changed (left alone), unchanged, skipped',
  exitCodes: [
    [0, 'done, or nothing to do'],
    [2, 'usage, or a file that cannot be used'],
    [4, 'pgutil has no configuration file'],
    [7, 'some sources were skipped'],
    [8, 'another groupctl is writing the file'],
  ],
  run: async (options, deps) =>
    (await import('../../operations/sources/import.ts')).importSources(options, deps),
  present: async () => (await import('../../output/results/import.ts')).presentImport,
});
