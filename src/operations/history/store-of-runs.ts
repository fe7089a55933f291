import type { Deps } from '../../cli/deps.ts';
import { builtInSource } from '../../state/sources/choose.ts';
import type { Store } from '../../state/store.ts';

/**
 * Where the runs are that a command is about: in the store of GROUPCTL_STORE, else in that of the
 * source, else in the state folder. Says which, where there is a shared store.
 *
 * @param ref `--source`, if it was given
 */
export async function storeOfRuns(ref: string | undefined, deps: Deps): Promise<Store> {
  const sources = await deps.sources();
  const source = ref === undefined ? undefined : (builtInSource(ref) ?? sources.find(ref));
  const store = await deps.store(source);
  if (store.isShared) deps.warn(`Using ${store.label}.`);
  else if (source === undefined && deps.env['GROUPCTL_STORE'] === undefined) {
    const shared = sources.list().filter(({ sharedStore }) => sharedStore !== undefined);
    const names = shared.map(({ name }) => name).join(', ');
    if (names !== '') {
      deps.warn(`Using ${store.label}. Sources with a shared store: ${names} (--source).`);
    }
  }
  return store;
}
