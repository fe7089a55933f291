import { errnoOf, type GroupctlError, isGroupctlError, usageError } from '../errors.ts';
import { type Limits, waitForInput } from './input-wait.ts';
import type { Io } from '../output/io.ts';
import { secretText } from '../state/sources/secret-text.ts';

/** Standard input, which only one option of a command may read. */

export class Stdin {
  readonly #io: Io;
  readonly #limits: Limits;
  #by: string | undefined;
  #read: Promise<Buffer> | undefined;

  constructor(io: Io, limits: Limits) {
    this.#io = io;
    this.#limits = limits;
  }

  /** True once something was read from it. */
  get taken(): boolean {
    return this.#by !== undefined;
  }

  /**
   * All of it.
   *
   * @param reader what reads it, as it was typed: `--api-key-stdin`, `--file -`
   * @throws usage (2) when something else has read it, or it cannot be read; interrupted (130);
   *   network (6) `deadline`
   */
  async bytes(reader: string): Promise<Buffer> {
    if (this.#by !== undefined && this.#by !== reader) throw twoReadersError(this.#by, reader);
    this.#by = reader;
    if (this.#io.stdinIsTTY)
      this.#io.stderr.write(`Reading ${reader} from the terminal; Ctrl-D ends it.\n`);
    this.#read ??= waitForInput((signal) => this.#io.readStdin(signal), this.#limits);
    try {
      return await this.#read;
    } catch (error) {
      if (isGroupctlError(error)) throw error;
      const why = errnoOf(error) ?? 'error';
      throw usageError(`Standard input could not be read (${why}).`);
    }
  }

  /** The secret on it, see {@link secretText}; empty is a usage error, and so is a terminal. */
  async secret(reader: string): Promise<string> {
    if (!this.taken) assertHidden(reader, this.#io);
    const text = secretText(await this.bytes(reader), reader);
    if (text.trim() === '') throw usageError(`${reader} found nothing on standard input.`);
    return text;
  }
}

/**
 * What is typed on a terminal without a question is shown.
 *
 * @throws usage (2) `secret-shown` if standard input is a terminal
 */
export function assertHidden(reader: string, { stdinIsTTY }: Pick<Io, 'stdinIsTTY'>): void {
  if (!stdinIsTTY) return;
  throw usageError(
    `groupctl cannot hide what you type on this terminal, and ${reader} reads a secret.`,
    'Give it on standard input, from a file (< secret.txt) or a pipe.',
    'secret-shown',
  );
}

/** Two options that read standard input: exit 2, naming both. */
export function twoReadersError(one: string, other: string): GroupctlError {
  return usageError(`${one} and ${other} both read standard input.`, 'Only one of them can.');
}
