import type { OutcomeWord } from '../../domain/outcome.ts';
import { eachRecord, firstRecord } from '../read/csv-reader.ts';
import { LEFT_LIST_LINE } from '../read/detect.ts';
import { elementPlaces } from '../read/json-places.ts';

/** Recognizes the files that --failures wrote. */

/** How much of a file is read. */
export const LOOK_BYTES = 64 * 1024;

const SEP_LINE = /^sep=.(?:\r\n|\n|\r)/i;
const DELIMITERS = [',', ';', '\t', '|'] as const;
const NOT_DONE: readonly OutcomeWord[] = [
  'no-such-user',
  'refused',
  'failed',
  'not-tried',
  'unknown',
];

/**
 * True if a run left this file: its list has a first line of its own; each row of its CSV, and each
 * object of its JSON, ends with what became of it.
 *
 * @param head the beginning of the text, without a byte order mark
 * @param isWhole false: the text goes on, and what stands last in the head may be cut
 */
export async function isLeftByRun(head: string, isWhole: boolean): Promise<boolean> {
  if (head.startsWith(LEFT_LIST_LINE))
    return /^(?:[\r\n]|$)/.test(head.slice(LEFT_LIST_LINE.length));
  if (head.startsWith('[')) return isLeftJson(head, isWhole);
  return head.includes('Outcome') && (await isLeftCsv(head, isWhole));
}

async function isLeftCsv(head: string, isWhole: boolean): Promise<boolean> {
  const start = SEP_LINE.exec(head)?.[0].length ?? 0;
  for (const delimiter of DELIMITERS) {
    const csv = { text: head, delimiter, start, line: 1 };
    const header = await firstRecord(csv);
    if (!/^Outcome(2?),Error\1$/.test(header.slice(-2).join())) continue;
    const records: string[][] = [];
    const trouble = await eachRecord(csv, (cells) => void records.push(cells));
    if (isWhole && trouble !== undefined) return false;
    if (!isWhole) records.pop();
    const rows = records.slice(1).filter((cells) => cells.some((cell) => cell.trim() !== ''));
    // A run that leaves no row leaves no file.
    return rows.length > 0 && rows.every((cells) => isNotDone(cells[header.length - 2]?.trim()));
  }
  return false;
}

function isLeftJson(head: string, isWhole: boolean): boolean {
  try {
    const elements: unknown = isWhole ? JSON.parse(head) : wholeElements(head);
    return Array.isArray(elements) && elements.length > 0 && elements.every(isLeftElement);
  } catch {
    return false;
  }
}

/** All but the last, which may be cut. */
function wholeElements(head: string): unknown[] {
  const { offsets } = elementPlaces(head);
  return offsets
    .slice(0, -1)
    .map(
      (from, at) => JSON.parse(head.slice(from, offsets[at + 1]).replace(/,\s*$/, '')) as unknown,
    );
}

function isLeftElement(element: unknown): boolean {
  if (typeof element !== 'object' || element === null) return false;
  const [outcome, error] = Object.entries(element).slice(-2);
  const keys = `${outcome?.[0]},${error?.[0]}`;
  return (
    /^outcome(2?),error\1$/.test(keys) && isNotDone(outcome?.[1]) && typeof error?.[1] === 'string'
  );
}

function isNotDone(word: unknown): boolean {
  return NOT_DONE.some((each) => each === word);
}
