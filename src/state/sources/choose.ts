import { defined } from '../../domain/defined.ts';
import { kindInfo, KIND_NAMES, KINDS, serverOfKind } from '../../backends/kinds.ts';
import { sameName } from '../../domain/names.ts';
import { forShell, harmless, inQuotes } from '../../domain/shorten.ts';
import type { Source, SourceKind } from '../../domain/source.ts';
import { type GroupctlError, usageError } from '../../errors.ts';
import { credentialsFrom, envCredentials, envOrganizationSlug } from './credentials.ts';
import { noSuchSourceError } from './no-such-source.ts';
import type { SourceStore } from './store.ts';
import { isCloud, kindOfUrl, normalizeUrl } from './url.ts';

/** Which server a command talks to: decided once, and never mixed from two places. */

type Env = Readonly<Record<string, string | undefined>>;

/** Credentials as options carry them; secrets from stdin are already in here. */
export interface ChoiceOptions {
  readonly source?: string;
  readonly kind?: SourceKind;
  readonly apiKey?: string;
  readonly username?: string;
  readonly password?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly organizationSlug?: string;
  /** Quotes around a secret are a part of it. */
  readonly keepQuotes?: boolean;
}

/** Built in; a source of one's own cannot have such a name. */
export function reservedNames(): string[] {
  const sandboxes = KINDS.flatMap(({ sandbox }) => sandbox ?? []);
  return [...sandboxes, ...KINDS.flatMap(({ cloud }) => Object.keys(cloud))];
}

export function isReservedName(name: string): boolean {
  return reservedNames().some((reserved) => sameName(reserved, name));
}

export function isSandbox(source: Pick<Source, 'url'>): boolean {
  return source.url.startsWith('sandbox:');
}

/**
 * `--source`, else GROUPCTL_SOURCE, else GROUPCTL_URL, else the one of `sources default`, else the source
 * named Default.
 *
 * @throws usage (2), not-found (4) `no-such-source`, config (2) for a damaged file
 */
export async function chooseSource(
  options: ChoiceOptions,
  env: Env,
  store: () => Promise<SourceStore>,
): Promise<Source> {
  const isNamed = options.source !== undefined;
  const fromEnv = isNamed ? undefined : set(env['GROUPCTL_SOURCE']);
  const url = isNamed ? undefined : set(env['GROUPCTL_URL']);
  if (fromEnv !== undefined && url !== undefined) {
    throw usageError(
      'GROUPCTL_SOURCE and GROUPCTL_URL are both set.',
      'Unset one of them, or name the server with --source.',
    );
  }
  const ref = (options.source ?? fromEnv ?? url)?.trim();
  if (ref === undefined) {
    const saved = await store();
    const source = saved.defaultSource();
    if (source === undefined) throw nothingChosenError(saved.list());
    return withOptions(source, options);
  }
  if (ref.includes('://') || isCloud(ref)) return urlSource(ref, options, env);
  if (!isNamed && fromEnv === undefined) return urlSource(ref, options, env);
  return withOptions(await namedSource(ref, store), options);
}

/**
 * A source that is stored here, or built in.
 *
 * @throws not-found (4) `no-such-source`; config (2) for a damaged file
 */
export async function namedSource(
  name: string,
  store: () => Promise<SourceStore>,
): Promise<Source> {
  const source = builtInSource(name) ?? (await store()).find(name);
  if (source === undefined) throw await noSuchSourceError(name, await store(), reservedNames());
  return source;
}

/** A named source ignores every variable of the environment: its key goes to its server only. */
function withOptions(source: Source, options: ChoiceOptions): Source {
  if (options.kind !== undefined && options.kind !== source.kind) {
    throw usageError(
      `The source ${inQuotes(source.name)} is saved as ${serverOfKind(source.kind)}.`,
      isSandbox(source)
        ? 'Remove --kind.'
        : `Remove --kind. Or correct the source: groupctl sources edit ${forShell(source.name)} --kind=${options.kind} --keep-key`,
    );
  }
  const { organizationSlug, keepQuotes } = options;
  const credentials = credentialsFrom(options, { keepQuotes });
  const { external, ...rest } = source;
  return {
    ...rest,
    ...(credentials === undefined ? defined({ external }) : { credentials }),
    ...defined({ organizationSlug }),
  };
}

/** The sandbox of that name. */
export function builtInSource(name: string): Source | undefined {
  const info = KINDS.find(({ sandbox }) => sandbox !== undefined && sameName(name, sandbox));
  if (info?.sandbox === undefined) return undefined;
  return { name: info.sandbox, kind: info.name, url: `sandbox:${info.name}` };
}

/** True if GROUPCTL_URL is another server: the credentials of the environment are for that one. */
export function isOtherThanEnvUrl(url: string, env: Env): boolean {
  const own = set(env['GROUPCTL_URL']);
  if (own === undefined) return false;
  try {
    return normalizeUrl(own.trim()) !== url;
  } catch {
    return true;
  }
}

/** A URL takes its credentials from options, or all of them from the environment. */
function urlSource(url: string, options: ChoiceOptions, env: Env): Source {
  const kind = kindOfUrl(url, options.kind ?? (isCloud(url) ? undefined : envKind(env)));
  const { keepQuotes } = options;
  const isOwn = options.source === undefined && env['GROUPCTL_URL']?.trim() === url;
  const normalized = normalizeUrl(url, isOwn ? 'GROUPCTL_URL' : undefined);
  const login = isOtherThanEnvUrl(normalized, env) ? {} : env;
  const credentials =
    credentialsFrom(options, { keepQuotes }) ?? envCredentials(login, kind, keepQuotes);
  const organizationSlug = options.organizationSlug ?? envOrganizationSlug(login, kind);
  return {
    name: isCloud(url) ? url.toLowerCase() : normalized,
    kind,
    url: normalized,
    ...defined({ credentials, organizationSlug }),
  };
}

function envKind(env: Env): SourceKind | undefined {
  const kind = set(env['GROUPCTL_KIND'])?.trim();
  if (kind === undefined || kindInfo(kind) !== undefined) return kind;
  throw usageError(
    `Invalid value ${JSON.stringify(harmless(kind))} for GROUPCTL_KIND.`,
    `Choose ${KIND_NAMES.join(' or ')}.`,
  );
}

/** A variable that is empty or blank is not set. */
function set(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

function nothingChosenError([first]: readonly Source[]): GroupctlError {
  const byDefault =
    first === undefined
      ? 'add a source: groupctl sources add'
      : `choose a default: groupctl sources default ${forShell(first.name)}`;
  return usageError(
    'No server selected.',
    `Use --source, set GROUPCTL_SOURCE or GROUPCTL_URL, or ${byDefault}. To try groupctl, use --source=sandbox.`,
    'no-source',
  );
}
