/** First and last of some row numbers; a range may go downwards: `[5, 3]` is 5, 4, 3. */
export type RowRange = readonly [first: number, last: number];

/** Takes row numbers together in their order: 10,000 rows that follow each other are one range. */
export class RowRanges {
  readonly ranges: [number, number][] = [];
  #last: [number, number] | undefined;

  add(index: number): void {
    const range = this.#last;
    if (range !== undefined) {
      const [first, last] = range;
      const goesOn = (index === last + 1 && last >= first) || (index === last - 1 && last <= first);
      if (goesOn) {
        range[1] = index;
        return;
      }
    }
    this.#last = [index, index];
    this.ranges.push(this.#last);
  }
}

export function rangesOf(indexes: Iterable<number>): readonly RowRange[] {
  const rows = new RowRanges();
  for (const index of indexes) rows.add(index);
  return rows.ranges;
}

/** How many rows these are. */
export function countOf(ranges: readonly RowRange[]): number {
  return ranges.reduce((count, [first, last]) => count + Math.abs(last - first) + 1, 0);
}

export function* indexesOf(ranges: readonly RowRange[]): Generator<number> {
  for (const [first, last] of ranges) {
    const step = first <= last ? 1 : -1;
    for (let at = first; at !== last + step; at += step) yield at;
  }
}
