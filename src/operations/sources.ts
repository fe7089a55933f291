import { readSecrets, type SecretOptions } from '../cli/secrets.ts';
import type { Deps } from '../cli/deps.ts';
import { defined } from '../domain/defined.ts';
import { sameName } from '../domain/names.ts';
import type { Credentials, Dialect, Source, SourceKind } from '../domain/source.ts';
import { usageError } from '../errors.ts';
import { isReservedName, kindOfUrl, normalizeUrl, reservedNames } from '../state/sources/choose.ts';
import { noSuchSource } from '../state/sources/no-such-source.ts';
import { assertFits, assertSlugFits, credentialsFrom } from '../state/sources/credentials.ts';

/** Saved sources: their names, their credentials, and changing one of them. */

export interface CredentialOptions extends SecretOptions {
  readonly username?: string;
  readonly password?: string;
  readonly clientId?: string;
  readonly organizationSlug?: string;
}

/** @throws usage (2) for a name that is built in, or reads as a URL */
export function assertUsableName(name: string): void {
  if (isReservedName(name)) {
    throw usageError(`The name ${name} is built in.`, 'Choose another --name.', 'reserved-name');
  }
  if (name.includes('://') || /:.*@/.test(name)) {
    throw usageError('A source cannot be named like a URL.', 'Choose another --name.');
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
): Promise<Credentials | undefined> {
  const { apiKey, clientSecret } = await readSecrets(options, (option) => deps.stdinSecret(option));
  const { username, password, clientId, keepQuotes, organizationSlug } = options;
  for (const secret of [apiKey, password, clientSecret]) deps.redactor.add(secret);
  const parts = { apiKey, username, password, clientId, clientSecret };
  const credentials = credentialsFrom(parts, { keepQuotes });
  assertFits(kind, credentials);
  assertSlugFits(kind, credentials, organizationSlug);
  return credentials;
}

/** @throws not-found (4) `no-such-source`, with the nearest names */
export async function savedSource(name: string, deps: Deps): Promise<Source> {
  const store = await deps.sources();
  const source = store.find(name);
  if (source === undefined) throw await noSuchSource(name, store, reservedNames());
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
}

export interface SourceChanges extends SourceFields {
  readonly url?: string;
  /** The credentials are for the new address, too. */
  readonly keepKey?: boolean;
}

/**
 * The source with these changes. Credentials for one server are not sent to another: a new scheme, host,
 * port or kind needs new ones, or `keepKey`.
 *
 * @throws usage (2) without a change; `key-for-other-server`
 */
export async function changedSource(
  source: Source,
  changes: SourceChanges,
  deps: Deps,
): Promise<Source> {
  const { feed, dialect, settle, userCheck, self, organizationSlug } = changes;
  const url = changes.url === undefined ? source.url : normalizeUrl(changes.url);
  const kind =
    changes.url === undefined
      ? (changes.kind ?? source.kind)
      : kindOfUrl(changes.url, changes.kind ?? source.kind);
  const credentials = await readCredentials(kind, changes, deps);
  const own = defined({ feed, dialect, settle, userCheck, self, organizationSlug, credentials });
  const isMoved = kind !== source.kind || new URL(url).origin !== new URL(source.url).origin;
  if (Object.keys(own).length === 0 && url === source.url && kind === source.kind) {
    throw usageError(
      `Nothing to change in the source "${source.name}".`,
      'See: groupctl sources edit --help',
    );
  }
  const keeps = credentials === undefined && source.credentials !== undefined;
  if (isMoved && keeps && changes.keepKey !== true) {
    throw usageError(
      `The credentials of the source "${source.name}" are for ${source.url}.`,
      'Give new credentials, or add --keep-key to send them to the new address.',
      'key-for-other-server',
      { nothingWritten: true },
    );
  }
  const changed = { ...source, url, kind, ...own };
  assertFits(kind, changed.credentials);
  return changed;
}

/** @throws usage (2) for a name that another source has */
export async function assertFree(name: string, current: Source, deps: Deps): Promise<void> {
  const other = (await deps.sources()).find(name);
  if (other === undefined || sameName(other.name, current.name)) return;
  throw usageError(`There is already a source named "${other.name}".`, 'Choose another name.');
}
