import { foldName } from '../domain/names.ts';
import { usageError } from '../errors.ts';
import { eachRecord } from './csv-reader.ts';
import { decode } from './decode.ts';
import { readBytes } from './read-bytes.ts';

/** A file of people: a column for each source, and in each row the names that one person has. */
export interface People {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly PeopleRow[];
  /** The place of a column, its name in any case. */
  column(name: string): number | undefined;
}

export interface PeopleRow {
  readonly line: number;
  /** One for each column; empty: no account there. */
  readonly cells: readonly string[];
}

/** @throws usage (2): not to be read, no header, a bad row */
export async function readPeople(path: string): Promise<People> {
  const text = decode(await readBytes(path), path).utf8.toString('utf8');
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const delimiter = [';', '\t'].find((each) => firstLine.includes(each)) ?? ',';
  const rows: PeopleRow[] = [];
  let columns: readonly string[] | undefined;
  const trouble = await eachRecord({ text, delimiter, start: 0, line: 1 }, (record, line) => {
    if (record.every((cell) => cell.trim() === '')) return;
    if (columns === undefined) columns = record.map((cell) => cell.trim());
    else if (record.length > columns.length) throw badRow(path, line);
    else rows.push({ line, cells: columns.map((_, at) => record[at]?.trim() ?? '') });
  });
  if (trouble !== undefined) throw badRow(path, trouble.line);
  if (columns === undefined) {
    throw usageError(`${path} is empty;`, 'its first line has to name the sources.', 'empty-file');
  }
  return people(path, columns, rows);
}

function people(file: string, columns: readonly string[], rows: readonly PeopleRow[]): People {
  const places = new Map(columns.map((name, at) => [foldName(name), at]));
  return { file, columns, rows, column: (name) => places.get(foldName(name)) };
}

function badRow(path: string, line: number): Error {
  return usageError(
    `${path}, line ${line}: this is no row of a CSV file.`,
    'A row has no more cells than the first line, and quotes have to be closed.',
    'bad-row',
  );
}
