import type { MemberChange } from '../../domain/change.ts';

/** First and last row of the plan, from 0. */
export type RowRange = readonly [first: number, last: number];

/** How far on a row is looked for: rows in between had another outcome, or are still to come. */
const AHEAD = 16;
const MOST_RANGES = 1000;

/** Rows of a plan, as they stand in it: where a list is replaced whole, 10,000 of them are one range. */
export class RowRanges {
  readonly #plan: readonly MemberChange[];
  /** Where the next row is looked for. */
  #next = 0;
  #ranges: [number, number][] = [];

  constructor(plan: readonly MemberChange[]) {
    this.#plan = plan;
  }

  get isEmpty(): boolean {
    return this.#ranges.length === 0;
  }

  /** Takes a row to the others; false: they are too many, or the plan does not have it so. */
  add(row: MemberChange): boolean {
    if (this.#ranges.length === MOST_RANGES) return false;
    const at = this.#find(row);
    if (at === undefined) return false;
    this.#next = at + 1;
    const last = this.#ranges.at(-1);
    if (last?.[1] === at - 1) last[1] = at;
    else this.#ranges.push([at, at]);
    return true;
  }

  /** What was taken; empty after it. A single row is given as itself. */
  flush(): readonly RowRange[] | MemberChange {
    const ranges = this.#ranges;
    this.#ranges = [];
    const [only, ...more] = ranges;
    const isOne = only !== undefined && more.length === 0 && only[0] === only[1];
    return (isOne ? this.#plan[only[0]] : undefined) ?? ranges;
  }

  #find(row: MemberChange): number | undefined {
    for (let at = this.#next; at < this.#next + AHEAD; at++) {
      const planned = this.#plan[at];
      if (planned === undefined) break;
      if (isSameChange(planned, row)) return at;
    }
    // Looked at once more from the first on: taken by the server, then seen.
    this.#next = 0;
    const [first] = this.#plan;
    return first !== undefined && isSameChange(first, row) ? 0 : undefined;
  }
}

/** The ranges of these rows; undefined where the plan does not have them so, or for a single one. */
export function rangesOf(
  plan: readonly MemberChange[],
  rows: readonly MemberChange[],
): readonly RowRange[] | undefined {
  const ranges = new RowRanges(plan);
  if (!rows.every((row) => ranges.add(row))) return undefined;
  const taken = ranges.flush();
  return isRanges(taken) ? taken : undefined;
}

export function isRanges(taken: readonly RowRange[] | MemberChange): taken is readonly RowRange[] {
  return Array.isArray(taken);
}

function isSameChange(planned: MemberChange, row: MemberChange): boolean {
  return (
    planned.requested === row.requested &&
    planned.member === row.member &&
    planned.op === row.op &&
    planned.type === row.type
  );
}
