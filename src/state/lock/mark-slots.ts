import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { stateNotWritableError } from '../folder.ts';
import { type MarkRecord, recordBytes, SLOT_BYTES } from './mark-file.ts';

/** How long the mark of a member may outlast its answer, milliseconds: of thousands it saves half of the writes. */
const WIPE_MS = 50;

/** The file of the marks of one run, in slots (mark-file.ts). */
export class MarkSlots {
  readonly #path: string;
  #fd: number | undefined;
  readonly #free: number[] = [];
  #count = 0;
  /** Slots whose mark is over and still in the file: most often the next write of a member takes its place. */
  readonly #over = new Set<number>();
  #wiping: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** A slot for a new mark. */
  take(): number {
    return this.#free.pop() ?? this.#count++;
  }

  /** Gives a slot back; what is in it stays until it is cleared or taken. */
  free(slot: number): void {
    this.#free.push(slot);
  }

  /**
   * Creates the file, unless it is open.
   *
   * @returns true if it is new, and has no marks
   * @throws config (2) `state-not-writable`
   */
  open(): boolean {
    if (this.#fd !== undefined) return false;
    this.#fd = this.#tried(() => openSync(this.#path, 'w', 0o600));
    return true;
  }

  /** @throws config (2) `state-not-writable` */
  put(slot: number, record: MarkRecord | undefined): void {
    this.#over.delete(slot);
    const fd = this.#fd;
    if (fd === undefined) return;
    this.#tried(() => writeSync(fd, recordBytes(record), 0, SLOT_BYTES, slot * SLOT_BYTES));
  }

  /** As `put`, for what is answered: a mark that stays ends with its time. Never throws. */
  update(slot: number, record: MarkRecord | undefined): void {
    try {
      this.put(slot, record);
    } catch {
      // The next run waits a little longer.
    }
  }

  /** Empties a slot, now or within a moment. Never throws. */
  clear(slot: number, now: boolean): void {
    if (now) return this.update(slot, undefined);
    this.#over.add(slot);
    this.#wiping ??= setTimeout(() => this.#wipe(), WIPE_MS).unref();
  }

  #wipe(): void {
    clearTimeout(this.#wiping);
    this.#wiping = undefined;
    for (const slot of this.#over) this.update(slot, undefined);
  }

  /**
   * Closes the file. Never throws.
   *
   * @param hasMarks false: it is removed
   */
  close(hasMarks: boolean): void {
    if (this.#fd === undefined) return;
    const fd = this.#fd;
    // A file without marks goes as a whole.
    if (hasMarks) this.#wipe();
    this.#fd = undefined;
    try {
      closeSync(fd);
      if (!hasMarks) unlinkSync(this.#path);
    } catch {
      // An empty file means nothing.
    }
  }

  #tried<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw stateNotWritableError(this.#path, error);
    }
  }
}
