import { sameName } from '../../domain/names.ts';
import { harmless } from '../../domain/shorten.ts';
import type { Source, SourceKind } from '../../domain/source.ts';
import { GroupctlError, usageError } from '../../errors.ts';
import { credentialsFrom, envCredentials, envOrganizationSlug } from './credentials.ts';
import type { SourceStore } from './store.ts';

/** Which server a command talks to: decided once, and never mixed from two places (design 2). */

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

/** Infisical's own servers, by the short names they are typed by. */
const CLOUDS: Readonly<Record<string, string>> = {
  us: 'https://us.infisical.com/',
  eu: 'https://eu.infisical.com/',
};

/** Built in; a source of one's own cannot have such a name. */
const RESERVED_NAMES = ['sandbox', 'sandbox:infisical', 'us', 'eu'] as const;

export function isReservedName(name: string): boolean {
  return RESERVED_NAMES.some((reserved) => sameName(reserved, name));
}

export function isSandbox(source: Pick<Source, 'url'>): boolean {
  return source.url.startsWith('sandbox:');
}

/**
 * `--source`, else GROUPCTL_SOURCE, else GROUPCTL_URL, else the source named Default.
 *
 * @throws usage (2), not-found (4) `no-such-source`, config (2) for a damaged file
 */
export async function chooseSource(
  options: ChoiceOptions,
  env: Env,
  store: () => Promise<SourceStore>,
): Promise<Source> {
  const fromEnv = set(env['GROUPCTL_SOURCE']);
  const url = set(env['GROUPCTL_URL']);
  if (options.source === undefined && fromEnv !== undefined && url !== undefined) {
    throw usageError(
      'GROUPCTL_SOURCE and GROUPCTL_URL are both set;',
      'unset one of them, or name the server with --source.',
    );
  }
  const ref = (options.source ?? fromEnv ?? url)?.trim();
  if (ref === undefined) return await namedSource('Default', options, store, true);
  if (ref.includes('://') || isCloud(ref)) return urlSource(ref, options, env);
  if (options.source === undefined && fromEnv === undefined) return urlSource(ref, options, env);
  return await namedSource(ref, options, store, false);
}

/** A named source ignores every variable of the environment: its key goes to its server only. */
async function namedSource(
  name: string,
  options: ChoiceOptions,
  store: () => Promise<SourceStore>,
  byDefault: boolean,
): Promise<Source> {
  const source = builtIn(name) ?? (await store()).find(name);
  if (source === undefined) throw byDefault ? nothingChosen() : await noSuchSource(name, store);
  if (options.kind !== undefined && options.kind !== source.kind) {
    throw usageError(`The source ${source.name} is of kind ${source.kind};`, 'leave --kind out.');
  }
  const { organizationSlug, keepQuotes } = options;
  const credentials = credentialsFrom(options, { keepQuotes });
  return {
    ...source,
    ...(credentials === undefined ? {} : { credentials }),
    ...(organizationSlug === undefined ? {} : { organizationSlug }),
  };
}

function builtIn(name: string): Source | undefined {
  if (sameName(name, 'sandbox')) return { name: 'sandbox', kind: 'proget', url: 'sandbox:proget' };
  if (sameName(name, 'sandbox:infisical')) {
    return { name: 'sandbox:infisical', kind: 'infisical', url: 'sandbox:infisical' };
  }
  return undefined;
}

/** True for `us` and `eu`: a URL that also tells the kind of the server. */
export function isCloud(typed: string): boolean {
  return Object.hasOwn(CLOUDS, typed.trim().toLowerCase());
}

/** Infisical's own servers, by their address. */
function isCloudHost(typed: string): boolean {
  return URL.canParse(typed) && /(^|\.)infisical\.com$/i.test(new URL(typed).hostname);
}

/**
 * The kind of server that a URL is of: as asked, `infisical` for `us` and `eu`, else `proget`.
 *
 * @throws usage (2) for `us` or `eu` as another kind
 */
