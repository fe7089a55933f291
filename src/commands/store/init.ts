import { addOutputOptions } from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import type { InitOptions } from '../../operations/store/init.ts';
import type { InitResult } from '../../output/results/store.ts';
import { addStoreSource, STORE_EXIT_CODES } from './options.ts';

export const register = verb<InitOptions, InitResult>({
  name: 'init',
  summary: 'Create the tables of the shared store. If they exist, nothing changes.',
  options: (add) => {
    add.value(
      '--role <name>',
      'role that makes runs, for the GRANT statements (default: groupctl_ci)',
    );
    add.flag('--print', 'print the SQL for an administrator, and do nothing');
    addStoreSource(add);
    addOutputOptions(add);
  },
  examples: ['groupctl store init', 'groupctl store init --print --role=ci > groupctl.sql'],
  json: '{"schema":1,"store"?,"created","ddl":[statement],"grants":[statement]}',
  exitCodes: STORE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../operations/store/init.ts')).initStore(options, deps),
  present: async () => (await import('../../output/results/store.ts')).presentInit,
});
