import { shown } from '../domain/shown.ts';
import { type CsvTrouble, eachRecord, firstRecord } from './csv-reader.ts';
import { findColumn, noSuchColumn, rankOf, twoColumns } from './columns.ts';
import type { Shape } from './detect.ts';
import type { CsvLayout, InputRow, ReadContext, ReadRows } from './member-file.ts';
import { nameProblem } from './name.ts';
import { type Problem, Problems } from './problems.ts';
import { typeOf } from './type.ts';

export type CsvShape = Extract<Shape, { format: 'csv' }>;

/**
 * The rows of a CSV file with a header.
 *
 * A row may end before the header does, as spreadsheets leave out empty cells at the end, if it
 * gets as far as the name. Empty cells after the last column are left out as well.
 *
 * @throws usage (2): `bad-row`, `bad-type`, `bad-name`, `spreadsheet-damage`, `bad-header`
 */
export async function readCsv(
  text: string,
  shape: CsvShape,
  context: ReadContext,
): Promise<ReadRows> {
  const { file, keepRecords } = context;
  const csv = { ...shape, text };
  const layout = layoutOf(await firstRecord(csv), shape, context);
  const problems = new Problems(file);
  const rows: InputRow[] = [];
  let isHeader = true;
  const trouble = await eachRecord(csv, (cells, line) => {
    if (isHeader) {
      isHeader = false;
      return;
    }
    const read = readRow(cells, layout);
    if (read === undefined) return;
    if ('code' in read) {
      problems.add(line, read);
      return;
    }
    const row = { file, line };
    const kept = keepRecords ? { record: cells } : undefined;
    const { name, type } = read;
    rows.push(type === undefined ? { name, row, ...kept } : { name, type, row, ...kept });
  });
  if (trouble !== undefined) problems.add(trouble.line, TROUBLE[trouble.kind]);
  problems.throwIfAny();
  const column = layout.header[layout.column] ?? '';
  return { rows, hasTypes: layout.typeColumn !== undefined, column, csv: layout };
}

const TROUBLE: Readonly<Record<CsvTrouble['kind'], Problem>> = {
  'unclosed-quote': {
    code: 'bad-row',
    message: 'a quoted cell in this row is never closed',
    hint: 'Put a quote (") at the end of the cell, or quote it whole and double the quotes in it',
  },
  'stray-quote': bad(
    'a quote stands in the middle of a cell; a cell with quotes is quoted whole, its quotes doubled',
  ),
};

function layoutOf(cells: readonly string[], shape: CsvShape, context: ReadContext): CsvLayout {
  const { file, column: asked } = context;
  const { delimiter, sepLine, line } = shape;
  const header = cells.map((cell) => cell.trim());
  const column = findColumn(header, asked);
  // It was found there when the format was told.
  if (column === undefined) throw noSuchColumn({ file, line, found: header }, asked ?? 'User');
  const name = header[column] ?? '';
  const twin =
    asked === undefined
      ? header.findLastIndex((cell) => rankOf(cell) === rankOf(name))
      : header.findLastIndex((cell) => cell === name);
  if (twin !== column) throw twoColumns(file, line, name);
  const type = header.findIndex((cell) => cell.toLowerCase() === 'type');
  const hasType = type !== -1 && type !== column;
  return { header, column, ...(hasType ? { typeColumn: type } : {}), delimiter, sepLine };
}

type Read = ReturnType<typeof typeOf> & { readonly name: string };

/** What a row says; undefined for one of empty cells only. */
function readRow(cells: readonly string[], layout: CsvLayout): Read | Problem | undefined {
  const { header, column, typeColumn } = layout;
  const name = cells[column]?.trim() ?? '';
  if (name === '') {
    if (cells.every(isBlank)) return undefined;
    if (cells.length <= column) return bad(tooShort(cells.length, layout));
    return bad(`no name in the column ${shown(header[column] ?? '')}, but other cells are filled`);
  }
  if (cells.length > header.length && !cells.slice(header.length).every(isBlank)) {
    return bad(tooLong(cells.length, layout));
  }
  const problem = nameProblem(name);
  if (problem !== undefined) return problem;
  const typed = typeColumn === undefined ? {} : typeOf(cells[typeColumn] ?? '');
  return 'code' in typed ? typed : { name, ...typed };
}

function bad(message: string): Problem {
  return { code: 'bad-row', message };
}

function isBlank(cell: string): boolean {
  return cell.trim() === '';
}

function tooShort(length: number, { header, column }: CsvLayout): string {
  return `${count(length)}, and the name is in cell ${column + 1} (${shown(header[column] ?? '')})`;
}

function tooLong(length: number, { header, delimiter }: CsvLayout): string {
  const mark = delimiter === '\t' ? 'a tab' : `"${delimiter}"`;
  return `${count(length)}, and the header has ${header.length}; a cell that holds ${mark} has to be quoted`;
}

function count(cells: number): string {
  return cells === 1 ? '1 cell' : `${cells} cells`;
}
