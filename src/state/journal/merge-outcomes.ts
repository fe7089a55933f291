import type { MemberChange } from '../../domain/change.ts';
import type { MemberOutcome, OutcomeWord } from '../../domain/outcome.ts';
import { isRanges, RowRanges, type RowRange } from './row-ranges.ts';

/**
 * Outcomes that follow each other and are the same but for the name: rows of the plan as they stand
 * in it. Where a list is replaced whole, 10,000 rows are one line of a journal so.
 */
export class OutcomeBatcher {
  readonly #rows: RowRanges;
  #word: OutcomeWord | undefined;
  #verified = false;

  constructor(plan: readonly MemberChange[]) {
    this.#rows = new RowRanges(plan);
  }

  /** Takes the row to the others; false: it is not like them, or not as the plan has it. */
  add(row: MemberOutcome): boolean {
    if (row.error !== undefined || row.user !== undefined) return false;
    const { outcome, verified } = row;
    const isAlike = outcome === this.#word && verified === this.#verified;
    if (!isAlike && !this.#rows.isEmpty) return false;
    if (!this.#rows.add(row)) return false;
    this.#word = outcome;
    this.#verified = verified;
    return true;
  }

  /** What was taken, to be written down; empty after it. */
  flush(): Taken | undefined {
    if (this.#rows.isEmpty || this.#word === undefined) return undefined;
    const rows = this.#rows.flush();
    const fields = { outcome: this.#word, verified: this.#verified };
    return isRanges(rows)
      ? { t: 'outcomes', rows, ...fields }
      : { t: 'outcome', ...rows, ...fields };
  }
}

export type Taken = { readonly outcome: OutcomeWord; readonly verified: boolean } & (
  | { readonly t: 'outcomes'; readonly rows: readonly RowRange[] }
  | ({ readonly t: 'outcome' } & MemberChange)
);
