import { addOutputOptions } from '../../cli/options.ts';
import { verb } from '../../cli/verb.ts';
import type { StatusResult } from '../../output/results/store.ts';
import { addStoreSource, STORE_EXIT_CODES } from './options.ts';

export const register = verb<{ readonly source?: string }, StatusResult>({
  name: 'status',
  summary: 'List the locks: which group, who has it, since when, what is in flight.',
  options: (add) => {
    addStoreSource(add);
    addOutputOptions(add);
  },
  examples: ['groupctl store status', 'groupctl store status --json'],
  isList: true,
  json: '{"schema":1,"store","protocol","runs","locks":[{"server","group","token","holder"?,"run"?,"heldS"?,"inFlightS"?}]}',
  exitCodes: STORE_EXIT_CODES,
  run: async (options, deps) =>
    (await import('../../operations/store/status.ts')).storeStatus(options, deps),
  present: async () => (await import('../../output/results/store.ts')).presentStatus,
});
