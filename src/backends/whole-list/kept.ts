import type { ListChange } from '../../domain/merge.ts';
import { foldName, sameName } from '../../domain/names.ts';

/**
 * Whether a server keeps what it accepts. Other writers change the list between two reads; a server
 * that drops a name, or stores it under another one, shows the same list after each write.
 */

/** How many accepted writes in a row have to end in the same list, without the change. */
const ALIKE = 3;

export class SameListCount {
  #list: readonly string[] | undefined;
  /** The writes that ended in this list, one after the other. */
  #alike = 0;

  /**
   * Notes the list that the read-back of an accepted write showed, without the change.
   *
   * @returns true if as many writes as it takes have ended in this list
   */
  countReadBack(members: readonly string[]): boolean {
    this.#alike = this.isSameAsLast(members) ? this.#alike + 1 : 1;
    this.#list = members;
    return this.#alike >= ALIKE;
  }

  /** True if this is the list that was noted last, in any order. */
  isSameAsLast(members: readonly string[]): boolean {
    if (this.#list === undefined) return false;
    const known = new Set(this.#list);
    return known.size === new Set(members).size && members.every((name) => known.has(name));
  }

  /** Counting starts over: somebody else changes the list, or a write had no good answer. */
  forget(): void {
    this.#list = undefined;
    this.#alike = 0;
  }
}

/**
 * The names that the server stored instead of those it was sent, as far as that can be told: a new
 * name that holds the sent one or is a part of it, else the only new name for the only missing one.
 *
 * @param before the members before the first write
 * @param members the members now
 */
export function storedAs<T extends ListChange>(
  missing: readonly T[],
  all: readonly T[],
  before: readonly string[],
  members: readonly string[],
): Map<T, string> {
  const known = new Set([...before, ...all.map(({ member }) => member)].map(foldName));
  const added = members.filter((name) => !known.has(foldName(name)));
  const found = new Map<T, string>();
  const adds = missing.filter(({ op }) => op === 'add');
  for (const change of adds) {
    const [name] = added
      .filter((each) => isPart(each, change.member) || isPart(change.member, each))
      .sort((one, other) => other.length - one.length);
    if (name !== undefined) found.set(change, name);
  }
  const [change, ...moreChanges] = adds.filter((each) => !found.has(each));
  const [name, ...moreNames] = added.filter((each) => ![...found.values()].includes(each));
  const isOnly = moreChanges.length === 0 && moreNames.length === 0;
  if (isOnly && change !== undefined && name !== undefined) found.set(change, name);
  return found;
}

/** A member whose name is the account of `account@domain` or `DOMAIN\account`. */
export function accountAmong(name: string, members: readonly string[]): string | undefined {
  const account = name.replace(/@.*$/s, '').replace(/^.*\\/s, '');
  if (account === name || account === '') return undefined;
  return members.find((member) => sameName(member, account));
}

function isPart(part: string, name: string): boolean {
  return foldName(name).includes(foldName(part));
}
