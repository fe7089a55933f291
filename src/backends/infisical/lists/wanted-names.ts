import { byFrequency, neighbours } from './characters.ts';

/** How many parts of a list may show none of the wanted names. */
const SPARE_PARTS = 16;

/**
 * Names that are looked for in a list whose pages do not show them. They say which parts of it are
 * worth asking for, and when asking for each name by itself costs fewer reads.
 */
export class WantedNames {
  /** The names not found yet, in lower case by how they were typed. */
  readonly #left: Map<string, string>;
  readonly #all: number;
  #before: number;
  /** Reads made when a name was found last. */
  #foundAt = 0;

  constructor(names: Iterable<string>) {
    this.#left = new Map([...names].map((name) => [name, name.toLowerCase()]));
    this.#all = this.#left.size;
    this.#before = this.#all;
  }

  /** Only as typed: a twin in another case may be somewhere else. */
  found(name: string): void {
    this.#left.delete(name);
  }

  /** @param reads made for parts of the list so far */
  isOver(reads: number): boolean {
    const { size } = this.#left;
    if (size < this.#before) [this.#before, this.#foundAt] = [size, reads];
    if (reads > this.#all - size + SPARE_PARTS) return true;
    return reads - this.#foundAt >= Math.min(SPARE_PARTS, size);
  }

  neighbours(text: string, side: 'left' | 'right'): string[] {
    return neighbours(this.#left.values(), text, side);
  }

  characters(): string[] {
    return byFrequency([...this.#left.values()].flatMap((name) => [...new Set(name)]));
  }
}
