import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import type { StoreImportResult } from '../../output/results/store.ts';
import { sharedStore } from './shared-store.ts';

export interface StoreImportOptions {
  readonly source?: string;
  readonly dryRun?: boolean;
}

/** Adds the journals of this machine's state folder to a shared store. */
export async function importJournals(
  options: StoreImportOptions,
  deps: Deps,
): Promise<VerbResult<StoreImportResult>> {
  const dryRun = options.dryRun === true;
  const { store, admin } = await sharedStore(options.source, deps);
  await store.assertReady();
  const { state } = await deps.paths();
  const runs = await admin.importRuns(state, dryRun);
  return { result: { store: admin.url, dryRun, stateFolder: state, runs } };
}
