import { nearest } from '../../domain/near.ts';
import { distance } from 'fastest-levenshtein';

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
