import { withoutTypographic } from './typographic.ts';
import { foldName } from './names.ts';
import { nearest } from './near.ts';

/** How far two strings are apart, in letters (fastest-levenshtein), given by the caller. */
type Distance = (a: string, b: string) => number;

/** Accounts to suggest from: those that are spelled alike, and those that are the same elsewhere. */
export class NearAccounts {
  readonly #names: ReadonlySet<string>;
  readonly #distance: Distance;
  #sameAccount: Map<string, string[]> | undefined;

  constructor(names: Iterable<string>, distance: Distance) {
    this.#names = new Set(names);
    this.#distance = distance;
  }

  /**
   * At most `limit` names for a typed one: first those that are the same account in another notation
   * (`jsmith@corp.test`, `CORP\jsmith`, curly quotes), then the nearest.
   */
  of(typed: string, limit = 3): string[] {
    const same = this.#accounts().get(foldName(accountPart(typed))) ?? [];
    const near = nearest(typed.trim(), this.#names, this.#distance, limit);
    return [...new Set([...same, ...near])].slice(0, limit);
  }

  #accounts(): Map<string, string[]> {
    if (this.#sameAccount !== undefined) return this.#sameAccount;
    this.#sameAccount = new Map();
    for (const name of this.#names) {
      const part = foldName(accountPart(name));
      if (part === '') continue;
      const known = this.#sameAccount.get(part);
      if (known === undefined) this.#sameAccount.set(part, [name]);
      else known.push(name);
    }
    return this.#sameAccount;
  }
}

/**
 * What several notations of one account have in common: `jsmith` of `CORP\jsmith`,
 * `jsmith@corp.test` and `John Smith <jsmith@corp.test>`.
 */
export function accountPart(name: string): string {
  const plain = withoutTypographic(name).trim();
  const address = /<([^<>]+)>$/.exec(plain)?.[1] ?? plain;
  const inside = /^(["'])(.*)\1$/.exec(address)?.[2] ?? address;
  return inside
    .replace(/^.*[\\/]/, '')
    .replace(/@[^]*$/, '')
    .trim();
}
