import type { MemberType } from '../../domain/group.ts';
import type { MemberOutcome } from '../../domain/outcome.ts';
import { safeText } from '../../output/safe-text.ts';
import { isFailuresColumn, failuresColumns } from '../display-names.ts';
import { isLogin } from '../known-columns.ts';
import { listText } from '../read/list.ts';
import type { CsvLayout, InputRecord, MemberFile } from '../member-file.ts';
import type { FailedRow } from './failed-row.ts';

/** The rows that failed, as a file that can be run again with --file. */

/**
 * The failed rows in the format of the input, with what became of them: CSV with its own columns
 * and `Outcome` and `Error`, which replace those of an earlier run; a list with a comment above each
 * name; JSON with `outcome` and `error` in each object. Names from the command line come last, and
 * alone are a list. A list cannot say what is a machine identity: where one failed, it is a CSV.
 *
 * @param input read with `keepRecords`
 * @param failed in the order of the run; what reads back are their `requested` names
 */
export async function failuresText(
  input: MemberFile | undefined,
  failed: readonly MemberOutcome[],
): Promise<string> {
  const rows = failedRows(input, failed);
  if (input?.format === 'json') {
    const { jsonText } = await import('./json-text.ts');
    return jsonText(rows, input.column, columnOf(input));
  }
  const newline = input?.newline ?? '\n';
  const mark = input?.bom === true ? '\ufeff' : '';
  if (input?.csv !== undefined) {
    const { header, column } = input.csv;
    const called = columnOf(input) ?? '';
    const layout = { ...input.csv, header: header.with(column, called) };
    return mark + (await failuresCsv(layout, rows, newline));
  }
  if (rows.some(({ type }) => type === 'identity')) {
    return mark + (await failuresCsv(IDENTITIES, rows, newline));
  }
  const listed = rows.map(({ name, outcome, error }) => {
    return { name, reason: error === '' ? outcome : `${outcome}: ${error}` };
  });
  return mark + listText(listed, newline);
}

/**
 * What the names are called in the file. Beside other columns `Name` may be what people are called, which a
 * few rows of many would show otherwise than the whole file did.
 */
function columnOf({ column, otherColumns }: MemberFile): string | undefined {
  if (column === undefined || otherColumns === undefined || isLogin(column)) return column;
  return column === column.toLowerCase() ? 'user' : 'User';
}

const IDENTITIES: CsvLayout = {
  header: ['Member', 'Type'],
  column: 0,
  typeColumn: 1,
  delimiter: ',',
  sepLine: false,
};

/** First those of the file, in its order, then the others. */
function failedRows(input: MemberFile | undefined, failed: readonly MemberOutcome[]): FailedRow[] {
  const records = recordsOf(input, failed);
  const rows = failed.map((row): FailedRow => {
    const { requested: name, type, outcome, error } = row;
    const record = records.get(keyOf(row.row?.line, type, name));
    const why = safeText((error?.message ?? '').replace(/\s+/g, ' ')).trim();
    const own = row.row?.file === input?.file ? record : undefined;
    return { name, type, record: own, outcome, error: why };
  });
  const isOwn = ({ record }: FailedRow): boolean => record !== undefined;
  return [...rows.filter(isOwn), ...rows.filter((row) => !isOwn(row))];
}

/** The records of the failed rows, and of those only: a file may have 100,000 others. */
function recordsOf(
  input: MemberFile | undefined,
  failed: readonly MemberOutcome[],
): Map<string, InputRecord> {
  const wanted = new Set(
    failed.map(({ row, type, requested }) => keyOf(row?.line, type, requested)),
  );
  const records = new Map<string, InputRecord>();
  for (const { name, type = 'user', row, record = name } of input?.rows ?? []) {
    // An ID is sent without the blanks around it.
    const key = keyOf(row.line, type, type === 'identity' ? name.trim() : name);
    // Elements of JSON may share a line: the first of two that say the same is the one that was sent.
    if (wanted.has(key) && !records.has(key)) records.set(key, record);
  }
  return records;
}

function keyOf(line: number | undefined, type: MemberType, name: string): string {
  return `${line ?? ''} ${type} ${name}`;
}

/**
 * Rows as CSV with the columns of their file, but for those of an earlier run, and with what became of each.
 *
 * @param rows a record is the cells of a row; without one, it is a name of the command line
 */
export async function failuresCsv(
  layout: CsvLayout,
  rows: readonly FailedRow[],
  newline: string,
): Promise<string> {
  const { csvText } = await import('./csv-write.ts');
  const { header, column, delimiter, sepLine } = layout;
  const kept = header.flatMap((cell, at) =>
    at !== column && isFailuresColumn(cell, header[column]) ? [] : [at],
  );
  const [outcome, error] = failuresColumns(header[column]);
  // Someone of the command line may be an identity in a file that has none.
  const extraType =
    layout.typeColumn === undefined &&
    rows.some(({ record, type }) => record === undefined && type === 'identity');
  const cellsOf = ({ name, type, record }: FailedRow): string[] =>
    kept.map((at) => {
      if (Array.isArray(record)) return (record as readonly string[])[at] ?? '';
      if (at === column) return name;
      return at === layout.typeColumn ? type : '';
    });
  const head = [...kept.map((at) => header[at] ?? ''), ...(extraType ? ['Type'] : [])];
  const table = rows.map((row) => [
    ...cellsOf(row),
    ...(extraType ? [row.record === undefined ? row.type : ''] : []),
    row.outcome,
    row.error,
  ]);
  const text = csvText([[...head, outcome, error], ...table], delimiter, newline);
  return sepLine ? `sep=${delimiter}${newline}${text}` : text;
}
