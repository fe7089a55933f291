import type { Deps } from '../../cli/deps.ts';
import { nearest } from '../../domain/near.ts';
import { distance } from 'fastest-levenshtein';

/** Says which names are close to one that is not there, where that is no error. */
export function warnNear(
  name: string,
  all: readonly { readonly name: string }[],
  { warn }: Pick<Deps, 'warn'>,
): void {
  const names = all.map((each) => each.name);
  const near = nearest(name, names, distance);
  if (near.length > 0) warn(`Did you mean ${near.join(' or ')}?`);
}

/**
 * What an error says about a name that nobody has.
 *
 * @param list the command that lists the names
 */
export function nearNames(
  name: string,
  names: readonly string[],
  list: string,
): { hint: string; details: object } {
  const near = nearest(name, names, distance);
  const hint =
    near.length === 0 ? `List them with: groupctl ${list}` : `Did you mean ${near.join(' or ')}?`;
  return { hint, details: { near } };
}
