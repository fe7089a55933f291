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

/** The names of the kinds that have something, for a message: `infisical`. */
export function kindsWith(has: (kind: KindInfo) => boolean): string {
  return KINDS.filter(has)
    .map(({ name }) => name)
    .join(' or ');
}
