import { indexOf, type MemberChange } from '../../domain/change.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { iso, type OutcomeLine } from './line-format.ts';
import { RowRanges } from './row-ranges.ts';

const MOST_RANGES = 1000;

/** Outcomes that follow each other and are alike, which are one line: 10,000 of a list written whole. */
export class OutcomeBatch {
  readonly #plan: readonly MemberChange[];
  #rows = new RowRanges();
  /** The first of them. */
  #first: MemberOutcome | undefined;

  constructor(plan: readonly MemberChange[]) {
    this.#plan = plan;
  }

  /** True if one line can record the outcome with the others. */
  takes(row: MemberOutcome): boolean {
    if (this.#first === undefined) return true;
    const { outcome, verified } = this.#first;
    return (
      outcome === row.outcome &&
      verified === row.verified &&
      this.#rows.ranges.length < MOST_RANGES &&
      this.#isPlain(row) &&
      this.#isPlain(this.#first)
    );
  }

  add(row: MemberOutcome): void {
    this.#rows.add(indexOf(row));
    this.#first ??= row;
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
      member: this.#hasPlannedName(row) ? undefined : member,
      error: error && kept,
    };
  }

  #isPlain(row: MemberOutcome): boolean {
    return row.error === undefined && this.#hasPlannedName(row);
  }

  #hasPlannedName(row: MemberOutcome): boolean {
    return this.#plan[indexOf(row)]?.member === row.member;
  }
}
