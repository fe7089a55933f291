import { didYouMean, sentences } from '../../domain/sentences.ts';
import { distance } from 'fastest-levenshtein';
import type { GroupDirectory } from '../../backends/port.ts';
import type { MemberChange } from '../../domain/change.ts';
import { NameIndex } from '../../domain/names.ts';
import { nearest } from '../../domain/near.ts';
import { inQuotes, shortened } from '../../domain/shorten.ts';
import { asGroupctlError } from '../../errors.ts';
import type { RunContext } from './plan.ts';

/** Names of --protect and --self that may be misspelled: the member that is meant would go. */

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

/**
 * Why the only name of groupctl's own account, that of `--self`, protects nobody: no user has it.
 * Undefined: it does, or that cannot be told.
 *
 * @param self all names of the own account
 */
export async function misspelledSelf(
  self: readonly string[],
  changes: readonly MemberChange[],
  { connection }: RunContext,
): Promise<string | undefined> {
  const { source, directory } = connection;
  const name = source.self;
  if (name === undefined || self.some((each) => each !== name)) return undefined;
  const index = new NameIndex(changes.map(({ member }) => member));
  if (index.findTyped(name).kind !== 'none') return undefined;
  return await noUserNamed(name, directory);
}

/** That no user has this name, and which one may be meant; undefined: one has, or that cannot be told. */
export async function noUserNamed(
  name: string,
  directory: Pick<GroupDirectory, 'resolve'>,
): Promise<string | undefined> {
  try {
    const known = (await directory.resolve([{ type: 'user', name }])).get(name);
    if (known?.kind !== 'unknown') return undefined;
    return sentences(
      `There is no user named ${inQuotes(name)}.`,
      didYouMean(known.near.map(shortened)),
    );
  } catch (error) {
    // It is asked for a warning only.
    if (asGroupctlError(error).kind === 'interrupted') throw error;
    return undefined;
  }
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
