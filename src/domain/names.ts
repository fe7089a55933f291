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
  readonly #composed = new Map<string, string[]>();
  readonly #folded = new Map<string, string[]>();

  constructor(names: Iterable<string> = []) {
    for (const name of names) this.add(name);
  }

  /** Adds one name; one that is there already, to the letter, is not added again. */
  add(name: string): void {
    if (this.#exact.has(name)) return;
    this.#exact.add(name);
    push(this.#composed, name.normalize('NFC'), name);
    push(this.#folded, foldName(name), name);
  }

  get size(): number {
    return this.#exact.size;
  }

  /** The server's spelling of a typed name, at the first step that has candidates. */
  find(typed: string): NameMatch {
    if (this.#exact.has(typed)) return { kind: 'one', name: typed };
    const candidates =
      this.#composed.get(typed.normalize('NFC')) ?? this.#folded.get(foldName(typed));
    if (candidates === undefined) return { kind: 'none' };
    const [only, ...more] = candidates;
    if (only !== undefined && more.length === 0) return { kind: 'one', name: only };
    return { kind: 'ambiguous', names: candidates };
  }

  has(typed: string): boolean {
    return this.#exact.has(typed) || this.#folded.has(foldName(typed));
  }

  names(): IterableIterator<string> {
    return this.#exact.values();
  }
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
