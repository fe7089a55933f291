import type { MemberChange } from '../../domain/change.ts';
import { foldName } from '../../domain/names.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import type { RowState, RunRow } from './record.ts';
import type { RowRange } from './row-ranges.ts';

interface Row {
  readonly change: MemberChange;
  sent: boolean;
  outcome: MemberOutcome | undefined;
  /** Sent once more after the outcome. */
  again: boolean;
  /** The server accepted the call that it was sent with last. */
  accepted: boolean;
}

/** Puts intents and outcomes to the rows that they are about; there may be 100,000. */
export class RunRows {
  readonly #rows: Row[];
  /** How many of them are of the plan; what was recorded of others follows. */
  readonly #planned: number;
  /** By the name that is sent and the name as typed, folded: an intent has the server's spelling. */
  readonly #named = new Map<string, Row | Row[]>();
  /** Names in intents that no row has. */
  readonly #strangers = new Set<string>();
  /** The rows of the last intent. */
  #last: Row[] = [];

  constructor(changes: readonly MemberChange[]) {
    this.#planned = changes.length;
    this.#rows = changes.map(toRow);
    for (const row of this.#rows) this.#index(row);
  }

  intent(members: readonly string[], requested: readonly string[] = []): void {
    this.#last = [];
    members.forEach((member, at) => {
      const typed = requested[at];
      let rows = typed === undefined ? [] : this.#of(typed);
      if (rows.length === 0) rows = this.#of(member);
      if (rows.length === 0) this.#strangers.add(member);
      for (const row of rows) this.#send(row);
    });
  }

  /** An intent of these rows; false: the plan has no such rows. */
  sent(ranges: readonly RowRange[]): boolean {
    return this.#each(ranges, (row) => this.#send(row));
  }

  /** The server accepted the call of the last intent. */
  accepted(): void {
    for (const row of this.#last) row.accepted = true;
  }

  outcome(outcome: MemberOutcome): void {
    const row = this.#rowOf(outcome);
    // A name that the row does not have is explained by the outcome that has both.
    if (this.#strangers.delete(outcome.member)) row.sent = true;
    const { member, requested } = row.change;
    // Most names are those of the plan: one string for both.
    row.outcome = {
      ...outcome,
      member: outcome.member === member ? member : outcome.member,
      requested: outcome.requested === requested ? requested : outcome.requested,
    };
    row.again = false;
  }

  /** The same outcome of many rows of the plan; false: it has no such rows. */
  outcomes(
    ranges: readonly RowRange[],
    what: Pick<MemberOutcome, 'outcome' | 'verified'>,
  ): boolean {
    const { outcome, verified } = what;
    return this.#each(ranges, (row) => {
      row.outcome = { ...row.change, outcome, verified };
      row.again = false;
    });
  }

  /** Every row of the plan in its order, then what was recorded of others. */
  result(): RunRow[] {
    // It is not known whose these are: it may be any row of which nothing else is known.
    const anyone = this.#strangers.size > 0;
    return this.#rows.map((row) => {
      const { change, outcome, accepted } = row;
      const sent = row.sent || (anyone && outcome === undefined);
      const state = stateOf(outcome, sent, row.again);
      return {
        change,
        state,
        ...(outcome === undefined ? {} : { outcome }),
        sent,
        ...(accepted ? { accepted } : {}),
      };
    });
  }

  #send(row: Row): void {
    row.sent = true;
    row.again = row.outcome !== undefined;
    row.accepted = false;
    this.#last.push(row);
  }

  #each(ranges: readonly RowRange[], act: (row: Row) => void): boolean {
    for (const [first, last] of ranges) {
      if (first < 0 || last >= this.#planned) return false;
      for (let at = first; at <= last; at++) {
        const row = this.#rows[at];
        if (row === undefined) return false;
        act(row);
      }
    }
    return true;
  }

  #rowOf(outcome: MemberOutcome): Row {
    const { op, type, member, requested, row: origin } = outcome;
    const alike = (each: Row): boolean => each.change.op === op && each.change.type === type;
    let rows = this.#of(requested).filter(
      (each) => alike(each) && each.change.requested === requested,
    );
    if (rows.length === 0) {
      rows = this.#of(member).filter((each) => alike(each) && each.change.member === member);
    }
    const found = rows.find((each) => each.outcome === undefined) ?? rows.at(-1);
    if (found !== undefined) return found;
    const row = toRow({
      ...{ op, type, member, requested },
      ...(origin === undefined ? {} : { row: origin }),
    });
    this.#rows.push(row);
    this.#index(row);
    return row;
  }

  #of(name: string): readonly Row[] {
    const found = this.#named.get(foldName(name)) ?? [];
    return Array.isArray(found) ? found : [found];
  }

  #index(row: Row): void {
    const member = foldName(row.change.member);
    const requested = foldName(row.change.requested);
    this.#put(member, row);
    if (requested !== member) this.#put(requested, row);
  }

  #put(name: string, row: Row): void {
    const found = this.#named.get(name);
    if (found === undefined) this.#named.set(name, row);
    else if (Array.isArray(found)) found.push(row);
    else this.#named.set(name, [found, row]);
  }
}

function toRow(change: MemberChange): Row {
  return { change, sent: false, outcome: undefined, again: false, accepted: false };
}

function stateOf(outcome: MemberOutcome | undefined, sent: boolean, again: boolean): RowState {
  switch (outcome?.outcome) {
    case 'added':
    case 'already-member':
    case 'removed':
    case 'already-absent':
      return 'done';
    case 'no-such-user':
    case 'refused':
      return 'not-done';
    case 'failed':
      return again ? 'in-doubt' : 'not-done';
    case undefined:
      return sent ? 'in-doubt' : 'untouched';
    default:
      return 'in-doubt';
  }
}
