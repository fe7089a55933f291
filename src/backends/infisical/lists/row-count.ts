import { byFrequency, neighbours } from './characters.ts';
import type { PageOf, Row } from './pages.ts';

/**
 * What was found of a list whose pages repeat and miss rows. A list's count is of rows, and one
 * user can have several of them, so each id is kept with the number of its rows that is certain:
 * all of them where a part came whole in one page, else as many as were seen at once. When those
 * numbers add up to the list's count, nothing is missing.
 */
export class CertainRows<T extends Row> {
  readonly #nameOf: (row: T) => string;
  readonly #rows = new Map<string, T>();
  /** How many rows an id has that has several; 100,000 have one. */
  readonly #times = new Map<string, number>();
  /** The names in lower case, by row: made when a list has to be split. */
  #lower: Map<T, string> | undefined;
  /** Rows that are certain to be in the list. */
  count = 0;

  constructor(nameOf: (row: T) => string) {
    this.#nameOf = nameOf;
  }

  /** Takes in one page; returns true when it was the whole of its part. */
  add({ rows, total }: PageOf<T>, isFirst: boolean): boolean {
    const whole = isFirst && rows.length === total;
    const times = new Map<string, number>();
    for (const row of rows) times.set(row.id, (times.get(row.id) ?? 0) + 1);
    for (const row of rows) {
      const before = this.#timesOf(row.id);
      const count = Math.max(before, times.get(row.id) ?? 1);
      this.count += count - before;
      if (count > 1) this.#times.set(row.id, count);
      // One of several rows of a user may be the one of the membership.
      if (before === 0 || row.isPartOfGroup) this.#rows.set(row.id, row);
    }
    return whole;
  }

  get size(): number {
    return this.#rows.size;
  }

  /** How many of the rows found have a name that holds the text (lower case). */
  countContaining(text: string): number {
    let count = 0;
    for (const row of this.#rows.values()) {
      if (this.#nameLowered(row).includes(text)) count += this.#timesOf(row.id);
    }
    return count;
  }

  rows(): T[] {
    return [...this.#rows.values()];
  }

  /** The characters that stand next to a text in the names found, the most frequent first. */
  neighbours(text: string, side: 'left' | 'right'): string[] {
    return neighbours(this.#names(), text, side);
  }

  /** Every character of the names found, the most frequent first. */
  characters(): string[] {
    return byFrequency(this.#names().flatMap((name) => [...new Set(name)]));
  }

  #names(): string[] {
    return Array.from(this.#rows.values(), (row) => this.#nameLowered(row));
  }

  #nameLowered(row: T): string {
    this.#lower ??= new Map();
    let name = this.#lower.get(row);
    if (name === undefined) this.#lower.set(row, (name = this.#nameOf(row).toLowerCase()));
    return name;
  }

  #timesOf(id: string): number {
    return this.#times.get(id) ?? (this.#rows.has(id) ? 1 : 0);
  }
}
