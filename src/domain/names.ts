/**
 * How names are compared, and nowhere else. Two names are the same if they are equal as typed;
 * else if equal in NFC; else if equal in NFC with each code point upper-cased where that keeps its
 * length (so `ß` is not `SS`, and no locale decides about `i`).
 */

/** The coarsest key of a name: NFC, upper-cased code point by code point. */
export function foldName(name: string): string {
  const nfc = name.normalize('NFC');
  // ASCII is almost every name there is, and 10,000 of them are folded on a bulk add.
  if (isAscii(nfc)) return nfc.toUpperCase();
  let folded = '';
  for (const point of nfc) {
    const upper = point.toUpperCase();
    folded += upper.length === point.length ? upper : point;
  }
  return folded;
}

/** True if two names are the same to a server that ignores case. */
export function sameName(a: string, b: string): boolean {
  return a === b || foldName(a) === foldName(b);
}

export type NameMatch =
  | { readonly kind: 'one'; readonly name: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] };

/** Names to look up in, each under the server's own spelling. Built once, asked many times. */
export class NameIndex {
  readonly #exact = new Set<string>();
  /** Only names that NFC would write another way. */
  readonly #composed: Names = new Map();
  readonly #folded: Names = new Map();

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name);
  }

  /** Adds one name; one that is there already, to the letter, is not added again. */
  add(name: string): void {
    if (this.#exact.has(name)) return;
    this.#exact.add(name);
    const nfc = name.normalize('NFC');
    if (nfc !== name) push(this.#composed, nfc, name);
    push(this.#folded, foldName(name), name);
  }

  get size(): number {
    return this.#exact.size;
  }

  /** The server's spelling of a typed name, at the first step that has candidates. */
  find(typed: string): NameMatch {
    if (this.#exact.has(typed)) return { kind: 'one', name: typed };
    const [only, ...more] = this.#candidates(typed);
    if (only === undefined) return { kind: 'none' };
    return more.length === 0
      ? { kind: 'one', name: only }
      : { kind: 'ambiguous', names: [only, ...more] };
  }

  has(typed: string): boolean {
    return this.#exact.has(typed) || this.#folded.has(foldName(typed));
  }

  names(): IterableIterator<string> {
    return this.#exact.values();
  }

  #candidates(typed: string): readonly string[] {
    const nfc = typed.normalize('NFC');
    const composed = listOf(this.#composed.get(nfc));
    const equal = this.#exact.has(nfc) ? [nfc, ...composed] : composed;
    return equal.length > 0 ? equal : listOf(this.#folded.get(foldName(typed)));
  }
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
  return names === undefined ? [] : typeof names === 'string' ? [names] : names;
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
