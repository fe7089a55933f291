import type { MemberChange } from '../domain/change.ts';
import type { MemberOutcome, OutcomeWord } from '../domain/outcome.ts';

/** First and last row of the plan, from 0. */
export type RowRange = readonly [first: number, last: number];

/** How far on a row is looked for: rows in between had another outcome, or are still to come. */
const AHEAD = 16;
const MOST_RANGES = 1000;

/**
 * Outcomes that follow each other and are the same but for the name: rows of the plan as they stand
 * in it. Where a list is replaced whole, 10,000 rows are one line of a journal so.
 */
export class Together {
  readonly #plan: readonly MemberChange[];
  /** Where the next row is looked for. */
  #next = 0;
  #ranges: [number, number][] = [];
  #word: OutcomeWord | undefined;
  #verified = false;

  constructor(plan: readonly MemberChange[]) {
    this.#plan = plan;
  }

  /** Takes the row to the others; false: it is not like them, or not as the plan has it. */
  take(row: MemberOutcome): boolean {
    if (row.error !== undefined || row.user !== undefined) return false;
    if (this.#ranges.length > 0) {
      if (row.outcome !== this.#word || row.verified !== this.#verified) return false;
      if (this.#ranges.length === MOST_RANGES) return false;
    }
    const at = this.#find(row);
    if (at === undefined) return false;
    this.#word = row.outcome;
    this.#verified = row.verified;
    this.#next = at + 1;
    const last = this.#ranges.at(-1);
    if (last?.[1] === at - 1) last[1] = at;
    else this.#ranges.push([at, at]);
    return true;
  }

  /** What was taken, to be written down; empty after it. */
  empty(): Taken | undefined {
    const [first] = this.#ranges;
    if (first === undefined || this.#word === undefined) return undefined;
    const fields = { outcome: this.#word, verified: this.#verified };
    // One row is written as itself, for whoever reads the file.
    const only =
      this.#ranges.length === 1 && first[0] === first[1] ? this.#plan[first[0]] : undefined;
    const taken =
      only === undefined
        ? { t: 'outcomes' as const, rows: this.#ranges, ...fields }
        : { t: 'outcome' as const, ...only, ...fields };
    this.#ranges = [];
    return taken;
  }

  #find(row: MemberOutcome): number | undefined {
    for (let at = this.#next; at < this.#next + AHEAD; at++) {
      const planned = this.#plan[at];
      if (planned === undefined) break;
      if (isThis(planned, row)) return at;
    }
    // Looked at once more from the first on: taken by the server, then seen.
    this.#next = 0;
    const [first] = this.#plan;
    return first !== undefined && isThis(first, row) ? 0 : undefined;
  }
}

export type Taken = { readonly outcome: OutcomeWord; readonly verified: boolean } & (
  | { readonly t: 'outcomes'; readonly rows: readonly RowRange[] }
  | ({ readonly t: 'outcome' } & MemberChange)
);

function isThis(planned: MemberChange, row: MemberOutcome): boolean {
  return (
    planned.requested === row.requested &&
    planned.member === row.member &&
    planned.op === row.op &&
    planned.type === row.type
  );
}
