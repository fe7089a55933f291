import type { Io, OutputFormat } from './io.ts';
import { safeJson, safeText } from './safe-text.ts';
import type { Style } from './style.ts';

/** What a person's view may look at. */
export interface HumanView {
  readonly isTTY: boolean;
  readonly style: Style;
}

/** One result in the three formats; JSON is made from the domain objects, never from a row. */
export interface Presentation {
  readonly json: unknown;
  readonly csv: { readonly columns: readonly string[]; readonly rows: readonly CsvRow[] };
  human(view: HumanView): readonly string[];
}

export type CsvRow = readonly (string | number | boolean | undefined)[];

/** Writes a result to stdout, and nothing else. */
export async function printResult(
  presentation: Presentation,
  format: OutputFormat,
  io: Io,
  style: Style,
): Promise<void> {
  if (format === 'json') {
    io.stdout.write(`${safeJson(presentation.json, 2)}\n`);
    return;
  }
  if (format === 'csv') {
    const { toCsv } = await import('./csv.ts');
    const { columns, rows } = presentation.csv;
    // To a file or a pipe it goes as it is: the names have to come back the same.
    io.stdout.write(toCsv(columns, io.stdout.isTTY ? rows.map(safeRow) : rows));
    return;
  }
  const lines = presentation.human({ isTTY: io.stdout.isTTY, style });
  if (lines.length > 0) io.stdout.write(`${lines.join('\n')}\n`);
}

function safeRow(row: CsvRow): CsvRow {
  return row.map((cell) => (typeof cell === 'string' ? safeText(cell) : cell));
}
