import type { Deps } from '../../cli/deps.ts';
import { inCi } from '../../cli/in-ci.ts';
import type { Seen } from '../../state/sources/store.ts';
import { type Source, splitCredentials } from '../../domain/source.ts';
import { asGroupctlError, bothGivenError, usageError } from '../../errors.ts';

/** Where the credentials of a source are stored. */

export type KeyStorage = 'file' | 'keyring';

export interface StorageOptions {
  readonly keyStorage?: KeyStorage;
  readonly apiKeyCommand?: string;
  readonly clientSecretCommand?: string;
  readonly clientId?: string;
}

export type Stored = Pick<Source, 'credentials' | 'external'>;

/**
 * Credentials of a command that is run on every use; undefined without such an option.
 *
 * @throws usage (2) for a command that cannot be taken apart, and for other credentials next to it
 */
export async function commandCredentials(
  { apiKeyCommand, clientSecretCommand, clientId, keyStorage }: StorageOptions,
  hasOthers: boolean,
  deps: Deps,
): Promise<Stored['external']> {
  const command = apiKeyCommand ?? clientSecretCommand;
  if (command === undefined) return undefined;
  const option = apiKeyCommand === undefined ? '--client-secret-command' : '--api-key-command';
  const isBoth = apiKeyCommand !== undefined && clientSecretCommand !== undefined;
  if (hasOthers || isBoth || (apiKeyCommand !== undefined && clientId !== undefined)) {
    throw bothGivenError(option, 'other credentials');
  }
  if (keyStorage !== undefined) {
    throw usageError(
      `${option} and --key-storage are both given.`,
      'A key that a command prints is not stored.',
    );
  }
  const { wordsOf } = await import('../../state/sources/key-command.ts');
  wordsOf(command, deps.platform);
  if (apiKeyCommand !== undefined) return { type: 'api-key', from: { command } };
  if (clientId === undefined) throw usageError(`${option} is given without --client-id.`);
  return { type: 'client', clientId, from: { command } };
}

/**
 * Stores a secret where it was asked for. Without --key-storage that is the keyring of a desktop,
 * if it works, else the configuration file.
 *
 * @param name the name of the source, for the entry of the keyring
 * @returns what the configuration file has to hold
 * @throws usage (2) `keyring-unusable` when the keyring was asked for
 */
export async function storeCredentials(
  name: string,
  given: Stored,
  wish: KeyStorage | undefined,
  deps: Deps,
): Promise<Stored> {
  const { credentials } = given;
  if (credentials === undefined || wish === 'file') return given;
  const { hasDesktopKeyring, storeInKeyring } = await import('../../state/sources/keyring.ts');
  const { env, platform, keyring } = deps;
  if (wish === undefined && !hasDesktopKeyring(env, platform, inCi(env))) return given;
  const { ulid } = await import('ulid');
  const entry = `${name} ${ulid()}`;
  const { secret, login } = splitCredentials(credentials);
  try {
    await storeInKeyring(keyring, entry, secret);
  } catch (error) {
    if (wish !== undefined) throw error;
    deps.warn(`${asGroupctlError(error).message} The configuration file holds the key instead.`);
    return given;
  }
  return { external: { ...login, from: { keyring: entry } } };
}

/**
 * Saves a source whose secret is stored already. An entry of the keyring that nothing refers to any
 * more is deleted: that of the source which was replaced, or the new one if saving fails.
 *
 * @param seen saves it only if this is still so
 * @throws config (2) `source-changed`
 */
export async function saveSource(
  source: Source,
  deps: Deps,
  seen?: Seen,
): Promise<Source | undefined> {
  const store = await deps.sources();
  let replaced: Source | undefined;
  try {
    replaced = await store.save(source, seen);
  } catch (error) {
    // The file may still name the entry of a source that was edited, also under another name.
    const isUsed = store.list().some((each) => entryOf(each) === entryOf(source));
    if (!isUsed) await forgetSecret(source, deps);
    throw error;
  }
  if (entryOf(replaced) !== entryOf(source)) await forgetSecret(replaced, deps);
  return replaced;
}

function entryOf(source: Source | undefined): string | undefined {
  const from = source?.external?.from;
  return from !== undefined && 'keyring' in from ? from.keyring : undefined;
}

/** Deletes the keyring entry of a source; a failure is a warning. */
export async function forgetSecret(source: Source | undefined, deps: Deps): Promise<void> {
  const entry = entryOf(source);
  if (entry === undefined) return;
  try {
    await (await deps.keyring?.())?.delete(entry);
  } catch {
    deps.warn(`Warning: the keyring still holds the entry "${entry}" of groupctl.`);
  }
}
