import { foldName, sameName } from '../domain/names.ts';
import { forShell, shortened } from '../domain/shorten.ts';
import { isAboutElse, isAboutPerson } from './known-columns.ts';
import { fileError } from './file-error.ts';

/**
 * The names of a column `Name`, which may be what people are called. Then another column may hold their
 * logins, under a header that is not known, and a name would mean the account of somebody else.
 */
export class DisplayNames {
  readonly #column: string;
  /** The values of other columns; undefined: they are no logins. */
  readonly #others = new Map<string, Set<string> | undefined>();
  /** A column that shows that `Name` is no login. */
  #person: string | undefined;
  /** Somebody has a name of two words, which few logins are. */
  #hasWords = false;

  constructor(column: string) {
    this.#column = column;
  }

  /** @param others each other column of the row that may hold a login, with its value */
  add(name: string, others: Iterable<readonly [column: string, value: string]>): void {
    this.#hasWords ||= /\s/.test(name.trim());
    for (const [column, value] of others) {
      if (isAboutPerson(column)) this.#person ??= column;
      else this.#look(column, value.trim());
    }
  }

  /** A login is one word, and nobody else has it. */
  #look(column: string, value: string): void {
    if (value === '' || isFailuresColumn(column) || isAboutElse(column)) return;
    const known = this.#others.has(column) ? this.#others.get(column) : new Set<string>();
    const key = foldName(value);
    const isLogin = known !== undefined && !/\s/.test(value) && !known.has(key);
    this.#others.set(column, isLogin ? known.add(key) : undefined);
  }

  /** @throws usage (2), `ambiguous-column`: another column may hold the logins */
  assertLogins(file: string, line: number): void {
    const person = this.#person;
    const logins = [...this.#others].find(([, values]) => values !== undefined)?.[0];
    if (person === undefined && (logins === undefined || !this.#hasWords)) return;
    const name = shortened(this.#column);
    const what =
      person === undefined
        ? `the column ${name} holds what people are called, and ${shortened(logins ?? '')} may hold their logins`
        : `the column ${name}, beside ${shortened(person)}, holds what people are called, and no column is known to hold logins`;
    const options = [this.#column, ...(logins === undefined ? [] : [logins])];
    const choice = options.map((each) => `--column=${forShell(each)}`).join(' or ');
    throw fileError(
      'ambiguous-column',
      `${file}, line ${line}: ${what}.`,
      { file, line, columns: options },
      `Choose the column with ${choice}.`,
    );
  }
}

/** True for a column that --failures adds, to a file whose names are in that other one. */
export function isFailuresColumn(column: string, names?: string): boolean {
  const [outcome, error] = failuresColumns(names);
  return [outcome, error].some((each) => sameName(each, column.trim()));
}

/** What those columns are called; with a 2 if one of them already has the names. */
export function failuresColumns(names = ''): readonly [outcome: string, error: string] {
  return /^(?:outcome|error)$/i.test(names.trim()) ? ['Outcome2', 'Error2'] : ['Outcome', 'Error'];
}
