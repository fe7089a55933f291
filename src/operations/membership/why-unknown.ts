import { kindInfo } from '../../backends/kinds.ts';
import type { GroupDirectory } from '../../backends/port.ts';
import type { SourceKind } from '../../domain/source.ts';
import { typographicIn } from '../../domain/typographic.ts';
import { forShell, inQuotes, shortened } from '../../domain/shorten.ts';
import { unicodePattern } from '../../domain/unicode-pattern.ts';
import { isUuid } from '../../domain/uuid.ts';
import type { RequestedMember } from './plan.ts';

/** Why nobody has a name that was typed: what it looks like instead. It is only reported. */

/**
 * What is odd about a name that nobody has, in a sentence; undefined: nothing.
 *
 * @param kind of the server, where there is only one
 * @param near names that somebody has
 */
export function oddity(
  name: string,
  kind?: SourceKind,
  near: readonly string[] = [],
): string | undefined {
  if (/^(?:CN|UID|OU)=.+,\s*(?:CN|OU|DC|O)=/i.test(name)) {
    return 'A distinguished name is not a user name.';
  }
  const marks = typographicIn(name);
  if (marks.length > 0) {
    const what = marks.length === 1 ? 'a typographic character' : 'typographic characters';
    return `The name has ${what}: ${marks.join(', ')}.`;
  }
  // Where user names are addresses, it is a misspelled one.
  if (kind !== undefined && isEmail(name) && !near.some(isEmail)) return kindInfo(kind)?.emailHint;
  if (mayBeIdentity(name, kind)) return 'It looks like the id of a machine identity.';
  return undefined;
}

function isEmail(name: string): boolean {
  return /^[^\s@]+@[^\s@]+$/.test(name);
}

/** True for what may be the id of a machine identity, which `members list` prints without its type. */
export function mayBeIdentity(name: string, kind?: SourceKind): boolean {
  return isUuid(name.trim()) && kind !== undefined && kindInfo(kind)?.hasIdentities === true;
}

/** What to do about a machine identity that was given by its name; undefined for an ID. */
export function idHint(name: string): string | undefined {
  return isUuid(name.trim()) ? undefined : ID_HINT;
}

/** Infisical lists the machine identities of a group, not those of the organization. */
const ID_HINT =
  'A machine identity is named by its ID, not by its name: its page on the server shows it, and "members list --long" of a group that it is in.';

/** Names that are checked; each may cost a request for each of its parts. */
const MOST_SPLIT = 20;
const BETWEEN_NAMES = /[,;|/&]/;

/**
 * Those of the unknown names that are several known ones in one: `a, b`. By the name, its parts.
 *
 * @throws what asking the server throws
 */
export async function severalInOne(
  unknown: readonly RequestedMember[],
  directory: GroupDirectory,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const split = new Map<string, readonly string[]>();
  for (const { type, name } of unknown) {
    const parts = partsOf(name);
    if (type === 'user' && parts.length > 1 && split.size < MOST_SPLIT) split.set(name, parts);
  }
  if (split.size === 0) return split;
  const refs = [...new Set([...split.values()].flat())].map((name) => {
    return { type: 'user', name } as const;
  });
  const resolutions = await directory.resolve(refs);
  for (const [name, parts] of split) {
    if (parts.some((part) => resolutions.get(part)?.kind !== 'found')) split.delete(name);
  }
  return split;
}

function partsOf(name: string): string[] {
  return name
    .split(BETWEEN_NAMES)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** `The cell "a, b" holds two names: a and b.` */
export function severalWords({ name, row }: RequestedMember, parts: readonly string[]): string {
  const where = row === undefined ? '' : 'The cell ';
  const count = ['no', 'one', 'two', 'three'][parts.length] ?? String(parts.length);
  const all = parts.map(shortened);
  const last = all.pop() ?? '';
  return `${where}${inQuotes(name)} holds ${count} names: ${all.join(', ')} and ${last}.`;
}

/** What to do about a name that holds several; typed with a comma it may be meant so. */
export function severalHint(
  { name, row }: RequestedMember,
  knownParts: readonly string[] | undefined,
): string | undefined {
  if (row !== undefined) return knownParts && 'Give each name a row of its own.';
  const parts = knownParts ?? (/[,;]/.test(name) ? partsOf(name) : []);
  if (parts.length < 2) return undefined;
  const options = parts.map((part) => `--member=${forShell(part)}`);
  return `To name several members, repeat the option: ${options.join(' ')}.`;
}

/**
 * True for the first line of a list whose other names are known: it may be a header.
 *
 * @param unknown the only one that is not known
 */
export function isHeaderOf(
  unknown: RequestedMember,
  requested: readonly RequestedMember[],
): boolean {
  const rows = requested.filter(({ row }) => row !== undefined);
  const isFirst = rows[0] === unknown && unknown.row?.line === 1;
  return isFirst && (rows[1]?.row?.line ?? 1) > 1 && lettersOnly().test(unknown.name);
}

const lettersOnly = unicodePattern('^[\\p{L} _-]+$', 'u');
