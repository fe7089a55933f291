import type { Deps } from '../../cli/deps.ts';
import { builtInSource } from '../../state/sources/choose.ts';
import { defined } from '../../domain/defined.ts';
import type { Source } from '../../domain/source.ts';
import { inQuotes } from '../../domain/shorten.ts';
import { GroupctlError, usageError } from '../../errors.ts';
import { savedSource } from '../sources/sources.ts';
import { wantedRuns } from './filter.ts';
import type { Runs, Store } from '../../state/store.ts';

/**
 * Where the runs are that a command is about: in the store of GROUPCTL_STORE, else in that of the
 * source, else in the state folder. Says which, where there is a shared store.
 *
 * @param ref `--source`, if it was given
 * @throws what {@link Store.assertReadable} throws
 */
export async function storeOfRuns(ref: string | undefined, deps: Deps): Promise<Store> {
  const store = await chosenStore(ref, deps);
  await store.assertReadable();
  return store;
}

/** The same store, which may not be set up yet. */
export async function chosenStore(ref: string | undefined, deps: Deps): Promise<Store> {
  const source = ref === undefined ? undefined : await sourceNamed(ref, deps);
  const store = await deps.store(source);
  if (store.isShared) deps.warn(`Using ${store.label}.`);
  else if (source === undefined && deps.env['GROUPCTL_STORE'] === undefined) {
    const names = await sourcesWithStore(deps);
    if (names !== '') {
      deps.warn(`Using ${store.label}. Sources with a shared store: ${names} (--source).`);
    }
  }
  return store;
}

/**
 * The run that is meant: `latest` with `--source` is the latest run on that server.
 *
 * @param source `--source`, if it was given
 * @throws not-found (4) `no-such-run`
 */
export async function runRef(
  ref: string,
  source: string | undefined,
  runs: Runs,
  deps: Deps,
): Promise<string> {
  if (source === undefined || ref.trim().toLowerCase() !== 'latest') return ref;
  const { url, organizationSlug } = (await sourceNamed(source, deps)) ?? { url: source };
  const filter = { source, url, ...defined({ organizationSlug }) };
  const [latest] = await runs.list(1, wantedRuns(filter, runs));
  if (latest !== undefined) return latest.run;
  // Without any run, the reader says what the journal is for.
  if ((await runs.ids()).length === 0) return ref;
  throw new GroupctlError(
    'not-found',
    `There is no run on the source ${inQuotes(source.trim())}.`,
    { code: 'no-such-run', hint: 'List the runs with: groupctl history' },
  );
}

/** Undefined: it is a URL, or the name of a source on another machine. */
export async function sourceNamed(ref: string, deps: Deps): Promise<Source | undefined> {
  return builtInSource(ref) ?? (await deps.sources()).find(ref.trim());
}

/**
 * Where runs are removed. A source is refused that has no shared store: the state folder has the runs of
 * every other source as well.
 *
 * @throws not-found (4) `no-such-source`; usage (2)
 */
export async function storeToPrune(ref: string | undefined, deps: Deps): Promise<Store> {
  if (ref !== undefined && builtInSource(ref) === undefined) await savedSource(ref, deps);
  const store = await storeOfRuns(ref, deps);
  if (ref === undefined || store.isShared) return store;
  throw usageError(
    `The source "${ref.trim()}" has no shared store.`,
    'Leave --source out to prune the state folder, which has the runs of all sources without one.',
    'no-store',
    { nothingWritten: true },
  );
}

/** Their names; none where the configuration cannot be read, which nothing else here needs. */
async function sourcesWithStore(deps: Deps): Promise<string> {
  try {
    const all = (await deps.sources()).list();
    const shared = all.filter(({ sharedStore }) => sharedStore !== undefined);
    return shared.map(({ name }) => name).join(', ');
  } catch {
    return '';
  }
}
