import { type Accounts, foldName, foldNames, isBeyondAscii, sameButForCase } from './names.ts';

/**
 * Whether a name is an account, and nowhere else: names that are alike are one account's, but for those that the
 * server lists as two.
 */

/** A server that tells every spelling apart. */
export const EVERY_SPELLING: Accounts = {
  has: () => true,
  isSame: (one, other) => one === other,
  keyOf: (name) => name,
};

/**
 * The accounts that a server lists. A name that is not among them is that of the account whose name differs in
 * case only, else of one that is alike.
 */
export class ListedAccounts implements Accounts {
  readonly #listed: ReadonlySet<string>;
  readonly #areOnRecord: boolean;
  /** Made on demand: mostly no two names are alike. */
  #alike: ReadonlyMap<string, readonly string[]> | undefined;

  /** @param areOnRecord the other names are from a record, where an account has its own Unicode form */
  constructor(listed: Iterable<string> = [], areOnRecord = false) {
    this.#listed = new Set(listed);
    this.#areOnRecord = areOnRecord;
  }

  /** The same for names from a record: a listed account in another Unicode form is somebody else. */
  onRecord(): ListedAccounts {
    return new ListedAccounts(this.#listed, true);
  }

  has(name: string): boolean {
    return this.#listed.has(name);
  }

  isSame(one: string, other: string): boolean {
    if (one === other) return true;
    const key = foldName(one);
    if (key !== foldName(other)) return false;
    const alike = this.#alikeTo(key);
    const owners = this.#ownersOf(one, alike);
    const others = this.#ownersOf(other, alike);
    if (owners.length === 0 && others.length === 0) return true;
    return owners.some((account) => others.includes(account));
  }

  keyOf(name: string): string {
    const key = foldName(name);
    const alike = this.#alikeTo(key);
    const [owner, ...more] = alike.length > 1 ? this.#ownersOf(name, alike) : [];
    return owner === undefined || more.length > 0 ? key : `=${owner}`;
  }

  /** The accounts that may have this name. */
  #ownersOf(name: string, alike: readonly string[]): readonly string[] {
    if (this.#listed.has(name)) return [name];
    const inAnotherCase = alike.filter((account) => sameButForCase(account, name));
    return inAnotherCase.length > 0 || this.#areOnRecord ? inAnotherCase : alike;
  }

  #alikeTo(key: string): readonly string[] {
    if (this.#alike === undefined) {
      const names = [...this.#listed];
      this.#alike = spellings(names, foldNames(names));
    }
    return this.#alike.get(key) ?? [];
  }
}

/** Where no list of accounts tells names apart. */
export const NO_ACCOUNTS: Accounts = new ListedAccounts();

/**
 * True if a list of accounts may show that one of these names is another account than one that is alike. In ASCII
 * letters case makes no second account.
 *
 * @param others names that these are compared with, besides each other
 */
export function mayBeTwins(names: readonly string[], others: readonly string[] = []): boolean {
  if (!names.some(isBeyondAscii) && !others.some(isBeyondAscii)) return false;
  const all = [...new Set([...names, ...others])];
  const keys = foldNames(all);
  const beyond = new Set(keys.filter((_, at) => isBeyondAscii(all[at] ?? '')));
  const alike = spellings(all, keys, beyond);
  return names.some((name) => (alike.get(foldName(name))?.length ?? 0) > 1);
}

/** The names by their keys. */
function spellings(
  names: readonly string[],
  keys: readonly string[],
  wanted?: ReadonlySet<string>,
): ReadonlyMap<string, readonly string[]> {
  const byKey = new Map<string, string[]>();
  names.forEach((name, at) => {
    const key = keys[at] ?? foldName(name);
    if (wanted?.has(key) === false) return;
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, [name]);
    else known.push(name);
  });
  return byKey;
}
