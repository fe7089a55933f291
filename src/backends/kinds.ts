import { INFISICAL } from './infisical/info.ts';
import type { IgnoredOption, KindInfo } from './kind-info.ts';
import { PROGET } from './proget/info.ts';

/** Every kind of server; the first is the default for a URL. */
const ALL = [PROGET, INFISICAL] as const;

export type KindName = (typeof ALL)[number]['name'];

export const KINDS: readonly KindInfo[] = ALL;
export const KIND_NAMES: readonly string[] = ALL.map(({ name }) => name);
export const DEFAULT_KIND: string = ALL[0].name;

/** Undefined for a kind that this version does not know: the journal may be of a newer one. */
export function kindInfo(name: string): KindInfo | undefined {
  return KINDS.find((kind) => kind.name === name);
}

/** Options that an engine has no use for. */
const IGNORED: Readonly<Record<KindInfo['engine'], readonly IgnoredOption[]>> = {
  // Lists are sent one after the other, and always read back.
  'whole-list': ['concurrency', 'verify'],
  // There is no list that others could overwrite.
  'per-member': ['settle', 'settleLimit'],
};

/** The options that have no effect on a kind of server. */
export function ignoredBy({ engine, ignoredOptions }: KindInfo): readonly IgnoredOption[] {
  return [...IGNORED[engine], ...ignoredOptions];
}

/** The products on which an option has an effect, for its help: `Infisical`. */
export function productsWith(option: IgnoredOption): string {
  const servers = KINDS.filter((kind) => !ignoredBy(kind).includes(option));
  return servers.map(({ server }) => server.replace(/^an? (.*) server$/, '$1')).join(', ');
}

/** What a message calls a server of that kind: `a ProGet server`. */
export function serverOfKind(kind: string): string {
  return kindInfo(kind)?.server ?? `a server of kind ${kind}`;
}

/** The kinds of servers that have something, for a message: `an Infisical server`. */
export function serversWith(has: (kind: KindInfo) => boolean): string {
  return KINDS.filter(has)
    .map(({ server }) => server)
    .join(' or ');
}
