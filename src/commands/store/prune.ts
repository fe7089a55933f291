import { verb } from '../../cli/verb.ts';
import type { Pruned } from '../../output/results/pruned.ts';
import { type Options, pruneRuns, pruneVerb } from '../history/prune.ts';
import { STORE_EXIT_CODES } from './options.ts';

/** `history prune`, for a shared store only. */
export const register = verb<Options, Pruned>({
  ...pruneVerb('store prune'),
  exitCodes: STORE_EXIT_CODES,
  run: async (options, deps) => {
    const { sharedStore } = await import('../../operations/store/shared-store.ts');
    const { store } = await sharedStore(options.source, deps);
    await store.assertReadable();
    return await pruneRuns(store, options, deps);
  },
});
