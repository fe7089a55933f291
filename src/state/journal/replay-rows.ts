import type { MemberChange } from '../../domain/change.ts';
import type { RecordedOutcome, RowState, RunRow } from './record.ts';
import { indexesOf, type RowRange } from './row-ranges.ts';

interface Row {
  sent: boolean;
  outcome: RecordedOutcome | undefined;
  /** Sent once more after the outcome. */
  again: boolean;
  /** The server accepted the call that it was sent with last. */
  accepted: boolean;
}

/** Puts intents and outcomes to the rows of the plan that they are about; there may be 100,000. */
export class RunRows {
  readonly #plan: readonly MemberChange[];
  readonly #rows: Row[];
  /** The rows of the last intent. */
  #last: readonly RowRange[] = [];

  constructor(plan: readonly MemberChange[]) {
    this.#plan = plan;
    this.#rows = plan.map(() => ({
      sent: false,
      outcome: undefined,
      again: false,
      accepted: false,
    }));
  }

  /** A call for these rows was about to be made; false: the plan has no such rows. */
  intent(ranges: readonly RowRange[]): boolean {
    this.#last = ranges;
    return this.#each(ranges, (row) => {
      row.sent = true;
      row.again = row.outcome !== undefined;
      row.accepted = false;
    });
  }

  /** The server accepted the call of the last intent. */
  accepted(): void {
    this.#each(this.#last, (row) => (row.accepted = true));
  }

  /** What became of these rows; false: the plan has no such rows. */
  outcome(ranges: readonly RowRange[], outcome: RecordedOutcome): boolean {
    return this.#each(ranges, (row) => {
      row.outcome = outcome;
      row.again = false;
    });
  }

  /** Every row of the plan in its order. */
  result(): RunRow[] {
    return this.#plan.map((change, index) => {
      const { sent, outcome, again, accepted } = this.#rows[index] as Row;
      const state = stateOf(outcome, sent, again);
      return { index, change, state, outcome, sent, accepted };
    });
  }

  #each(ranges: readonly RowRange[], act: (row: Row) => void): boolean {
    const has = (index: number): boolean => this.#rows[index] !== undefined;
    if (!ranges.every(([first, last]) => has(first) && has(last))) return false;
    for (const index of indexesOf(ranges)) act(this.#rows[index] as Row);
    return true;
  }
}

function stateOf(outcome: RecordedOutcome | undefined, sent: boolean, again: boolean): RowState {
  switch (outcome?.outcome) {
    case 'added':
    case 'already-member':
    case 'removed':
    case 'already-absent':
      return 'done';
    case 'no-such-user':
      return 'not-done';
    case 'refused':
      return isOpen(outcome) ? 'in-doubt' : 'not-done';
    case 'failed':
    case 'not-tried':
      return again || isOpen(outcome) ? 'in-doubt' : 'not-done';
    case undefined:
      return sent ? 'in-doubt' : 'untouched';
    default:
      return 'in-doubt';
  }
}

/** A write without an answer may take effect after its run has given it up. */
function isOpen({ error }: RecordedOutcome): boolean {
  return error?.mayApply === true;
}
