import { randomUUID } from 'node:crypto';
import type { Clock } from '../../http/deadline.ts';
import { markFile, type MarkRecord } from './mark-file.ts';
import { MarkSlots } from './mark-slots.ts';

/**
 * The in-flight mark: what this run has sent to a group and the server has not answered. It outlives
 * the process, as a file next to the lock or in the row of a shared lock, so that the next run waits
 * until the write can no longer take effect (docs/concurrency.md).
 */

/** A write to mark: of a whole list (a fingerprint), or of one member (its key). */
export type MarkedWrite =
  { readonly list: string } | { readonly op: 'add' | 'remove'; readonly member: string };

/** Equal for the writes that mean the same. */
export function writeKey(write: MarkedWrite): string {
  return 'list' in write ? write.list : `${write.op} ${write.member}`;
}

/** A write that was marked, until it is known what became of it. None of these throws. */
export interface SentWrite {
  /** The server answered this very write. */
  answered(): void;
  /** It never reached the server. */
  neverLeft(): void;
  /** There was no answer, and a read shows what it was to bring about. */
  landed(): void;
}

/** The uptime of a machine, which no change of its clock moves. */
export interface Uptime {
  readonly host: string;
  /** Which start of the machine it is; empty where that cannot be told. */
  readonly boot: string;
  ms(): number;
}

export interface MarkOptions {
  readonly clock: Pick<Clock, 'now'>;
  readonly uptime?: Uptime | undefined;
  /** Milliseconds after sending in which a write may take effect: the time limit of an attempt and 5 s. */
  readonly limitMs: number;
  /** The run whose journal is open, if it has one. */
  readonly run: () => string | undefined;
}

interface Sent {
  readonly at: number;
  readonly up: number | undefined;
}

/** The writes that mean one thing: those of one list, or of one member. */
interface Entry {
  readonly slot: number;
  write: MarkedWrite;
  /** How often it was sent since nothing of it was under way. */
  sends: number;
  /** The times of sending without an answer. */
  unanswered: Sent[];
  latest: Sent | undefined;
}

/** The marks of this run for one lock. They stay while the lock is released and taken again. */
export class OwnMarks {
  readonly id = randomUUID();
  /** Absent with a shared store, which keeps {@link records}. */
  readonly #file: MarkSlots | undefined;
  readonly #options: MarkOptions;
  readonly #entries = new Map<string, Entry>();

  /** @param lock the path of the lock; undefined: a shared store keeps {@link records} */
  constructor(lock: string | undefined, options: MarkOptions) {
    this.#file = lock === undefined ? undefined : new MarkSlots(markFile(lock, this.id));
    this.#options = options;
  }

  /**
   * Marks a write as under way. Call it right before sending.
   *
   * @throws config (2) `state-not-writable`: do not send
   */
  send(write: MarkedWrite): SentWrite {
    // All lists share one mark, unlike in `writeKey`: a later list replaces the one before it.
    const key = 'list' in write ? '' : writeKey(write);
    const entry = this.#entries.get(key) ?? this.#enter(key, write);
    const sent = { at: this.#options.clock.now(), up: this.#options.uptime?.ms() };
    entry.write = write;
    entry.latest = sent;
    entry.sends++;
    entry.unanswered.push(sent);
    try {
      this.#store(entry);
    } catch (error) {
      entry.sends--;
      entry.unanswered = entry.unanswered.filter((other) => other !== sent);
      if (entry.unanswered.length === 0) this.#forget(key, entry);
      throw error;
    }
    const answered = (): void => {
      if (!entry.unanswered.includes(sent)) return;
      entry.unanswered = entry.unanswered.filter((other) => other !== sent);
      if (entry.unanswered.length > 0) this.#file?.update(entry.slot, this.#record(entry));
      else {
        this.#forget(key, entry);
        this.#file?.clear(entry.slot, 'list' in entry.write);
      }
    };
    return {
      answered,
      neverLeft: () => {
        entry.sends--;
        answered();
      },
      // After a second send the first may still take effect, whatever the list shows.
      landed: () => {
        if (entry.sends === 1) answered();
      },
    };
  }

  /** Milliseconds after sending in which a write may take effect. */
  get limitMs(): number {
    return this.#options.limitMs;
  }

  /** The writes without an answer. */
  records(): MarkRecord[] {
    return [...this.#entries.values()].map((entry) => this.#record(entry));
  }

  /** True if the latest write of the list, or of a member, was not answered. */
  get isInDoubt(): boolean {
    return [...this.#entries.values()].some(
      ({ unanswered, latest }) => unanswered.at(-1) === latest,
    );
  }

  /** Closes the file, and removes it if nothing is under way. Never throws. */
  close(): void {
    this.#file?.close(this.#entries.size > 0);
  }

  /** While this run had no lock, another one may have removed the file or marks in it. */
  #store(entry: Entry): void {
    if (this.#file === undefined) return;
    const isNew = this.#file.open();
    for (const each of isNew ? this.#entries.values() : [entry]) {
      this.#file.put(each.slot, this.#record(each));
    }
  }

  #enter(key: string, write: MarkedWrite): Entry {
    const slot = this.#file?.take() ?? 0;
    const entry: Entry = { slot, write, sends: 0, unanswered: [], latest: undefined };
    this.#entries.set(key, entry);
    return entry;
  }

  #forget(key: string, { slot }: Entry): void {
    this.#entries.delete(key);
    this.#file?.free(slot);
  }

  #record({ write, sends, unanswered }: Entry): MarkRecord {
    const { limitMs, uptime } = this.#options;
    const last = unanswered.at(-1);
    const machine = last?.up === undefined ? undefined : uptime;
    // Not by spreading: there is one for each call of thousands.
    return {
      run: this.#options.run(),
      at: last?.at ?? 0,
      up: last?.up,
      host: machine?.host,
      boot: machine?.boot,
      limit: limitMs,
      sends,
      list: 'list' in write ? write.list : undefined,
      op: 'list' in write ? undefined : write.op,
      member: 'list' in write ? undefined : write.member,
    };
  }
}
