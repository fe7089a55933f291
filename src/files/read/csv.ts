import { defined } from '../../domain/defined.ts';
import { sameName } from '../../domain/names.ts';
import { shortened } from '../../domain/shorten.ts';
import { loginsDifferError } from '../columns.ts';
import { type CsvShape, layoutOf, type ReadLayout } from './csv-layout.ts';
import { TROUBLE, tooLongMessage } from './csv-problems.ts';
import { eachRecord, firstRecord } from './csv-reader.ts';
import type { CsvLayout, InputRow, ReadContext, ReadRows } from '../member-file.ts';
import { nameProblem, typedName } from '../name.ts';
import { isRemoval, removedRowError } from './own-result.ts';
import { pastedTextError, pastedIn, TWO_FILES } from './pasted.ts';
import { badRow, type Problem, Problems } from '../problems.ts';
import { typeOf } from '../type.ts';
import { counted } from '../../domain/counted.ts';

/**
 * The rows of a CSV file with a header.
 *
 * A row may end before the header does, as spreadsheets leave out empty cells at the end, if it
 * gets as far as the name. Empty cells after the last column are left out as well.
 *
 * @throws usage (2): `bad-row`, `bad-type`, `bad-name`, `spreadsheet-damage`, `bad-header`,
 *   `no-such-column`, `ambiguous-column`, `own-result`, `not-names`
 */
export async function readCsv(
  text: string,
  shape: CsvShape,
  context: ReadContext,
): Promise<ReadRows> {
  const { file, keepRecords } = context;
  const csv = { ...shape, text };
  const layout = layoutOf(await firstRecord(csv), shape, context);
  const { header, column, typeColumn, others, displayNames, delimiter, sepLine } = layout;
  const problems = new Problems(file);
  const rows: InputRow[] = [];
  let isHeader = true;
  const trouble = await eachRecord(csv, (cells, line) => {
    if (isHeader) {
      isHeader = false;
      return;
    }
    assertNames(cells, line, layout, context);
    const read = readRow(cells, layout);
    if (read === undefined) return;
    if ('code' in read) {
      problems.add(line, read);
      return;
    }
    const row = { file, line };
    const kept = keepRecords ? { record: cells } : undefined;
    const { name, type, groups, problem } = read;
    displayNames?.add(
      name,
      others.map((at) => [header[at] ?? '', cells[at] ?? ''] as const),
    );
    const about = { ...defined({ groups, problem }), ...kept };
    rows.push(type === undefined ? { name, row, ...about } : { name, type, row, ...about });
  });
  if (trouble !== undefined) problems.add(trouble.line, TROUBLE[trouble.kind]);
  problems.throwIfAny();
  displayNames?.assertLogins(file, shape.line);
  return {
    rows,
    hasTypes: typeColumn !== undefined,
    column: header[column] ?? '',
    ...(others.length === 0 ? {} : { otherColumns: others.map((at) => header[at] ?? '') }),
    csv: { header, column, ...defined({ typeColumn }), delimiter, sepLine },
  };
}

/**
 * What is wrong with the file as a whole, as a row shows it.
 *
 * @throws usage (2): `ambiguous-column`, `own-result`, `not-names`
 */
function assertNames(
  cells: readonly string[],
  line: number,
  layout: ReadLayout,
  { file, adds }: ReadContext,
): void {
  const { header, column, loginColumns, opColumn, outcomeColumn } = layout;
  const value = cells[column]?.trim() ?? '';
  if (value === '') return;
  const like = layout.isOwnList ? undefined : likeOf(cells, value, header);
  if (like !== undefined) throw pastedTextError(file, line, value, like);
  for (const at of loginColumns) {
    const other = cells[at]?.trim() ?? '';
    if (other === '' || sameName(other, value)) continue;
    const named = { column: header[at] ?? '', value: other };
    throw loginsDifferError({ file, line }, { column: header[column] ?? '', value }, named);
  }
  if (!adds || (opColumn === -1 && outcomeColumn === -1)) return;
  const result = { op: cells[opColumn] ?? '', outcome: cells[outcomeColumn] ?? '' };
  if (isRemoval(result)) throw removedRowError(file, line, value, result);
}

function likeOf(
  cells: readonly string[],
  value: string,
  header: readonly string[],
): string | undefined {
  const isHeader = header.every((cell, at) => cell === (cells[at]?.trim() ?? ''));
  return isHeader ? TWO_FILES : pastedIn(value);
}

type Read = ReturnType<typeof typeOf> & Pick<InputRow, 'name' | 'groups' | 'problem'>;

/** What a row says; undefined for one of empty cells only. */
function readRow(cells: readonly string[], layout: ReadLayout): Read | Problem | undefined {
  const { header, column, typeColumn, groupColumns, isOwnList } = layout;
  const raw = cells[column] ?? '';
  // A member may be called by blanks alone.
  const name = isOwnList ? raw : raw.trim();
  if (name === '') {
    if (cells.every(isBlank)) return undefined;
    if (cells.length <= column) return badRow(tooShort(cells.length, layout));
    return badRow(
      `no name in the column ${shortened(header[column] ?? '')}, but other cells are filled`,
    );
  }
  if (cells.length > header.length && !cells.slice(header.length).every(isBlank)) {
    return badRow(tooLongMessage(cells.length, header.length, layout.delimiter));
  }
  const problem = nameProblem(name);
  if (problem !== undefined && !isOwnList) return problem;
  const typed = typeColumn === undefined ? {} : typeOf(cells[typeColumn] ?? '');
  if ('code' in typed) return typed;
  const read = { name: isOwnList ? raw : typedName(raw), ...typed, ...defined({ problem }) };
  if (groupColumns.length === 0) return read;
  const groups = groupColumns.map((at) => ({
    column: header[at] ?? '',
    names: [cells[at] ?? ''],
  }));
  return { ...read, groups };
}

function isBlank(cell: string): boolean {
  return cell.trim() === '';
}

function tooShort(length: number, { header, column }: CsvLayout): string {
  return `${counted(length, 'cell')}, and the name is in cell ${column + 1} (${shortened(header[column] ?? '')})`;
}
