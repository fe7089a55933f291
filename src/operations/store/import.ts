import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { counted } from '../../domain/counted.ts';
import { GroupctlError } from '../../errors.ts';
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
  const result = { store: admin.url, dryRun, stateFolder: state, runs };
  const lost = runs.filter(({ unreadable }) => unreadable).length;
  if (lost === 0) return { result };
  const message = `${lost} of ${counted(runs.length, 'run')} cannot be read, and ${lost === 1 ? 'was' : 'were'} not added.`;
  return { result, failure: new GroupctlError('partial', message, { code: 'partial' }) };
}
