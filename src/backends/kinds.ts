import { INFISICAL } from './infisical/info.ts';
import type { KindInfo } from './kind-info.ts';
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
