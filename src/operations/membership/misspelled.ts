import { distance } from 'fastest-levenshtein';
import type { MemberChange } from '../../domain/change.ts';
import { NameIndex } from '../../domain/names.ts';
import { nearest } from '../../domain/near.ts';
import type { RunContext } from './plan.ts';

/** Names of --protect that may be misspelled: the member that is meant would go. */

/**
 * The names to protect that may be misspelled: near to somebody who goes, and nobody's on the server. The
 * name of an account that is not in the group is no misspelling.
 */
export async function namesOfNobody(
  protect: readonly string[],
  changes: readonly MemberChange[],
  { connection }: RunContext,
): Promise<readonly string[]> {
  const removed = changes.filter(({ op }) => op === 'remove').map(({ member }) => member);
  const index = new NameIndex(changes.map(({ member }) => member));
  const doubtful = protect.filter(
    (name) => index.findTyped(name).kind === 'none' && nearMembers(name, removed).length > 0,
  );
  if (doubtful.length === 0) return [];
  const refs = doubtful.map((name) => ({ type: 'user', name }) as const);
  const known = await connection.directory.resolve(refs);
  return doubtful.filter((name) => known.get(name)?.kind === 'unknown');
}

/** Members whose account has nearly that name; addresses of one company are not alike by their ends. */
export function nearMembers(typed: string, members: readonly string[]): readonly string[] {
  const [part, end] = parts(typed.trim());
  const alike = members.filter((member) => parts(member)[1] === end);
  const byPart = new Map(alike.map((member) => [parts(member)[0], member]));
  const found = nearest(part, byPart.keys(), distance);
  return found.flatMap((each) => byPart.get(each) ?? []);
}

/** `jsmith` and `@corp.test` of `jsmith@corp.test`. */
function parts(name: string): readonly [string, string] {
  const at = name.lastIndexOf('@');
  return at <= 0 ? [name, ''] : [name.slice(0, at), name.slice(at).toLowerCase()];
}