export function kindOfUrl(typed: string, asked: SourceKind | undefined): SourceKind {
  if (!isCloud(typed)) return asked ?? (isCloudHost(typed) ? 'infisical' : 'proget');
  if (asked === undefined || asked === 'infisical') return 'infisical';
  throw usageError(`${typed.trim()} is a server of kind infisical;`, 'leave --kind out.');
}

/** A URL takes its credentials from options, or all of them from the environment. */
function urlSource(url: string, options: ChoiceOptions, env: Env): Source {
  const kind = kindOfUrl(url, options.kind ?? (isCloud(url) ? undefined : envKind(env)));
  const { keepQuotes } = options;
  const credentials =
    credentialsFrom(options, { keepQuotes }) ?? envCredentials(env, kind, keepQuotes);
  const normalized = normalizeUrl(url);
  const organizationSlug = options.organizationSlug ?? envOrganizationSlug(env, kind);
  return {
    name: isCloud(url) ? url.toLowerCase() : normalized,
    kind,
    url: normalized,
    ...(credentials === undefined ? {} : { credentials }),
    ...(organizationSlug === undefined ? {} : { organizationSlug }),
  };
}

/**
 * A base URL as it is stored and compared: http or https, no user info, no query, a trailing
 * slash; `us` and `eu` stand for Infisical's own servers.
 *
 * @throws usage (2)
 */
export function normalizeUrl(typed: string): string {
  const cloud = isCloud(typed) ? CLOUDS[typed.trim().toLowerCase()] : undefined;
  if (cloud !== undefined) return cloud;
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw usageError(
      // What was typed may hold a password.
      `${/^[\w.:/-]{1,200}$/.test(typed) ? harmless(typed) : 'The URL'} is not a URL of a server;`,
      'write it as https://proget.corp.local/.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw usageError(
      'The URL holds a user name or password;',
      'leave them out and use --api-key, or --username and --password.',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw usageError('The URL has a query or a fragment;', 'give the base URL of the server only.');
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}

function envKind(env: Env): SourceKind | undefined {
  const kind = set(env['GROUPCTL_KIND'])?.trim();
  if (kind === undefined || kind === 'proget' || kind === 'infisical') return kind;
  throw usageError(
    `GROUPCTL_KIND is ${JSON.stringify(harmless(kind))};`,
    'it can be proget or infisical.',
  );
}

/** A variable that is empty or blank is not set. */
function set(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

function nothingChosen(): GroupctlError {
  return usageError(
    'No server is named: there is no --source, no GROUPCTL_SOURCE, no GROUPCTL_URL and no source named Default.',
    'Make one with: groupctl sources add --url=https://… --api-key=…; or try --source=sandbox.',
    'no-source',
  );
}

async function noSuchSource(
  name: string,
  store: () => Promise<SourceStore>,
): Promise<GroupctlError> {
  const { nearest } = await import('../../domain/near.ts');
  const { distance } = await import('fastest-levenshtein');
  const names = [...(await store()).list().map((source) => source.name), ...RESERVED_NAMES];
  const near = nearest(name, names, distance);
  const typed = harmless(name);
  return new GroupctlError('not-found', `There is no source named "${typed}".`, {
    code: 'no-such-source',
    hint:
      near.length > 0
        ? `Did you mean ${near.join(' or ')}?`
        : (urlHint(name) ?? 'List the sources with: groupctl sources list'),
    details: { source: typed, near },
  });
}

/** What to do about a host that was typed without `https://`. */
function urlHint(name: string): string | undefined {
  if (!HOST.test(name)) return undefined;
  return `If it is a server, https:// is missing: --source=https://${name}`;
}

/** `proget.corp.local`, `10.1.2.3:8624`, `localhost/proget`: nothing that could be a password. */
const HOST =
  /^(?:localhost|[a-z\d-]+(?:\.[a-z\d-]+)+|[a-z\d-]+(?=:\d))(?::\d{1,5})?(?:\/[\w./-]*)?$/i;
