import type { MarkRecord } from '../lock/mark-file.ts';
import { defined } from '../../domain/defined.ts';
import { parsedJson } from '../../domain/parsed-json.ts';
import { NO_MARK } from '../lock/held-lock.ts';
import { type MarkedWrite, type OwnMarks, type SentWrite, writeKey } from '../lock/in-flight.ts';
import { type InFlight, writeOf } from '../lock/wait-for-writes.ts';
import type { LockKey } from '../store.ts';
import { LEASE_MS } from './statements.ts';
import { ticks } from './ticks.ts';

/** A mark as the row of a lock has it. */
type MarkInRow = Pick<MarkRecord, 'run' | 'sends' | 'list' | 'op' | 'member'> & {
  /** Of the run that sent it. */
  readonly id?: string;
};

/** The lock of a group while this run has it, and what is in flight to that group. */
export class Lease {
  readonly key: LockKey;
  readonly group: string;
  readonly token: string;
  readonly marks: OwnMarks | undefined;
  /** In {@link ticks}: no new intent after it. */
  limit: number;
  /** In {@link ticks}: a write starts and ends before it; undefined: no write was marked. */
  writeLimit: number | undefined;
  lost = false;
  /** Writes of other runs that may still take effect. */
  #others: (MarkInRow & { readonly until: number })[] = [];
  /** Writes whose intent was recorded, until they are sent. */
  readonly #prepared: { readonly write: MarkedWrite; readonly sent: SentWrite }[] = [];

  constructor(
    key: LockKey,
    group: string,
    given: { readonly token: string; readonly limit: number; readonly marks: OwnMarks | undefined },
  ) {
    this.key = key;
    this.group = group;
    this.token = given.token;
    this.limit = given.limit;
    this.marks = given.marks;
  }

  /** True while an intent may be recorded: by the clock of this machine, which stops for nothing. */
  get isHeld(): boolean {
    return !this.lost && ticks() < this.limit;
  }

  /**
   * Notes the answer to a statement that renews the lock.
   *
   * @param sentAt when it was sent, in {@link ticks}
   * @param isMarked true if it marked writes as in flight, too
   */
  noteAnswer(isHeld: boolean, sentAt: number, isMarked: boolean): void {
    if (!isHeld) {
      this.lost = true;
      return;
    }
    this.limit = sentAt + LEASE_MS;
    if (isMarked && this.marks !== undefined) this.writeLimit = sentAt + this.marks.limitMs;
  }

  /** @throws what cannot be marked; nothing is sent then */
  prepareMark(write: MarkedWrite): SentWrite | undefined {
    const sent = this.marks?.send(write);
    if (sent !== undefined) this.#prepared.push({ write, sent });
    return sent;
  }

  /** The mark of a write whose intent was recorded. */
  takeMark(write: MarkedWrite): SentWrite {
    if (this.marks === undefined) return NO_MARK;
    const at = this.#prepared.findIndex((each) => writeKey(each.write) === writeKey(write));
    const prepared = at === -1 ? undefined : this.#prepared.splice(at, 1)[0];
    if (prepared === undefined) throw new Error('A write without an intent must not be sent.');
    return prepared.sent;
  }

  /** An intent that was not recorded: nothing of it is sent. */
  dropMark(sent: SentWrite): void {
    const at = this.#prepared.findIndex((each) => each.sent === sent);
    if (at !== -1) this.#prepared.splice(at, 1);
    sent.neverLeft();
  }

  /**
   * Notes what the row says of other runs.
   *
   * @param leftMs milliseconds until none of it can take effect; not positive, or null: nothing is in flight
   */
  noteOthers(stored: unknown, leftMs: unknown): void {
    this.#others = othersIn(stored, leftMs, this.marks?.id);
  }

  /** What may still take effect, as the waits for it need it. */
  inFlight(): InFlight[] {
    const now = ticks();
    return this.#others.map((mark) => ({
      record: mark,
      write: writeOf(mark),
      remainingMs: mark.until - now,
      remove: () => {
        this.#others = this.#others.filter((other) => other !== mark);
      },
    }));
  }

  /** What the row has to say is in flight; null: nothing. */
  get stored(): string | null {
    const now = ticks();
    const others = this.#others.filter(({ until }) => until > now);
    const own = (this.marks?.records() ?? []).map((record) => ({ ...record, id: this.marks?.id }));
    const all = [...others, ...own].map(({ id, run, sends, list, op, member }): MarkInRow =>
      defined({ id, run, sends, list, op, member }),
    );
    return all.length === 0 ? null : JSON.stringify(all);
  }
}

/** The writes in flight that a row names, but for those of the run with that id. */
export function othersIn(
  stored: unknown,
  leftMs: unknown,
  ownId: string | undefined,
): (MarkInRow & { readonly until: number })[] {
  if (typeof leftMs !== 'number' || leftMs <= 0) return [];
  const until = ticks() + leftMs;
  return marksInRow(stored)
    .filter(({ id }) => id === undefined || id !== ownId)
    .map((mark) => ({ ...mark, until }));
}

/** What is no list of marks stands for a write that nobody knows. */
function marksInRow(stored: unknown): MarkInRow[] {
  const marks = parsedJson(String(stored));
  if (Array.isArray(marks) && marks.every((mark) => typeof mark === 'object' && mark !== null)) {
    return marks as MarkInRow[];
  }
  // Null, or written by something else.
  return [{ sends: 2 }];
}
