import type { Deps } from '../../cli/deps.ts';
import { defined } from '../../domain/defined.ts';
import type { Source } from '../../domain/source.ts';
import { usageError } from '../../errors.ts';
import { saveSource, storeCredentials } from '../sources/key-storage.ts';
import { assertUsableName } from '../sources/sources.ts';

/** A new API key as a source, which is never printed. */

/**
 * Makes sure, before a key is created, that a source of that name can be saved.
 *
 * @throws usage (2) for a name that is built in or taken: a key may not replace another one; config (2)
 *   where the configuration file cannot be written
 */
export async function assertFreeSource(name: string, dryRun: boolean, deps: Deps): Promise<void> {
  assertUsableName(name, '--save-source');
  const store = await deps.sources();
  const taken = store.find(name);
  if (taken === undefined) {
    if (!dryRun) await store.assertWritable();
    return;
  }
  throw usageError(
    `There is already a source named "${taken.name}".`,
    'Choose another name for --save-source.',
    undefined,
    { nothingWritten: true },
  );
}

/**
 * Saves a source like the one that created the key, with that key.
 *
 * @param user whose key it is, if it is somebody's: their own account there
 */
export async function saveKeyAsSource(
  name: string,
  creator: Source,
  { apiKey, user }: { readonly apiKey: string; readonly user: string | undefined },
  deps: Deps,
): Promise<void> {
  const { credentials: _, external: __, ...settings } = creator;
  const credentials = { type: 'api-key', apiKey } as const;
  const stored = await storeCredentials(name, { credentials }, undefined, deps);
  const source: Source = { ...settings, name, ...stored, ...defined({ self: user }) };
  await saveSource(source, deps, { before: undefined });
}
