import { closeSync, fsyncSync, ftruncateSync, openSync, renameSync, unlinkSync } from 'node:fs';
import type { GroupctlError } from '../../errors.ts';
import { stateNotWritableError } from '../folder.ts';
import { PART } from './files.ts';
import { writeAll } from './write-all.ts';

/** With more writes than so many within that time, what can wait is written together, up to a length. */
const WRITES = 16;
const WITHIN_MS = 100;
const TOGETHER_CHARS = 65_536;
const FLUSH_MS = 1000;

/**
 * A file that whole lines are added to. It has its name once its first part is on the disk, and is flushed
 * each second and at the end. Where it can take no more it ends with the last line that is whole.
 */
export class JournalFile {
  /** Why the file can take no more; undefined while it can. */
  failure: GroupctlError | undefined;
  readonly #path: string;
  readonly #fd: number;
  /** Text that is not in the file yet. */
  #waiting = '';
  /** How long the file is with the last line that is whole. */
  #size = 0;
  #flushedAt: number;
  /** Since when writes are counted, and how many there were. */
  #countedAt = 0;
  #writes = 0;

  /** @throws config (2) `state-not-writable` */
  constructor(path: string, now: number) {
    this.#path = path;
    this.#flushedAt = now;
    try {
      this.#fd = openSync(this.#part, 'ax', 0o600);
    } catch (error) {
      throw stateNotWritableError(path, error);
    }
  }

  get #part(): string {
    return `${this.#path}${PART}`;
  }

  /**
   * Flushes the first part, and gives the file its name.
   *
   * @throws config (2) `state-not-writable`: then there is no file
   */
  publish(now: number): void {
    try {
      this.flush(now);
      this.assertWhole();
      renameSync(this.#part, this.#path);
    } catch (error) {
      closeSync(this.#fd);
      unlinkSync(this.#part);
      throw this.failure ?? stateNotWritableError(this.#path, error);
    }
  }

  /** @throws config (2) `state-not-writable` when not all that was written is in the file */
  assertWhole(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  /** Adds text, which the next write takes along. */
  add(text: string): void {
    this.#waiting += text;
  }

  /** True if so much waits that it is to be written. */
  get isWaitingLong(): boolean {
    return this.#waiting.length >= TOGETHER_CHARS;
  }

  /** True if writes follow each other so fast that what can wait is written together. */
  isFast(now: number): boolean {
    return this.#writes >= WRITES && now - this.#countedAt < WITHIN_MS;
  }

  /** Writes what waits. Never throws: see {@link failure}. */
  write(now: number): void {
    if (this.failure !== undefined) this.#waiting = '';
    if (this.#waiting === '') return;
    if (now - this.#countedAt >= WITHIN_MS) {
      this.#countedAt = now;
      this.#writes = 0;
    }
    this.#writes++;
    try {
      this.#size += writeAll(this.#fd, this.#waiting);
    } catch (error) {
      this.#fail(error);
    }
    this.#waiting = '';
    if (now - this.#flushedAt >= FLUSH_MS) this.flush(now);
  }

  /** Writes what waits, and waits for the disk. Never throws: see {@link failure}. */
  flush(now: number): void {
    this.#flushedAt = now;
    this.write(now);
    try {
      fsyncSync(this.#fd);
    } catch (error) {
      this.failure ??= stateNotWritableError(this.#path, error);
    }
  }

  /** Never throws: see {@link failure}. */
  close(now: number): void {
    this.flush(now);
    try {
      closeSync(this.#fd);
    } catch (error) {
      // A network file system may say only here that it could not keep what was written.
      this.failure ??= stateNotWritableError(this.#path, error);
    }
  }

  /** A line that is not whole would spoil those after it, so there are none. */
  #fail(error: unknown): void {
    this.failure = stateNotWritableError(this.#path, error);
    try {
      ftruncateSync(this.#fd, this.#size);
    } catch {
      // Half a line at the end reads back as such.
    }
  }
}
