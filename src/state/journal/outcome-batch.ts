import { indexOf, type MemberChange } from '../../domain/change.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { iso, type OutcomeLine } from './line-format.ts';
import { RowRanges } from './row-ranges.ts';

const MOST_RANGES = 1000;

/** Outcomes that follow each other and are alike, which are one line: 10,000 of a list written whole. */
export class OutcomeBatch {
  readonly #plan: readonly MemberChange[];
  #rows = new RowRanges();
  /** The first of them, and whether others can follow it in the same line. */
  #first: MemberOutcome | undefined;
  #isPlain = false;

  constructor(plan: readonly MemberChange[]) {
    this.#plan = plan;
  }

  /** Takes outcomes from that place on, as many as one line can record; returns the next place. */
  take(outcomes: readonly MemberOutcome[], from: number): number {
    const plan = this.#plan;
    const rows = this.#rows;
    for (let at = from; at < outcomes.length; at++) {
      const row = outcomes[at] as MemberOutcome;
      const index = indexOf(row);
      const isPlain = row.error === undefined && plan[index]?.member === row.member;
      if (this.#first === undefined) {
        this.#first = row;
        this.#isPlain = isPlain;
      } else {
        const { outcome, verified } = this.#first;
        const isAlike = row.outcome === outcome && row.verified === verified;
        if (!isAlike || !isPlain || !this.#isPlain || rows.ranges.length >= MOST_RANGES) return at;
      }
      rows.add(index);
    }
    return outcomes.length;
  }

  /** The line of those that were added, if any; none is left after it. */
  flush(now: number): OutcomeLine | undefined {
    const row = this.#first;
    if (row === undefined) return undefined;
    const rows = this.#rows.ranges;
    this.#rows = new RowRanges();
    this.#first = undefined;
    const { outcome, verified, member, error } = row;
    // The server's text may be long and may say anything; the sentence and the codes are enough.
    const { body: _, hint: __, ...kept } = error ?? {};
    return {
      t: 'outcome',
      at: iso(now),
      rows,
      outcome,
      verified,
      member: this.#plan[indexOf(row)]?.member === member ? undefined : member,
      error: error && kept,
    };
  }
}
