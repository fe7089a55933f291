import type { CsvRow } from './csv.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { padTo, widestOf } from './text-width.ts';

/** Rows in columns, for people. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly cells: CsvRow;
  /** Its last cell is red. */
  readonly isBad?: boolean;
}

/** The lines of a table; columns without any cell are left out, and a table without rows is no line. */
export function* tableLines({ head, rows }: Table, style: Style): Generator<string> {
  if (rows.length === 0) return;
  const texts = rows.map(({ cells }) => cells.map(textOf));
  const columns = [...head.keys()].filter((at) => texts.some((row) => (row[at] ?? '') !== ''));
  const widths = columns.map((at) =>
    widestOf([head[at] ?? '', ...texts.map((row) => row[at] ?? '')]),
  );
  const last = columns.at(-1) ?? 0;
  const line = (cells: readonly string[], paint = (text: string): string => text): string =>
    columns
      .map((at, place) => {
        const cell = cells[at] ?? '';
        return at === last ? paint(cell) : padTo(cell, widths[place] ?? 0);
      })
      .join('  ')
      .trimEnd();
  yield style.faint(line(head));
  for (const [at, { isBad }] of rows.entries()) {
    yield line(texts[at] ?? [], isBad === true ? style.bad : undefined);
  }
}

function textOf(cell: CsvRow[number]): string {
  return cell === undefined ? '' : safeText(String(cell));
}

/** The table of a result that has none of its own: the columns of its CSV. */
export function tableOfCsv(columns: readonly string[], rows: readonly CsvRow[]): Table {
  return {
    head: columns.map((name) => name.replaceAll(/(?=[A-Z])/g, ' ').toUpperCase()),
    rows: rows.map((cells) => ({ cells })),
  };
}
