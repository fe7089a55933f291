import { unicodePattern } from '../../../domain/unicode-pattern.ts';
import { PAGE } from '../api.ts';
import type { Fetch, Row } from './pages.ts';
import type { WantedNames } from './wanted-names.ts';
import type { CertainRows } from './row-count.ts';

/**
 * Finds the rows that paging did not show, by asking for parts of the list: the names that hold a
 * substring (contract: "Finding users and listing members"). A part that is too large for one page
 * is split further, by the character before it, then by the one after it. Characters are learned
 * from the names seen; `%`, `_` and the backslash are no plain characters to the server.
 */

/** Tried last, where what was learned does not suffice. */
const COMMON = Array.from('etaoinsrhldcumfpgwybvkxjqz0123456789.-+@');
const notPlain = unicodePattern('^[%_\\\\\\p{Cc}]$', 'u');
/**
 * How many reads a list may cost at least: a large one a quarter of the rows that the server counts, but
 * not more than one for each row found, as a count may be of nothing.
 */
const LEAST_READS = 600;

/**
 * Which characters are tried next to a part: those that were seen in that place, all that were
 * seen, or the common ones too. Most lists need no more than the first.
 */
type Effort = 'seen there' | 'seen' | 'any';

export class Splitter<T extends Row> {
  readonly #fetch: Fetch<T>;
  readonly #rows: CertainRows<T>;
  /** The rows of the whole list. */
  readonly #total: number;
  /** The parts that were asked for, with their counts; 0 for those that are done with. */
  readonly #counts = new Map<string, number>();
  #visited = new Set<string>();
  readonly #mostReads: number;
  readonly #wanted: WantedNames | undefined;
  #reads = 0;

  /** @param wanted only parts that may hold these are asked for, until it is over */
  constructor(fetch: Fetch<T>, rows: CertainRows<T>, total: number, wanted?: WantedNames) {
    this.#wanted = wanted;
    this.#fetch = fetch;
    this.#rows = rows;
    this.#total = total;
    this.#mostReads = Math.max(LEAST_READS, Math.ceil(total / 4));
  }

  /** Asks until it has all rows, or nothing is left to try. */
  async run(): Promise<void> {
    const efforts = ['seen there', 'seen', 'any'] as const;
    for (const effort of this.#wanted === undefined ? efforts : efforts.slice(0, 1)) {
      this.#visited = new Set();
      // Parts that end at the @ of an address are disjoint, so they go first.
      await this.#solve('@', Infinity, effort);
      const points = effort === 'any' ? COMMON : this.#names.characters();
      for (const point of points.filter(isPlain)) {
        if (this.#isOver()) return;
        await this.#solve(point, this.#total, effort);
      }
    }
  }

  /** The names that characters are learned from. */
  get #names(): Pick<WantedNames, 'neighbours' | 'characters'> {
    return this.#wanted ?? this.#rows;
  }

  #isOver(): boolean {
    const { count } = this.#rows;
    if (count >= this.#total || this.#reads >= Math.min(this.#mostReads, LEAST_READS + count)) {
      return true;
    }
    return this.#wanted?.isOver(this.#reads) === true;
  }

  async #solve(part: string, ofTotal: number, effort: Effort): Promise<void> {
    if (this.#isOver() || this.#visited.has(part)) return;
    this.#visited.add(part);
    const count = this.#counts.get(part) ?? (await this.#ask(part, ofTotal));
    if (count === 0) return;
    await this.#expand(part, count, 'left', effort);
    await this.#expand(part, count, 'right', effort);
  }

  async #ask(part: string, ofTotal: number): Promise<number> {
    this.#reads++;
    const page = await this.#fetch(0, part);
    const whole = this.#rows.add(page, true);
    // Nothing is gained from splitting what shows all it has, or what is as large as it was before.
    const shown = whole || page.rows.length < PAGE;
    const count = shown || page.total >= ofTotal ? 0 : page.total;
    this.#counts.set(part, count);
    return count;
  }

  async #expand(
    part: string,
    count: number,
    side: 'left' | 'right',
    effort: Effort,
  ): Promise<void> {
    for (const point of this.#alphabet(part, side, effort)) {
      if (this.#isOver() || this.#rows.countContaining(part) >= count) return;
      await this.#solve(side === 'left' ? point + part : part + point, count, effort);
    }
  }

  #alphabet(part: string, side: 'left' | 'right', effort: Effort): string[] {
    const points = new Set(this.#names.neighbours(part, side));
    if (effort !== 'seen there') for (const point of this.#rows.characters()) points.add(point);
    if (effort === 'any') for (const point of COMMON) points.add(point);
    return [...points].filter(isPlain);
  }
}

function isPlain(point: string): boolean {
  return !notPlain().test(point);
}
