import { resolve } from 'node:path';
import { readSecrets, type SecretOptions, withKeyFirst } from '../../cli/secrets.ts';
import type { Deps } from '../../cli/deps.ts';
import { defined } from '../../domain/defined.ts';
import { sameName } from '../../domain/names.ts';
import { harmless } from '../../domain/shorten.ts';
import type { Dialect, Source, SourceKind } from '../../domain/source.ts';
import { usageError } from '../../errors.ts';
import { isReservedName, reservedNames } from '../../state/sources/choose.ts';
import { noSuchSourceError } from '../../state/sources/no-such-source.ts';
import { assertFits, assertSlugFits, credentialsFrom } from '../../state/sources/credentials.ts';
import { commandCredentials, type StorageOptions, type Stored } from './key-storage.ts';

/** Saved sources: their names, their credentials, and changing one of them. */

interface CredentialOptions extends SecretOptions, StorageOptions {
  readonly username?: string;
  readonly password?: string;
  readonly organizationSlug?: string;
}

/**
 * @param option that has the name
 * @throws usage (2) for a name that is empty, padded or built in, or reads as a URL
 */
export function assertUsableName(name: string, option = '--name'): void {
  const other = `Choose another ${option}.`;
  if (name === '') throw usageError('A source needs a name.', other);
  if (name !== name.trim()) {
    throw usageError(`The name "${harmless(name)}" cannot start or end with a space.`, other);
  }
  if (isReservedName(name)) {
    throw usageError(`The name "${name}" is built in.`, other, 'reserved-name');
  }
  if (name.includes('://') || /:.*@/.test(name)) {
    throw usageError('A source cannot be named like a URL.', other);
  }
}

/**
 * The credentials of the command line, with secrets from standard input; they are redacted from here on.
 *
 * @throws usage (2) for credentials that this kind of server has no use for; `bad-secret`
 */
export async function readCredentials(
  kind: SourceKind,
  options: CredentialOptions,
  deps: Deps,
): Promise<Stored> {
  const secrets = await readSecrets(options, (option) => deps.stdinSecret(option));
  const { apiKey, clientSecret, username, password, clientId, keepQuotes, organizationSlug } =
    withKeyFirst({ ...options, ...secrets }, deps);
  for (const secret of [apiKey, password, clientSecret]) deps.redactor.add(secret);
  const isOther = [apiKey, username, password, clientSecret].some((part) => part !== undefined);
  const external = await commandCredentials(options, isOther, deps);
  const parts = { apiKey, username, password, clientId, clientSecret };
  const credentials = external === undefined ? credentialsFrom(parts, { keepQuotes }) : undefined;
  assertFits(kind, credentials ?? external);
  assertSlugFits(kind, credentials ?? external, organizationSlug);
  return defined({ credentials, external });
}

/** @throws not-found (4) `no-such-source`, with the nearest names */
export async function savedSource(name: string, deps: Deps): Promise<Source> {
  const store = await deps.sources();
  const source = store.find(name);
  if (source === undefined) throw await noSuchSourceError(name, store, reservedNames());
  return source;
}

/** What a source has besides its name and URL, as options. */
export interface SourceFields extends CredentialOptions {
  readonly kind?: SourceKind;
  readonly feed?: string;
  readonly dialect?: Dialect;
  readonly settle?: number;
  readonly userCheck?: boolean;
  readonly self?: string;
  /** A path, as it was typed. */
  readonly caFile?: string;
  readonly sharedStore?: string;
}

/**
 * The file with the certificates of a server's authority, as an absolute path.
 *
 * @throws config (2) `bad-ca-file`
 */
export async function checkedCaFile(path: string | undefined): Promise<string | undefined> {
  if (path === undefined || isNone(path)) return undefined;
  const { readCaFile } = await import('../../http/trust.ts');
  readCaFile(path);
  return resolve(path);
}

/** True for `none`, which removes an optional setting. */
export function isNone(typed: string | undefined): boolean {
  return typed?.trim().toLowerCase() === 'none';
}

/** A setting as typed; undefined for `none`. */
export function unlessNone(typed: string | undefined): string | undefined {
  return isNone(typed) ? undefined : typed;
}

/**
 * The URL of a shared store as it is saved: without a password.
 *
 * @returns undefined: none is set, or it is `none`
 * @throws usage (2) `bad-store`, `store-password`
 */
export async function checkedStore(typed: string | undefined): Promise<string | undefined> {
  const url = typed?.trim();
  if (url === undefined || isNone(url)) return undefined;
  const { parseStoreUrl } = await import('../../state/postgres/url.ts');
  if (parseStoreUrl(url, '--shared-store').password === undefined) return url;
  throw usageError(
    'The URL of --shared-store has a password.',
    'Leave it out, and use PGPASSWORD or the password file (~/.pgpass).',
    'store-password',
    { nothingWritten: true },
  );
}

/** @throws usage (2) for a name that another source has */
export async function assertFree(name: string, current: Source, deps: Deps): Promise<void> {
  const other = (await deps.sources()).find(name);
  if (other === undefined || sameName(other.name, current.name)) return;
  throw usageError(`There is already a source named "${other.name}".`, 'Choose another name.');
}
