/** First and last of some row numbers; a range may go downwards: `[5, 3]` is 5, 4, 3. */
export type RowRange = readonly [first: number, last: number];

/** Takes row numbers together in their order: 10,000 rows that follow each other are one range. */
export class RowRanges {
  readonly ranges: [number, number][] = [];

  add(index: number): void {
    const range = this.ranges.at(-1);
    const step = range === undefined ? 0 : index - range[1];
    const isNext = Math.abs(step) === 1;
    if (range !== undefined && isNext && step * (range[1] - range[0]) >= 0) range[1] = index;
    else this.ranges.push([index, index]);
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
