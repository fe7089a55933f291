import type { CsvRow } from './csv.ts';
import { safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import { cutTo, padTo, widestOf } from './text-width.ts';

/** Rows in columns, for people. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly TableRow[];
  /** Columns with text that no command takes, besides {@link TEXTS}: the first to be shortened. */
  readonly texts?: readonly string[];
  /** Where a line is too long, this column and those after it are in a line of their own. */
  readonly below?: string;
}

interface TableRow {
  readonly cells: CsvRow;
  /** Its last cell is red. */
  readonly isBad?: boolean;
}

interface Column {
  readonly at: number;
  readonly head: string;
  readonly width: number;
}

const GAP = '  ';

/**
 * The lines of a table; columns without any cell are left out, and a table without rows is no line.
 *
 * @param room the width of the terminal; longer lines are shortened where they can be
 */
export function* tableLines(table: Table, style: Style, room = Infinity): Generator<string> {
  const { head, rows } = table;
  if (rows.length === 0) return;
  const texts = rows.map(({ cells }) => cells.map(textOf));
  const columns = head.flatMap((name, at) => {
    const cells = texts.map((row) => row[at] ?? '');
    return cells.every((cell) => cell === '')
      ? []
      : [{ at, head: name, width: widestOf([name, ...cells]) }];
  });
  const parts = partsOf(columns, table, room);
  const last = columns.at(-1)?.at;
  const lines = (cells: readonly string[], paint = (text: string): string => text): string[] =>
    parts.map((part, place) => {
      const shown = part.map(({ at, width }) => {
        const cell = cutTo(cells[at] ?? '', width);
        return at === last ? paint(cell) : padTo(cell, width);
      });
      return `${place === 0 ? '' : GAP}${shown.join(GAP)}`.trimEnd();
    });
  yield* lines(head).map(style.faint);
  for (const [at, { isBad }] of rows.entries()) {
    yield* lines(texts[at] ?? [], isBad === true ? style.bad : undefined);
  }
}

/** The columns of a line, or of two lines for each row where one is too long. */
function partsOf(columns: readonly Column[], table: Table, room: number): Column[][] {
  const fitted = fit(columns, table, room);
  const split = columns.findIndex(({ head }) => head === table.below);
  if (split < 1 || totalOf(fitted) <= room) return [fitted];
  return [
    fit(columns.slice(0, split), table, room),
    fit(columns.slice(split), table, room - GAP.length),
  ];
}

/** Text that no command takes. */
const TEXTS =
  /^(DESCRIPTION|ATTRIBUTES|DISPLAY NAME|EMAIL|REASON|ERROR|DETAILS|SETTINGS|PERMISSION)$/;
/** What is of no use without its end. */
const WHOLE = /^(.* )?(ID|RUN|WHEN|TOKEN|RESULT)$/;
/** A column is not made narrower than this. */
const LEAST = 10;

/** The same columns, the widest of them narrower until they fit: texts first, then names. */
function fit(columns: readonly Column[], { texts = [] }: Table, room: number): Column[] {
  const fitted = [...columns];
  const isText = ({ head }: Column): boolean => TEXTS.test(head) || texts.includes(head);
  const isName = ({ head }: Column): boolean => !WHOLE.test(head);
  for (const may of [isText, isName]) {
    while (totalOf(fitted) > room) {
      const widest = Math.max(...fitted.filter(may).map(({ width }) => width));
      const place = fitted.findIndex((each) => may(each) && each.width === widest);
      const column = fitted[place];
      if (column === undefined || widest <= LEAST) break;
      fitted[place] = { ...column, width: widest - 1 };
    }
  }
  return fitted;
}

function totalOf(columns: readonly Column[]): number {
  return columns.reduce((sum, { width }) => sum + width, GAP.length * (columns.length - 1));
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
