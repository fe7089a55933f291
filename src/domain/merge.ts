import { type Accounts, NameIndex } from './names.ts';

/**
 * How changes are merged into a list of members that somebody else may be changing too. Everything
 * else stays, in the server's spelling and order.
 */

/** The part of a change that merging needs. */
export interface ListChange {
  readonly op: 'add' | 'remove';
  /** Add: the name to write. Remove: the very spelling that the list holds. */
  readonly member: string;
}

/**
 * The changes that this list does not show yet.
 *
 * @param accounts which names are one account's
 */
export function missingFrom<T extends ListChange>(
  members: readonly string[],
  changes: readonly T[],
  accounts?: Accounts,
): T[] {
  const exact = new Set(members);
  let index: NameIndex | undefined;
  return changes.filter(({ op, member }) => {
    // A removal is of one spelling: a twin in another case is somebody else.
    if (op === 'remove') return exact.has(member);
    // The server may write a name its own way, so an added one is looked up as names compare.
    return !exact.has(member) && !(index ??= new NameIndex(members, accounts)).has(member);
  });
}

/** The list with these changes made in it. */
export function merge(members: readonly string[], changes: readonly ListChange[]): string[] {
  const removed = new Set<string>();
  const added: string[] = [];
  for (const { op, member } of changes) {
    if (op === 'remove') removed.add(member);
    else added.push(member);
  }
  if (removed.size === 0) return [...members, ...added];
  return [...members.filter((member) => !removed.has(member)), ...added];
}
