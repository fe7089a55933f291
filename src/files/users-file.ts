import { capitalized } from '../domain/capitalized.ts';
import { foldName } from '../domain/names.ts';
import { type GroupctlError, usageError } from '../errors.ts';
import { badRowError, TROUBLE, tooLongMessage } from './read/csv-problems.ts';
import { eachRecord, hasOpenQuote, untrimmed } from './read/csv-reader.ts';
import { decode, newlineOf } from './read/decode.ts';
import { SEP_LINE } from './read/detect.ts';
import type { CsvLayout, MemberFile } from './member-file.ts';
import { isErrorWord, nameProblem } from './name.ts';
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
  /** With the blanks around it. */
  readonly password: string;
  /** Its cells without the password, for --failures. */
  readonly record: readonly string[];
  /** Why no user can be created of this row, a sentence. */
  readonly problem?: string;
}

export interface UsersFile extends Pick<MemberFile, 'bom' | 'newline'> {
  readonly rows: readonly UserRow[];
  readonly csv: CsvLayout;
}

const COLUMNS = ['name', 'displayname', 'email', 'password'] as const;
type Column = (typeof COLUMNS)[number];
type Places = ReadonlyMap<Column, number>;

/**
 * @param file the path, for messages
 * @throws usage (2): no text, no header with these columns, no row, a row that is none; never with a cell of it
 */
export async function readUsers(bytes: Buffer, file: string): Promise<UsersFile> {
  const { utf8, bom } = decode(bytes, file);
  const text = withoutComments(utf8.toString('utf8'));
  const place = headerPlace(text);
  const { delimiter } = place;
  let reader: RowReader | undefined;
  const rows: UserRow[] = [];
  const trouble = await eachRecord({ text, ...place }, (cells, line, written) => {
    if (cells.every((cell) => cell.trim() === '')) return;
    if (reader === undefined) {
      reader = new RowReader(cells, placesOf(cells, file, line), delimiter);
    } else {
      rows.push(reader.read(untrimmed(cells, written(), delimiter), line));
    }
  });
  if (trouble !== undefined) throw badRowError(file, trouble.line, TROUBLE[trouble.kind]);
  if (reader === undefined) throw emptyError(`${file} is empty.`);
  if (rows.length === 0) throw emptyError(`${file} has a header and no users.`);
  const csv = { ...reader.layout, sepLine: SEP_LINE.test(text) };
  return { rows, csv, bom, newline: newlineOf(text) };
}

/** Leaves lines that begin with `#` blank, but not inside a quoted cell. */
function withoutComments(text: string): string {
  if (!text.includes('#')) return text;
  let isQuoted = false;
  return text.replace(/[^\r\n]+/g, (line) => {
    if (!isQuoted && isComment(line)) return '';
    if (hasOpenQuote(line)) isQuoted = !isQuoted;
    return line;
  });
}

/** As in a list: but for what a spreadsheet leaves where a name was. */
function isComment(line: string): boolean {
  const [first = ''] = line.trimStart().split(/[,;\t]/);
  return first.startsWith('#') && !isErrorWord(first.trimEnd());
}

/** Reads the rows below a header. */
class RowReader {
  readonly layout: Omit<CsvLayout, 'sepLine'>;
  readonly #places: Places;
  readonly #seen = new Set<string>();

  constructor(header: readonly string[], places: Places, delimiter: string) {
    this.layout = { header, column: places.get('name') ?? 0, delimiter };
    this.#places = places;
  }

  /** @param cells with the blanks around them */
  read(cells: readonly string[], line: number): UserRow {
    const cellOf = (column: Column): string => cells[this.#places.get(column) ?? -1] ?? '';
    const name = cellOf('name').trim();
    const password = cellOf('password');
    const key = foldName(name);
    const tooLong = this.#tooLong(cells);
    const problem = tooLong ?? problemOf(name, password.trim(), this.#seen.has(key));
    this.#seen.add(key);
    return {
      line,
      name,
      displayName: cellOf('displayname').trim(),
      email: cellOf('email').trim(),
      password,
      record: this.#withoutSecrets(cells, tooLong !== undefined),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  #tooLong(cells: readonly string[]): string | undefined {
    const { header, delimiter } = this.layout;
    if (cells.slice(header.length).every((cell) => cell.trim() === '')) return undefined;
    return `The row has ${tooLongMessage(cells.length, header.length, delimiter)}.`;
  }

  /** A delimiter in a password makes two cells of it, so of a row with too many those behind it are left out. */
  #withoutSecrets(cells: readonly string[], isTooLong: boolean): string[] {
    const { header } = this.layout;
    const password = this.#places.get('password') ?? 0;
    const certain = isTooLong ? password : header.length;
    return header.map((column, at) => {
      const isKept = at < certain && at !== password && !SECRET.test(column);
      return isKept ? (cells[at] ?? '').trim() : '';
    });
  }
}

/** What another column with a secret may be called. */
const SECRET = /passw|pwd|secret|token|kennwort|\bpin\b/i;

const HEADER_HINT =
  'The first line needs the columns Name (or Username) and Password; DisplayName and Email are optional.';

function emptyError(message: string): GroupctlError {
  return usageError(message, HEADER_HINT, 'empty-file', { nothingWritten: true });
}

function placesOf(header: readonly string[], file: string, line: number): Places {
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
 * The rows as a file like theirs that can be filled in and used again: without their passwords, and with what
 * became of each, so that the next run knows the file as one of these.
 */
export async function usersText(
  { csv, bom, newline }: UsersFile,
  failed: readonly { readonly row: UserRow; readonly outcome: string; readonly why: string }[],
): Promise<string> {
  const { failuresCsv } = await import('./failures/failures-text.ts');
  const rows = failed.map(({ row: { name, record }, outcome, why }) => {
    return { name, type: 'user', record, outcome, error: why } as const;
  });
  return (bom ? '\ufeff' : '') + (await failuresCsv(csv, rows, newline));
}
