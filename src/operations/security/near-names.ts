import { didYouMean } from '../../domain/sentences.ts';
import type { Deps } from '../../cli/deps.ts';
import { NameIndex } from '../../domain/names.ts';
import { GroupctlError } from '../../errors.ts';
import { nearest } from '../../domain/near.ts';
import { distance } from 'fastest-levenshtein';

/**
 * The one of a typed name: spelled exactly so first, then without blanks around it, then in another case.
 *
 * @throws ambiguous (2) where only other spellings are there, and several
 */
export function typedItem<T extends { readonly name: string }>(
  typed: string,
  items: readonly T[],
  what: 'user' | 'group' | 'task',
): T | undefined {
  const match = new NameIndex(items.map(({ name }) => name)).findTyped(typed);
  if (match.kind === 'none') return undefined;
  if (match.kind === 'one') return items.find(({ name }) => name === match.name);
  const names = match.names.map((name) => JSON.stringify(name)).join(', ');
  throw new GroupctlError(
    'ambiguous',
    `There are several ${what}s named "${typed.trim()}": ${names}.`,
    {
      code: `ambiguous-${what}`,
      hint: 'Write the name exactly as the server spells it.',
      nothingWritten: true,
      details: { candidates: match.names },
    },
  );
}

/** Says which names are close to one that is not there, where that is no error. */
export function warnNear(
  name: string,
  all: readonly { readonly name: string }[],
  { warn }: Pick<Deps, 'warn'>,
): void {
  const question = didYouMean(namesNear(name, all));
  if (question !== undefined) warn(question);
}

/**
 * What an error says about a name that nobody has.
 *
 * @param list the command that lists the names
 */
export function nearNames(
  name: string,
  all: readonly { readonly name: string }[],
  list: string,
): { hint?: string; suggest?: string; details: object } {
  const near = namesNear(name, all);
  const hint = didYouMean(near);
  return { ...(hint === undefined ? { suggest: list } : { hint }), details: { near } };
}

function namesNear(name: string, all: readonly { readonly name: string }[]): string[] {
  const names = all.map((each) => each.name);
  return nearest(name, names, distance);
}
