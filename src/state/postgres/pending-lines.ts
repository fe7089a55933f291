import type { GroupctlError } from '../../errors.ts';

/** The row of a run in the store. */
export interface StoredRun {
  readonly id: string;
  readonly server: string;
  readonly group: string;
  readonly by: string;
}

/** A line of a journal that the store has not confirmed. */
export interface PendingLine {
  readonly run: StoredRun;
  /** Its number in the run, from 1. */
  n: number;
  readonly body: string;
  readonly isEnd: boolean;
  readonly intent: WaitingIntent | undefined;
}

/** An intent that waits for its statement: its call is made only if that found the lock to be this run's. */
export interface WaitingIntent {
  /** @param error why the call must not be made */
  readonly done: (error?: GroupctlError) => void;
}

/** What goes into one statement: lines of one run, and the intents that wait for it. */
export interface Batch {
  readonly lines: readonly PendingLine[];
  readonly intents: readonly WaitingIntent[];
}

/** The lines of runs that the store has not confirmed, in their order. */
export class PendingLines {
  #lines: PendingLine[] = [];
  /** The last number of each run. */
  readonly #numbers = new Map<string, number>();

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  get hasIntents(): boolean {
    return this.#lines.some(({ intent }) => intent !== undefined);
  }

  add(line: Omit<PendingLine, 'n'>): void {
    this.#lines.push({ ...line, n: this.#nextNumber(line.run) });
  }

  /**
   * Those for the next statement, which is about one run: one whose intent waits, else the one that comes
   * first. What cannot be stored of an earlier run holds up no intent.
   */
  next(): readonly PendingLine[] {
    const first = this.#lines.find(({ intent }) => intent !== undefined) ?? this.#lines[0];
    return this.#lines.filter(({ run }) => run.id === first?.run.id);
  }

  /** Takes out the lines of a run. */
  take({ id }: StoredRun): readonly PendingLine[] {
    const taken = this.#lines.filter(({ run }) => run.id === id);
    this.remove(taken);
    return taken;
  }

  remove(lines: readonly PendingLine[]): void {
    const gone = new Set(lines);
    this.#lines = this.#lines.filter((line) => !gone.has(line));
  }

  /** Intents whose statement had no answer get the next numbers; they may be stored under these. */
  renumberIntents(lines: readonly PendingLine[]): void {
    for (const line of lines) if (line.intent !== undefined) line.n = this.#nextNumber(line.run);
  }

  #nextNumber({ id }: StoredRun): number {
    const n = (this.#numbers.get(id) ?? 0) + 1;
    this.#numbers.set(id, n);
    return n;
  }
}
