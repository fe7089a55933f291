import type { Deps } from '../../cli/deps.ts';
import { withCredentials } from '../../cli/source-secret.ts';
import type { VerbResult } from '../../cli/verb.ts';
import { defined } from '../../domain/defined.ts';
import { sameName } from '../../domain/names.ts';
import type { Credentials, Source } from '../../domain/source.ts';
import { GroupctlError, isGroupctlError } from '../../errors.ts';
import type { ImportedSource, ImportResult } from '../../output/results/import.ts';
import { normalizeUrl } from '../../state/sources/url.ts';
import { credentialsFrom } from '../../state/sources/credentials.ts';
import {
  findPgutilConfig,
  type PgutilSource,
  parsePgutilConfig,
} from '../../state/sources/pgutil-config.ts';
import { saveSource, storeCredentials } from './key-storage.ts';
import { assertUsableName } from './sources.ts';

export interface ImportOptions {
  readonly from?: string;
  readonly replace?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Takes over the sources of pgutil; its file stays as it is.
 *
 * @throws not-found (4) `no-pgutil-config`; usage (2) `file-not-readable`; config (2) `pgutil-config-unusable`;
 *   interrupted (130)
 */
export async function importSources(
  options: ImportOptions,
  deps: Deps,
): Promise<VerbResult<ImportResult>> {
  const from = options.from ?? findPgutilConfig(deps.env, deps.platform, '.');
  if (from === undefined) throw noConfigError();
  const { readBytes } = await import('../../files/read/read-bytes.ts');
  const bytes = await deps.waitForInput((signal) => readBytes(from, signal));
  const theirs = parsePgutilConfig(bytes, from);
  for (const { apiKey, password } of theirs) {
    for (const secret of [apiKey, password]) deps.redactor.add(secret);
  }
  if (theirs.length === 0) deps.warn('pgutil has no sources.');
  const sources: ImportedSource[] = [];
  const earlier: Source[] = [];
  for (const each of theirs) sources.push(await importOne(each, earlier, options, deps));
  const skipped = sources.some(({ outcome }) => outcome === 'skipped');
  const left = sources.filter(({ outcome }) => outcome === 'skipped' || outcome === 'changed');
  const result = { from, dryRun: options.dryRun === true, sources };
  if (!skipped) return { result };
  const message = `${left.length} of ${sources.length} sources were not taken over.`;
  return { result, failure: new GroupctlError('partial', message, { code: 'partial' }) };
}

/** @param earlier the sources of the file that are saved by now, or would be: no other one may replace them */
async function importOne(
  theirs: PgutilSource,
  earlier: Source[],
  { replace, dryRun }: ImportOptions,
  deps: Deps,
): Promise<ImportedSource> {
  const name = theirs.name.trim();
  let source: Source;
  try {
    source = toSource(name, theirs);
  } catch (error) {
    if (!isGroupctlError(error)) throw error;
    // A URL may hold a password.
    return { name, url: '', outcome: 'skipped', reason: error.message };
  }
  const { url } = source;
  const twin = earlier.find((each) => sameName(each.name, name));
  const own = twin ?? (await deps.sources()).find(name);
  if (own !== undefined && same(await withKeyringSecret(own, deps), source)) {
    earlier.push(source);
    return { name, url, outcome: 'unchanged' };
  }
  if (twin !== undefined) {
    const reason = `An earlier source of this file has the name "${twin.name}".`;
    return { name, url, outcome: 'skipped', reason };
  }
  if (own !== undefined && replace !== true) return { name, url, outcome: 'changed' };
  if (dryRun !== true) await save(source, own, deps);
  earlier.push(source);
  return { name, url, outcome: own === undefined ? 'added' : 'replaced' };
}

/** Keeps the settings of the source that it replaces: pgutil has none of them. */
async function save(source: Source, own: Source | undefined, deps: Deps): Promise<void> {
  const { credentials, ...rest } = source;
  const stored = await storeCredentials(source.name, defined({ credentials }), undefined, deps);
  const kept = own === undefined ? {} : settingsOf(own);
  await saveSource(
    { ...kept, ...rest, ...stored, ...defined({ self: own?.self ?? rest.self }) },
    deps,
    { before: own },
  );
}

/** But for what pgutil has as well, and what no ProGet has. */
function settingsOf(own: Source): Partial<Source> {
  const { credentials: _, external: __, feed: ___, organizationSlug: ____, ...settings } = own;
  return settings;
}

/** @throws usage (2): what groupctl cannot hold */
function toSource(name: string, theirs: PgutilSource): Source {
  assertUsableName(name);
  const url = normalizeUrl(theirs.url);
  const { feed, isDamaged } = theirs;
  if (isDamaged) throw new GroupctlError('usage', 'Its key or password cannot be decrypted.');
  const credentials = credentialsOf(theirs);
  // Next to a key a user name is no login: it says whose personal keys are made.
  const self = credentials?.type === 'api-key' ? theirs.username : undefined;
  return { name, kind: 'proget', url, ...defined({ feed, credentials, self }) };
}

/** As pgutil has it, a key makes a user name without effect. */
function credentialsOf({ apiKey, username, password }: PgutilSource): Credentials | undefined {
  if (apiKey !== undefined) return credentialsFrom({ apiKey }, { keepQuotes: true });
  if (username !== undefined && password === undefined) {
    throw new GroupctlError('usage', 'It has a user name and no password.');
  }
  if (username === undefined && password !== undefined) {
    throw new GroupctlError('usage', 'It has a password and no user name.');
  }
  return credentialsFrom({ username, password }, { keepQuotes: true });
}

/** A key that an earlier import put into the keyring; one that cannot be read is another one. */
async function withKeyringSecret(own: Source, deps: Deps): Promise<Source> {
  if (own.external === undefined || !('keyring' in own.external.from)) return own;
  try {
    return await withCredentials(own, deps);
  } catch (error) {
    if (!isGroupctlError(error)) throw error;
    return own;
  }
}

/** The same server, feed and credentials. */
function same(own: Source, theirs: Source): boolean {
  const facts = ({ url, feed, credentials }: Source): string =>
    JSON.stringify([url, feed, credentials]);
  return facts(own) === facts(theirs);
}

function noConfigError(): GroupctlError {
  return new GroupctlError('not-found', 'pgutil has no configuration file here.', {
    code: 'no-pgutil-config',
    hint: 'Name the file with --from=pgutil.config.',
  });
}
