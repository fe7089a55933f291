import type { KindInfo } from '../../backends/kind-info.ts';
import { DEFAULT_KIND, KINDS } from '../../backends/kinds.ts';
import { harmless } from '../../domain/shorten.ts';
import type { SourceKind } from '../../domain/source.ts';
import { usageError } from '../../errors.ts';

/** The URL of a server as somebody typed it. */

/** The kind whose maker's own server has this short name. */
function cloudKind(typed: string): KindInfo | undefined {
  const short = typed.trim().toLowerCase();
  return KINDS.find(({ cloud }) => Object.hasOwn(cloud, short));
}

/** True for `us` and `eu`: a URL that also tells the kind of the server. */
export function isCloud(typed: string): boolean {
  return cloudKind(typed) !== undefined;
}

/** The kind whose maker's own servers have such a host name. */
function kindOfHost(typed: string): SourceKind | undefined {
  if (!URL.canParse(typed)) return undefined;
  const { hostname } = new URL(typed);
  return KINDS.find(({ cloudHosts }) => cloudHosts?.test(hostname))?.name;
}

/**
 * The kind of server that a URL is of: as asked, that of a short name or of a maker's own host, else
 * the default.
 *
 * @throws usage (2) for a short name (`us`, `eu`) as another kind
 */
export function kindOfUrl(typed: string, asked: SourceKind | undefined): SourceKind {
  const cloud = cloudKind(typed);
  if (cloud === undefined) return asked ?? kindOfHost(typed) ?? DEFAULT_KIND;
  if (asked === undefined || asked === cloud.name) return cloud.name;
  throw usageError(`${typed.trim()} is ${cloud.server}.`, 'Remove --kind.');
}

/** `proget.corp.local`, `10.1.2.3:8624`, `localhost/proget`: nothing that could be a password. */
export function isHost(typed: string): boolean {
  return HOST.test(typed.trim());
}

const HOST =
  /^(?:localhost|[a-z\d-]+(?:\.[a-z\d-]+)+|[a-z\d-]+(?=:\d))(?::\d{1,5})?(?:\/[\w./-]*)?$/i;

/**
 * A base URL as it is stored and compared: http or https, no user info, no query, a trailing
 * slash; `us` and `eu` stand for servers of Infisical's own.
 *
 * @param variable of the environment that has it
 * @throws usage (2)
 */
export function normalizeUrl(typed: string, variable?: string): string {
  const cloud = cloudKind(typed)?.cloud[typed.trim().toLowerCase()];
  if (cloud !== undefined) return cloud;
  const url = URL.canParse(typed) ? new URL(typed) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    if (isHost(typed)) {
      throw usageError(
        `${variable ?? 'The URL'} is ${typed.trim()}, without https:// or http://.`,
        `Write https://${typed.trim()}`,
      );
    }
    throw usageError(
      // What was typed may hold a password.
      `${variable ?? (/^[\w.:/-]{1,200}$/.test(typed) ? harmless(typed) : 'That')} is not a server URL.`,
      'Example: https://proget.corp.local/',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw usageError(
      'The URL holds a user name or password.',
      'Leave them out and use --api-key, or --username and --password.',
    );
  }
  if (url.search !== '' || url.hash !== '') {
    throw usageError('The URL has a query or a fragment.', 'Give the base URL of the server only.');
  }
  return url.href.endsWith('/') ? url.href : `${url.href}/`;
}
