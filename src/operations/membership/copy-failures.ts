import { harmlessPath } from '../../domain/shorten.ts';
import { savedHint } from './save-failures.ts';

/**
 * Which of the rows of a copy that are not done are in the file of --failures.
 *
 * @param path of the file, if there is one
 * @param unmatched how many members have no name on the other server
 */
export function savedWords(
  failures: string | undefined,
  path: string | undefined,
  unmatched: number,
): string | undefined {
  if (failures === undefined || unmatched === 0) return savedHint(path);
  const members = unmatched === 1 ? 'the member' : `the ${unmatched} members`;
  const without = `${members} without a name on the other server`;
  const file = harmlessPath(failures);
  return path === undefined
    ? `There is no ${file}: ${without} cannot be in it.`
    : `The rows that are not done are in ${file}, but for ${without}.`;
}
