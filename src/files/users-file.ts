import { capitalized } from '../domain/capitalized.ts';
import { foldName } from '../domain/names.ts';
import { type GroupctlError, usageError } from '../errors.ts';
import { eachRecord } from './read/csv-reader.ts';
import { decode } from './read/decode.ts';
import { nameProblem } from './name.ts';
import { isUserName } from './known-columns.ts';
import { headerPlace } from './people.ts';

/**
 * A file of new users: `Name,DisplayName,Email,Password`, the format that ProGet's vendor documents. The name may
 * also stand in a column that a file of members has its logins in.
 */

export interface UserRow {
  readonly line: number;
  readonly name: string;
  readonly displayName: string;
  readonly email: string;
  readonly password: string;
  /** Why no user can be created of this row, a sentence. */
  readonly problem?: string;
}

const COLUMNS = ['name', 'displayname', 'email', 'password'] as const;
type Column = (typeof COLUMNS)[number];

const USER_HEADER = ['Name', 'DisplayName', 'Email', 'Password'] as const;

/**
 * @param file the path, for messages
 * @throws usage (2): no text, no header with these columns, a row that is none; never with a cell of it
 */
export async function readUsers(bytes: Buffer, file: string): Promise<UserRow[]> {
  const text = decode(bytes, file).utf8.toString('utf8');
  let places: ReadonlyMap<Column, number> | undefined;
  let width = 0;
  const rows: UserRow[] = [];
  const seen = new Set<string>();
  const trouble = await eachRecord({ text, ...headerPlace(text) }, (cells, line) => {
    if (cells.every((cell) => cell.trim() === '')) return;
    if (places === undefined) {
      places = placesOf(cells, file, line);
      width = cells.length;
      return;
    }
    const cellOf = (column: Column): string => cells[places?.get(column) ?? -1] ?? '';
    const name = cellOf('name').trim();
    const key = foldName(name);
    const problem = cells.slice(width).some((cell) => cell.trim() !== '')
      ? `The row has ${cells.length} cells and the header ${width}: a cell with a comma takes quotes.`
      : problemOf(name, cellOf('password'), seen.has(key));
    seen.add(key);
    rows.push({
      line,
      name,
      displayName: cellOf('displayname').trim(),
      email: cellOf('email').trim(),
      password: cellOf('password'),
      ...(problem === undefined ? {} : { problem }),
    });
  });
  if (trouble !== undefined) {
    const message = `${file}, line ${trouble.line}: this is no row of a CSV file.`;
    throw usageError(message, 'Quotes have to be closed.', 'bad-row', { nothingWritten: true });
  }
  if (places === undefined) throw usageError(`${file} is empty.`, HEADER_HINT, 'empty-file');
  return rows;
}

const HEADER_HINT =
  'The first line needs the columns Name (or Username) and Password; DisplayName and Email are optional.';

function placesOf(header: readonly string[], file: string, line: number): Map<Column, number> {
  const words = header.map((cell) => cell.replaceAll(/[\s_-]/g, '').toLowerCase());
  const places = new Map<Column, number>();
  for (const column of COLUMNS) {
    const at = words.indexOf(column);
    if (at !== -1) places.set(column, at);
    if (at !== words.lastIndexOf(column)) throw twiceError(file, line, header[at] ?? column);
  }
  const [login, other] = [...header.keys()].filter((at) => isUserName(header[at] ?? ''));
  if (other !== undefined) throw twiceError(file, line, 'with user names');
  if (login !== undefined) {
    // Beside a login, Name is what somebody is called.
    const called = places.get('name');
    if (called !== undefined && !places.has('displayname')) places.set('displayname', called);
    places.set('name', login);
  }
  const missing = (['name', 'password'] as const).find((column) => !places.has(column));
  if (missing === undefined) return places;
  throw usageError(
    `${file}, line ${line}: there is no column ${missing === 'name' ? 'Name' : 'Password'}.`,
    HEADER_HINT,
    'bad-header',
    { nothingWritten: true },
  );
}

function twiceError(file: string, line: number, column: string): GroupctlError {
  return usageError(
    `${file}, line ${line}: there are two columns ${column}.`,
    HEADER_HINT,
    'bad-header',
    { nothingWritten: true },
  );
}

function problemOf(name: string, password: string, isTwice: boolean): string | undefined {
  if (name === '') return 'The name is empty.';
  const bad = nameProblem(name);
  if (bad !== undefined) return `${capitalized(bad.message)}.`;
  if ((foldName(name) === 'NAME' || isUserName(name)) && foldName(password) === 'PASSWORD') {
    return 'The row is the header again.';
  }
  if (isTwice) return 'The name is in the file twice.';
  return password === '' ? 'The password is empty.' : undefined;
}

/**
 * The rows as a file that can be filled in and used again: without their passwords, and with what became
 * of each, so that the next run knows the file as one of these.
 */
export async function usersText(
  rows: readonly { readonly row: UserRow; readonly outcome: string; readonly why: string }[],
): Promise<string> {
  const { csvText } = await import('./failures/csv-write.ts');
  const cells = rows.map(({ row: { name, displayName, email }, outcome, why }) => [
    ...[name, displayName, email, ''],
    ...[outcome, why],
  ]);
  return csvText([[...USER_HEADER, 'Outcome', 'Error'], ...cells], ',', '\n');
}
