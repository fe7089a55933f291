import { sameName } from '../domain/names.ts';
import { harmlessPath } from '../domain/shorten.ts';
import { usageError } from '../errors.ts';
import { twoColumnsError } from './columns.ts';
import { badRowError, TROUBLE, tooLongMessage } from './read/csv-problems.ts';
import { type CsvText, eachRecord } from './read/csv-reader.ts';
import { decode } from './read/decode.ts';
import { SEP_LINE } from './read/detect.ts';
import { visible } from './known-columns.ts';
import { nameProblem, typedName } from './name.ts';
import { pastedTextError, pastedIn } from './read/pasted.ts';
import { Problems } from './problems.ts';
import { readBytes } from './read/read-bytes.ts';

/** A file of people: a column for each source, and in each row the names that one person has. */
export interface People {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly PeopleRow[];
  /**
   * The place of a column, its name in any case.
   *
   * @throws usage (2) `bad-header`: two columns have that name, and which one is meant is not guessed
   */
  column(name: string): number | undefined;
  /**
   * Makes sure that what stands in these columns can be names; other columns may hold anything.
   *
   * @throws usage (2) `spreadsheet-damage`, `bad-name`, of both `bad-row`; `not-names`
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
  if (path === '-') {
    throw usageError('A map is not read from standard input.', 'Give --map the path of a file.');
  }
  const file = harmlessPath(path);
  const text = decode(await readBytes(path, signal), file).utf8.toString('utf8');
  const rows: PeopleRow[] = [];
  let columns: readonly string[] | undefined;
  let headerLine = 1;
  const place = headerPlace(text);
  const trouble = await eachRecord({ text, ...place }, (record, line) => {
    if (record.every((cell) => cell.trim() === '')) return;
    if (columns === undefined) {
      columns = record.map(visible);
      headerLine = line;
    } else if (!record.slice(columns.length).every((cell) => cell.trim() === '')) {
      const message = tooLongMessage(record.length, columns.length, place.delimiter);
      throw badRowError(file, line, { message });
    } else rows.push({ line, cells: columns.map((_, at) => nameIn(record[at])) });
  });
  if (trouble !== undefined) throw badRowError(file, trouble.line, TROUBLE[trouble.kind]);
  if (columns === undefined) {
    throw usageError(`${file} is empty.`, 'Its first line has to name the sources.', 'empty-file');
  }
  return peopleOf({ file, columns, rows }, headerLine);
}

/**
 * Where the header is and what is between cells: `sep=;` says so, else the header shows it. Comments
 * and a title may stand above it: a line of one cell, as a person has a name in two at least.
 */
export function headerPlace(text: string): Pick<CsvText, 'delimiter' | 'start' | 'line'> {
  const sep = SEP_LINE.exec(text);
  if (sep?.[1] !== undefined) return { delimiter: sep[1], start: sep[0].length, line: 2 };
  const lines = text.matchAll(/([^\r\n]*)(?:\r\n|\n|\r|$)/g);
  let title: Pick<CsvText, 'delimiter' | 'start' | 'line'> | undefined;
  let line = 0;
  for (const { 1: found = '', index } of lines) {
    line++;
    const cells = found.replace(/"[^"]*"/g, 'x');
    if (cells.trim() === '' || cells.trimStart().startsWith('#')) continue;
    const delimiter = [';', '\t'].find((each) => cells.includes(each)) ?? ',';
    const place = { delimiter, start: index, line };
    if (cells.split(delimiter).filter((cell) => cell.trim() !== '').length > 1) return place;
    title ??= place;
    if (line > TITLE_LINES) break;
  }
  return title ?? { delimiter: ',', start: 0, line: 1 };
}

/** How many lines are searched for the header. */
const TITLE_LINES = 20;

/** A name as the cell has it; blanks around it are kept where quotes hold them. */
function nameIn(cell = ''): string {
  return cell.trim() === '' ? '' : typedName(cell);
}

function peopleOf(read: Pick<People, 'file' | 'columns' | 'rows'>, headerLine: number): People {
  const { file, columns, rows } = read;
  return {
    ...read,
    column(name) {
      const [at, second] = columns.flatMap((column, at) => (sameName(column, name) ? [at] : []));
      if (second !== undefined) throw twoColumnsError(file, headerLine, name);
      return at;
    },
    assertNames(wanted) {
      const problems = new Problems(file);
      for (const { line, cells } of rows) {
        for (const at of wanted) {
          const cell = cells[at] ?? '';
          const like = pastedIn(cell.trim());
          if (like !== undefined) throw pastedTextError(file, line, cell.trim(), like);
          const problem = cell === '' ? undefined : nameProblem(cell.trim());
          if (problem !== undefined) problems.add(line, problem);
        }
      }
      problems.throwIfAny();
    },
  };
}
