import type { GroupctlError } from '../errors.ts';
import type { CsvRow } from './csv.ts';
import type { Io, OutputFormat, OutputSettings, OutputStream, Pager, PagerCommand } from './io.ts';
import { LongList } from './long-list.ts';
import { safeJson, safeText } from './safe-text.ts';
import type { Style } from './style.ts';
import type { Table } from './table.ts';

/** What a person's view may look at. */
export interface HumanView {
  readonly isTTY: boolean;
  readonly style: Style;
  /** The width of the terminal, where it is one and tells. */
  readonly columns?: number | undefined;
}

/** One result in every format; JSON is made from the domain objects, never from a row. */
export interface Presentation {
  readonly json: unknown;
  readonly csv: {
    readonly columns: readonly string[];
    /** An array, or what makes a part of it when it is asked for. */
    readonly rows: { readonly length: number; slice(from: number, to: number): readonly CsvRow[] };
  };
  /** The lines; where there may be very many, each is made when it is printed. */
  human(view: HumanView): Iterable<string>;
  /** What a terminal shows instead of those lines, and the lines below it. */
  readonly table?: (view: HumanView) => Table;
  readonly below?: (view: HumanView) => readonly string[];
}

/** How a result is written. */
type ResultFormat = Pick<OutputSettings, 'format' | 'query' | 'pager'>;

/**
 * Loads what a format needs.
 *
 * @throws usage (2) `bad-query`
 */
export async function loadFormat({ format, query }: ResultFormat): Promise<void> {
  if (format === 'csv') await import('./csv.ts');
  if (format === 'table') await import('./table.ts');
  if (query !== undefined) (await import('./query.ts')).assertQuery(query);
  else if (format === 'yaml') await import('./query.ts');
}

/**
 * Writes a result to stdout, and nothing else.
 *
 * @returns usage (2) `bad-query`: the query does not fit the document, which was printed whole
 */
export async function printResult(
  presentation: Presentation,
  { format, query, pager }: ResultFormat,
  io: Io,
  style: Style,
): Promise<GroupctlError | undefined> {
  if (query !== undefined || format === 'yaml') {
    const { selected, toYaml } = await import('./query.ts');
    const whole: unknown = JSON.parse([...jsonPieces(presentation.json)].join(''));
    const { document, problem } =
      query === undefined ? { document: whole } : selected(whole, query);
    io.stdout.write(format === 'yaml' ? toYaml(document) : `${safeJson(document, 2)}\n`);
    return problem;
  }
  if (format === 'json') {
    for (const piece of jsonPieces(presentation.json)) await write(io.stdout, piece);
    io.stdout.write('\n');
    return undefined;
  }
  if (format === 'csv') {
    const { moreCsv, toCsv } = await import('./csv.ts');
    const { columns, rows } = presentation.csv;
    for (let from = 0; from === 0 || from < rows.length; from += LINES) {
      const some = rows.slice(from, from + LINES);
      // To a file or a pipe it goes as it is: the names have to come back the same.
      const safe = io.stdout.isTTY ? some.map(safeRow) : some;
      await write(io.stdout, from === 0 ? toCsv(columns, safe) : moreCsv(safe));
    }
    return undefined;
  }
  const { isTTY, columns = 0 } = io.stdout;
  const view = { isTTY, style, columns: isTTY && columns > 0 ? columns : undefined };
  await printLines(await linesOf(presentation, format, view), io, pager);
  return undefined;
}

/** A piece of a result; the next one is made when the reader has it. */
async function write(stdout: OutputStream, piece: string): Promise<void> {
  stdout.write(piece);
  await stdout.drained?.();
}

/** Prints lines, some at a time; on a terminal with less room than that, with the pager. */
async function printLines(
  lines: Iterable<string>,
  io: Io,
  pager: PagerCommand | undefined,
): Promise<void> {
  let text = '';
  let count = 0;
  let reader: Pager | undefined;
  const { stdout } = io;
  const { rows } = stdout;
  const isPaged = pager !== undefined && stdout.isTTY && rows !== undefined;
  for (const line of lines) {
    text += `${line}\n`;
    count++;
    if (isPaged && count === rows) reader = await io.openPager?.(pager).catch(() => undefined);
    // Until the screen is full it is not known which of them prints it.
    if (count % LINES !== 0 && !(isPaged && count === rows)) continue;
    if (reader === undefined) await write(stdout, text);
    else await reader.write(text);
    text = '';
  }
  if (text !== '') await (reader ?? stdout).write(text);
  await reader?.end();
}

async function linesOf(
  presentation: Presentation,
  format: OutputFormat,
  view: HumanView,
): Promise<Iterable<string>> {
  const { table, csv, below } = presentation;
  const isTable = format === 'table' || (view.isTTY && table !== undefined);
  if (!isTable) return presentation.human(view);
  const { tableLines, tableOfCsv } = await import('./table.ts');
  const rows = table?.(view) ?? tableOfCsv(csv.columns, csv.rows.slice(0, csv.rows.length));
  const lines = tableLines(rows, view.style, view.columns);
  return [...lines, ...(view.isTTY ? (below?.(view) ?? []) : [])];
}

function safeRow(row: CsvRow): CsvRow {
  return row.map((cell) => (typeof cell === 'string' ? safeText(cell) : cell));
}

/** How many lines are written at once: a file takes each write by itself. */
const LINES = 2000;
/** How many elements of a list are one piece. */
const TOGETHER = 200;

/**
 * A document as `JSON.stringify` indents it by two, in pieces: what a list of 100,000 rows amounts to
 * is never one string.
 */
function* jsonPieces(value: unknown, indent = ''): Generator<string> {
  const inner = `${indent}  `;
  if (isList(value) && value.length > TOGETHER) {
    for (let from = 0; from < value.length; from += TOGETHER) {
      // Without its brackets, and the line end before the second.
      const part = block(value.slice(from, from + TOGETHER), indent).slice(1, -indent.length - 2);
      yield `${from === 0 ? '[' : ','}${part}`;
    }
    yield `\n${indent}]`;
  } else if (isDocument(value) && indent === '') {
    let before = '{';
    for (const [key, field] of Object.entries(value)) {
      if (field === undefined) continue;
      yield `${before}\n${inner}${safeJson(key)}: `;
      yield* jsonPieces(field, inner);
      before = ',';
    }
    yield before === '{' ? '{}' : '\n}';
  } else yield block(value, indent);
}

function isList(value: unknown): value is readonly unknown[] | LongList<unknown> {
  return Array.isArray(value) || value instanceof LongList;
}

function isDocument(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** A value whose first line stands where it is put; line ends in it are never of its texts. */
function block(value: unknown, indent: string): string {
  return safeJson(value, 2).replaceAll('\n', `\n${indent}`);
}
