import type { Io, OutputFormat } from './io.ts';
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
    io.stdout.write(`${JSON.stringify(presentation.json, null, 2)}\n`);
    return;
  }
  if (format === 'csv') {
    const { toCsv } = await import('./csv.ts');
    io.stdout.write(toCsv(presentation.csv.columns, presentation.csv.rows));
    return;
  }
  const lines = presentation.human({ isTTY: io.stdout.isTTY, style });
  if (lines.length > 0) io.stdout.write(`${lines.join('\n')}\n`);
}
