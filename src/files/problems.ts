import type { GroupctlError } from '../errors.ts';
import { fileError } from './file-error.ts';

/** What is wrong with the rows of a file: all of it at once, so that you correct it once. */

type ProblemCode = 'bad-row' | 'bad-type' | 'bad-name' | 'spreadsheet-damage';

export interface Problem {
  readonly code: ProblemCode;
  /** Without a full stop. */
  readonly message: string;
  /** How to correct it, if the message does not say it already. */
  readonly hint?: string;
}

export function badRow(message: string): Problem {
  return { code: 'bad-row', message };
}

interface RowProblem extends Omit<Problem, 'hint'> {
  readonly line: number;
}

/** How many the sentence has, and how many the details. */
const SAID = 5;
const KEPT = 100;

export class Problems {
  readonly #file: string;
  readonly #kept: RowProblem[] = [];
  readonly #codes = new Set<ProblemCode>();
  /** That of the first problem that has one. */
  #hint: string | undefined;
  #count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  add(line: number, { code, message, hint }: Problem): void {
    this.#count++;
    this.#hint ??= hint;
    this.#codes.add(code);
    if (this.#kept.length < KEPT) this.#kept.push({ line, code, message });
  }

  /** @throws usage (2): the code that all problems share, else `bad-row` */
  throwIfAny(): void {
    const [first, ...more] = this.#kept;
    if (first === undefined) return;
    const [only, ...others] = this.#codes;
    const code = only !== undefined && others.length === 0 ? only : 'bad-row';
    const message =
      more.length === 0
        ? `${this.#file}, line ${first.line}: ${first.message}.`
        : `${this.#file} has ${this.#count} bad rows: ${this.#said()}.`;
    throw fileError(
      code,
      message,
      { file: this.#file, line: first.line, count: this.#count, rows: this.#kept },
      this.#codes.has('spreadsheet-damage') ? DAMAGE_HINT : this.#hint,
    );
  }

  #said(): string {
    const said = this.#kept.slice(0, SAID).map(({ line, message }) => `line ${line}: ${message}`);
    const left = this.#count - said.length;
    return [...said, ...(left === 0 ? [] : [`and ${left} more`])].join('; ');
  }
}

const DAMAGE_HINT = 'Format the column as text before the values are entered, and export it again.';

/** @returns usage (2), `empty-file` */
export function emptyFileError(file: string): GroupctlError {
  return fileError('empty-file', `${file} holds no names.`, { file });
}

/** @returns usage (2), `left-by-run`: --failures wrote it */
export function leftByRunError(file: string): GroupctlError {
  return fileError(
    'left-by-run',
    `${file} holds the rows that a run did not do, and not a whole group.`,
    { file },
    'To add who is in it, use "members add --file".',
  );
}
