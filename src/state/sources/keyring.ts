import { errnoOf, GroupctlError, usageError } from '../../errors.ts';

/** Secrets in the keyring of the operating system. */

export interface Keyring {
  /** Undefined: there is no such entry. */
  get(entry: string): Promise<string | undefined>;
  set(entry: string, secret: string): Promise<void>;
  /** An entry that is not there is no error. */
  delete(entry: string): Promise<void>;
}

/** Opens the keyring; rejects where this machine has none. */
export type OpenKeyring = () => Promise<Keyring>;

/**
 * Keychain of macOS, Credential Manager of Windows, Secret Service of Linux. The kernel's own keyring
 * on Linux is not used: it forgets its entries at the end of a session.
 */
export async function systemKeyring(): Promise<Keyring> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  const entryOf = (name: string): InstanceType<typeof AsyncEntry> =>
    new AsyncEntry('groupctl', name, { linux: { store: 'secret-service' } });
  return {
    get: async (entry) => (await entryOf(entry).getPassword()) ?? undefined,
    set: async (entry, secret) => await entryOf(entry).setPassword(secret),
    delete: async (entry) => {
      await entryOf(entry).deletePassword();
    },
  };
}

/** A desktop session has a keyring that somebody unlocked; a CI job and a headless machine have none. */
export function hasDesktopKeyring(
  env: Readonly<Record<string, string | undefined>>,
  platform: string,
  isCi: boolean,
): boolean {
  if (isCi) return false;
  if (platform === 'darwin' || platform === 'win32') return true;
  const hasScreen = Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
  return platform === 'linux' && hasScreen && Boolean(env['DBUS_SESSION_BUS_ADDRESS']);
}

/**
 * Stores a secret, and reads it back: some keyrings accept a secret and lose it, and others keep one
 * that they refused.
 *
 * @throws usage (2) `keyring-unusable`; nothing is kept
 */
export async function storeInKeyring(
  open: OpenKeyring | undefined,
  entry: string,
  secret: string,
): Promise<void> {
  let keyring: Keyring | undefined;
  try {
    keyring = await open?.();
    if (keyring === undefined) throw new Error('there is none');
    await keyring.set(entry, secret);
    if ((await keyring.get(entry)) !== secret) throw new Error('it does not return the secret');
  } catch (error) {
    await keyring?.delete(entry).catch(() => undefined);
    throw usageError(
      `The keyring of this computer cannot be used: ${whyOf(error)}.`,
      'Use --key-storage=file, or --api-key-command.',
      'keyring-unusable',
      { nothingWritten: true },
    );
  }
}

/** @throws unauthorized (3) `no-key-in-keyring` */
export async function readFromKeyring(
  open: OpenKeyring | undefined,
  entry: string,
  source: string,
): Promise<string> {
  let why = 'it has no such entry';
  try {
    const secret = await (await open?.())?.get(entry);
    if (secret !== undefined) return secret;
    if (open === undefined) why = 'there is none';
  } catch (error) {
    why = whyOf(error);
  }
  throw new GroupctlError(
    'unauthorized',
    `The credentials of the source "${source}" cannot be read from the keyring: ${why}.`,
    {
      code: 'no-key-in-keyring',
      hint: `Unlock the keyring, or store them again: groupctl sources edit ${source} --api-key-stdin`,
      source,
    },
  );
}

function whyOf(error: unknown): string {
  if (errnoOf(error) === 'MODULE_NOT_FOUND') return 'the package @napi-rs/keyring is not installed';
  const words = error instanceof Error ? error.message : 'unknown error';
  return words.replace(/\.$/, '');
}
