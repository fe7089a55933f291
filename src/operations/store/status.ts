import type { Deps } from '../../cli/deps.ts';
import type { VerbResult } from '../../cli/verb.ts';
import type { StatusResult } from '../../output/results/store.ts';
import { sharedStore } from './shared-store.ts';

/** Who has which lock of a shared store, and what is in flight. */
export async function storeStatus(
  options: { readonly source?: string },
  deps: Deps,
): Promise<VerbResult<StatusResult>> {
  const { admin } = await sharedStore(options.source, deps);
  return { result: { store: admin.url, ...(await admin.status()) } };
}
