import { didYouMean, sentences } from '../../domain/sentences.ts';
import { distance } from 'fastest-levenshtein';
import type { Deps } from '../../cli/deps.ts';
import type { Group } from '../../domain/group.ts';
import { NameIndex } from '../../domain/names.ts';
import { nearest } from '../../domain/near.ts';
import { shortened } from '../../domain/shorten.ts';
import { misspelledIn } from './guard.ts';
import type { Guard } from './plan.ts';

/** Names of --protect that nobody in the group has: they protect nobody, and may be misspelt. */

/**
 * @param members all of the group's
 * @param objection what stops the run: the names that it is about need no warning
 */
export function warnUnusedProtect(
  protect: readonly string[] | undefined,
  { name: group }: Group,
  members: readonly string[],
  { warn }: Pick<Deps, 'warn'>,
  objection?: unknown,
): void {
  if (protect === undefined) return;
  const index = new NameIndex(members);
  const stopping = misspelledIn(objection);
  for (const name of new Set(protect)) {
    if (stopping.includes(name) || index.findTyped(name).kind !== 'none') continue;
    const near = nearest(name, members, distance).map(shortened);
    const what = `--protect ${shortened(name)} has no effect: ${group} has no such member.`;
    warn(sentences(what, didYouMean(near)));
  }
}

/** The same guard, which says so of the first members it is asked of, as they all are. */
export function withProtectWarning(
  guard: Guard,
  protect: readonly string[] | undefined,
  group: Group,
  deps: Pick<Deps, 'warn'>,
): Guard {
  let hasWarned = false;
  return {
    ...guard,
    check(members, before) {
      let objection: unknown;
      try {
        guard.check(members, before);
      } catch (error) {
        objection = error;
        throw error;
      } finally {
        if (!hasWarned) warnUnusedProtect(protect, group, members, deps, objection);
        hasWarned = true;
      }
    },
  };
}
