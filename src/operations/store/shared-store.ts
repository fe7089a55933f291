import type { Deps } from '../../cli/deps.ts';
import { usageError } from '../../errors.ts';
import { namedSource } from '../../state/sources/choose.ts';
import type { Store, StoreAdmin } from '../../state/store.ts';
import { chosenStore } from '../history/store-of-runs.ts';

/**
 * The shared store that a `store` command is about: of GROUPCTL_STORE, else of the source.
 *
 * @throws usage (2) `no-shared-store`; not-found (4) `no-such-source`
 */
export async function sharedStore(
  ref: string | undefined,
  deps: Deps,
): Promise<{ readonly store: Store; readonly admin: StoreAdmin }> {
  if (ref !== undefined) await namedSource(ref, () => deps.sources());
  const store = await chosenStore(ref, deps);
  const { admin } = store;
  if (admin !== undefined) return { store, admin };
  throw usageError(
    'No shared store is set.',
    'Set GROUPCTL_STORE to its URL, or name a source that has one with --source.',
    'no-shared-store',
    { nothingWritten: true },
  );
}
