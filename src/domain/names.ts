/**
 * How names are compared, and nowhere else. Two names are the same if they are equal as typed;
 * else if equal in NFC; else if equal in NFC with each code point upper-cased where that keeps its
 * length (so `ß` is not `SS`, and no locale decides about `i`) and does not make ASCII of it: `ı` is no
 * `I` and `ſ` no `S`, as .NET has it, which ProGet runs on.
 */

const BEYOND_ASCII = /[^ -~]/;
const BEYOND_ASCII_LINES = /[^ -~\n]/;

/** The coarsest key of a name: NFC, upper-cased code point by code point. */
export function foldName(name: string): string {
  // ASCII is almost every name there is, and is in NFC.
  return isBeyondAscii(name) ? upperCased(name.normalize('NFC')) : name.toUpperCase();
}

function upperCased(name: string): string {
  let upperCased = '';
  for (const point of name) {
    const upper = point.toUpperCase();
    const isOther = upper.length !== point.length || (upper < '\u0080' && point >= '\u0080');
    upperCased += isOther ? point : upper;
  }
  return upperCased;
}

/** True if a name has characters besides those of ASCII. */
export function isBeyondAscii(name: string): boolean {
  return BEYOND_ASCII.test(name);
}

/** The same of many: as one text where they are ASCII, which takes a fifth of the time. */
export function foldNames(names: readonly string[]): readonly string[] {
  const text = names.join('\n');
  if (!BEYOND_ASCII_LINES.test(text)) {
    const folded = text.toUpperCase().split('\n');
    // But for names with a line end in them.
    if (folded.length === names.length) return folded;
  }
  return names.map(foldName);
}

/** True if two names are the same to a server that ignores case. */
export function sameName(a: string, b: string): boolean {
  return a === b || foldName(a) === foldName(b);
}

/** The same for one that tells Unicode forms apart. */
export function sameButForCase(a: string, b: string): boolean {
  return a === b || upperCased(a) === upperCased(b);
}

/** The one of that very name, else one whose name is the same to a server that ignores case. */
export function itemNamed<T extends { readonly name: string }>(
  items: readonly T[],
  name: string,
): T | undefined {
  return (
    items.find((item) => item.name === name) ?? items.find((item) => sameName(item.name, name))
  );
}

export type NameMatch =
  | { readonly kind: 'one'; readonly name: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] };

const NONE: NameMatch = { kind: 'none' };
const NOBODY: readonly string[] = [];

/** Who names are where some that are alike are two people's: domain/accounts.ts makes it. */
export interface Accounts {
  /** True if there is an account of that very name. */
  has(name: string): boolean;
  /** True if two names are those of one account. */
  isSame(one: string, other: string): boolean;
  /** The same text for the names of one account; a name that may be of several has one of its own. */
  keyOf(name: string): string;
}

/** Names to look up in, each under the server's own spelling. Built once, asked many times. */
export class NameIndex {
  readonly #exact: Set<string>;
  readonly #accounts: Accounts | undefined;
  /** Made on demand: often every name is there exactly as typed. */
  #folds: Folds | undefined;

  /** @param accounts a name that is another account's is not found, however much alike */
  constructor(names: Iterable<string> = [], accounts?: Accounts) {
    this.#exact = new Set(names);
    this.#accounts = accounts;
  }

  get size(): number {
    return this.#exact.size;
  }

  /**
   * The server's spelling of a typed name, at the first step that has candidates.
   *
   * @param folded the name as {@link foldName} has it, where it is known already
   */
  find(typed: string, folded?: string): NameMatch {
    if (this.#exact.has(typed)) return { kind: 'one', name: typed };
    const names = this.#candidates(typed, folded);
    const [name] = names;
    if (name === undefined) return NONE;
    return names.length === 1 ? { kind: 'one', name } : { kind: 'ambiguous', names };
  }

  /**
   * The same for a name as somebody typed it, which may have blanks around it: exactly so first, then
   * without them. A member may really be called `jsmith ` with a blank.
   */
  findTyped(typed: string): NameMatch {
    // Almost every name is, and there may be 100,000 of them.
    if (this.#exact.has(typed)) return { kind: 'one', name: typed };
    const trimmed = typed.trim();
    if (trimmed === typed) return this.find(typed);
    const match = this.find(trimmed);
    return match.kind === 'none' ? this.find(typed) : match;
  }

  /** True if one of the names is spelled exactly so. */
  hasExact(name: string): boolean {
    return this.#exact.has(name);
  }

  has(typed: string): boolean {
    if (this.#exact.size === 0) return false;
    if (this.#exact.has(typed)) return true;
    const key = foldName(typed);
    return this.#folded().folded.has(key) && this.#candidates(typed, key).length > 0;
  }

  /** Which of the typed names are in it, and how they are spelled there; of two: as typed. */
  among(names: readonly string[]): Map<string, string> {
    const among = new Map<string, string>();
    for (const name of names) {
      const match = this.findTyped(name);
      if (match.kind !== 'none') among.set(name, match.kind === 'one' ? match.name : name);
    }
    return among;
  }

  names(): IterableIterator<string> {
    return this.#exact.values();
  }

  #candidates(typed: string, key = foldName(typed)): readonly string[] {
    if (this.#exact.size === 0) return NOBODY;
    const { composed, folded } = this.#folded();
    if (composed.size > 0 || BEYOND_ASCII.test(typed)) {
      const nfc = typed.normalize('NFC');
      const others = listOf(composed.get(nfc));
      const equal = this.#ofAccount(typed, this.#exact.has(nfc) ? [nfc, ...others] : others);
      if (equal.length > 0) return equal;
    }
    return this.#ofAccount(typed, listOf(folded.get(key)));
  }

  #ofAccount(typed: string, names: readonly string[]): readonly string[] {
    const accounts = this.#accounts;
    if (names.length === 0 || accounts === undefined) return names;
    return names.filter((name) => accounts.isSame(typed, name));
  }

  #folded(): Folds {
    if (this.#folds === undefined) {
      const folds: Folds = { composed: new Map(), folded: new Map() };
      const names = [...this.#exact];
      const keys = foldNames(names);
      names.forEach((name, at) => fold(folds, name, keys[at] ?? foldName(name)));
      this.#folds = folds;
    }
    return this.#folds;
  }
}

interface Folds {
  /** Only names that NFC would write another way. */
  readonly composed: Names;
  readonly folded: Names;
}

function fold({ composed, folded }: Folds, name: string, key: string): void {
  const nfc = BEYOND_ASCII.test(name) ? name.normalize('NFC') : name;
  if (nfc !== name) push(composed, nfc, name);
  push(folded, key, name);
}

/** Almost every key has one name, and a list for each of 100,000 takes more room than the names. */
type Names = Map<string, string | string[]>;

function push(map: Names, key: string, value: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, value);
  else if (typeof known === 'string') map.set(key, [known, value]);
  else known.push(value);
}

function listOf(names: string | string[] | undefined): readonly string[] {
  return names === undefined ? NOBODY : typeof names === 'string' ? [names] : names;
}
