import { sameName } from '../domain/names.ts';
import { usageError } from '../errors.ts';
import { twoColumns } from './columns.ts';
import { eachRecord } from './csv-reader.ts';
import { decode } from './decode.ts';
import { nameProblem } from './name.ts';
import { Problems } from './problems.ts';
import { readBytes } from './read-bytes.ts';

/** A file of people: a column for each source, and in each row the names that one person has. */
export interface People {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly PeopleRow[];
  /**
   * The place of a column, its name in any case.
   *
   * @throws usage (2) `bad-header`: two columns are called so, and which one is meant is not guessed
   */
  column(name: string): number | undefined;
  /**
   * Makes sure that what stands in these columns can be names; other columns may hold anything.
   *
   * @throws usage (2) `spreadsheet-damage`, `bad-name`, of both `bad-row`
   */
  assertNames(places: readonly number[]): void;
}

export interface PeopleRow {
  readonly line: number;
  /** One for each column; empty: no account there. */
  readonly cells: readonly string[];
}

/**
 * @param signal ends the wait for a pipe
 * @throws usage (2): not to be read, no header, a bad row
 */
export async function readPeople(path: string, signal?: AbortSignal): Promise<People> {
  const text = decode(await readBytes(path, signal), path).utf8.toString('utf8');
  const firstLine = /^[^\r\n]*/.exec(text)?.[0] ?? '';
  const delimiter = [';', '\t'].find((each) => firstLine.includes(each)) ?? ',';
  const rows: PeopleRow[] = [];
  let columns: readonly string[] | undefined;
  let headerLine = 1;
  const trouble = await eachRecord({ text, delimiter, start: 0, line: 1 }, (record, line) => {
    if (record.every((cell) => cell.trim() === '')) return;
    if (columns === undefined) {
      columns = record.map((cell) => cell.trim());
      headerLine = line;
    } else if (record.length > columns.length) throw badRow(path, line);
    else rows.push({ line, cells: columns.map((_, at) => record[at]?.trim() ?? '') });
  });
  if (trouble !== undefined) throw badRow(path, trouble.line);
  if (columns === undefined) {
    throw usageError(`${path} is empty;`, 'its first line has to name the sources.', 'empty-file');
  }
  return people({ file: path, columns, rows }, headerLine);
}

function people(read: Pick<People, 'file' | 'columns' | 'rows'>, headerLine: number): People {
  const { file, columns, rows } = read;
  return {
    ...read,
    column(name) {
      const [at, second] = columns.flatMap((column, at) => (sameName(column, name) ? [at] : []));
      if (second !== undefined) throw twoColumns(file, headerLine, name);
      return at;
    },
    assertNames(wanted) {
      const problems = new Problems(file);
      for (const { line, cells } of rows) {
        for (const at of wanted) {
          const cell = cells[at] ?? '';
          const problem = cell === '' ? undefined : nameProblem(cell);
          if (problem !== undefined) problems.add(line, problem);
        }
      }
      problems.throwIfAny();
    },
  };
}

function badRow(path: string, line: number): Error {
  return usageError(
    `${path}, line ${line}: this is no row of a CSV file.`,
    'A row has no more cells than the first line, and quotes have to be closed.',
    'bad-row',
  );
}
