import { quote } from '../../domain/shorten.ts';
import { distance } from 'fastest-levenshtein';
import { NameIndex } from '../../domain/names.ts';
import { nearest } from '../../domain/near.ts';
import { GroupctlError } from '../../errors.ts';
import { noSuchGroupError } from './name-errors.ts';

interface PickOptions<T> {
  /** How each of several groups that are meant is described; their names, unless given. */
  readonly describe?: (group: T) => { readonly words: string; readonly candidate: unknown };
  /** What to do about several. */
  readonly hint?: string;
  /** Other names that near ones are looked for among, where no group's name is like it. */
  readonly otherNames?: readonly string[];
}

/**
 * The group that a typed name means: exactly so, else without blanks around it.
 *
 * @throws not-found (4) `no-such-group` with near names; ambiguous (2) `ambiguous-group`
 */
export function pickGroup<T extends { readonly name: string }>(
  ref: string,
  groups: readonly T[],
  {
    describe,
    hint = 'Type the name exactly as the server spells it.',
    otherNames = [],
  }: PickOptions<T> = {},
): T {
  const all = groups.map(({ name }) => name);
  const match = new NameIndex(all).findTyped(ref);
  const names = match.kind === 'one' ? [match.name] : match.kind === 'none' ? [] : match.names;
  const found = groups.filter(({ name }) => names.includes(name));
  if (found.length > 1) {
    if (describe === undefined && names.length === 1) throw sameNameError(ref, found.length);
    const meant = found.map(describe ?? (({ name }) => ({ words: quote(name), candidate: name })));
    const said = meant.map(({ words }) => words).join(' or ');
    throw new GroupctlError('ambiguous', `${quote(ref)} can mean ${said}.`, {
      code: 'ambiguous-group',
      hint,
      details: { group: ref, candidates: meant.map(({ candidate }) => candidate) },
    });
  }
  if (found[0] !== undefined) return found[0];
  const near = nearest(ref.trim(), new Set(all), distance);
  const instead = near.length > 0 ? near : nearest(ref.trim(), new Set(otherNames), distance);
  throw noSuchGroupError(ref, instead);
}

/** Several groups of one name, which have nothing else that they could be named by. */
function sameNameError(ref: string, count: number): GroupctlError {
  const name = ref.trim();
  return new GroupctlError('ambiguous', `There are ${count} groups named ${quote(name)}.`, {
    code: 'ambiguous-group',
    hint: 'Rename or delete one of them on the server: by this name groupctl cannot choose.',
    details: { group: ref, candidates: Array<string>(count).fill(name) },
  });
}
