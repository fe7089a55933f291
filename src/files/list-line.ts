import { safeJson, safeText } from '../output/safe-text.ts';
import { findColumn } from './columns.ts';
import { DELIMITERS } from './read/detect.ts';
import { nameProblem } from './name.ts';
import { pastedLine } from './read/pasted.ts';
import { areRows, isListOfNames } from './read/title.ts';

/** Names as the lines of a list that reads back as the same names. */

/** The members of a group, one a line; what would read as something else is a JSON string. */
export function listLines(names: readonly string[]): string[] {
  const [first, ...others] = names.map(listLine);
  const [name] = names;
  if (first === undefined || name === undefined) return [];
  // In quotes it names a delimiter still.
  if (/^sep=/i.test(name)) return [escaped(name), ...others];
  return [first === name ? firstLine(name, others) : first, ...others];
}

/** A line that tells what the file is: it must not look like another kind of file. */
function firstLine(name: string, others: readonly string[]): string {
  const isOther = /^[[{]|^version\s*:/i.test(name);
  const isAlone = !/[,;\t]/.test(name);
  const hasCells = isAlone ? areRows(others) : !isListOfNames(name, others);
  return isOther || hasCells ? safeJson(name) : name;
}

/** A name as a line of a list, but for the first, which tells what the file is. */
export function listLine(name: string): string {
  // Where all lines have quotes, the first is a header still: `"User"`.
  if (findColumn([name]) !== undefined) return escaped(name);
  return needsQuotes(name) ? safeJson(name) : name;
}

/** A JSON string whose first character is an escape, so that it looks like nothing else. */
function escaped(name: string): string {
  const code = name.charCodeAt(0).toString(16).padStart(4, '0');
  return `"\\u${code}${safeJson(name.slice(1)).slice(1)}`;
}

function needsQuotes(name: string): boolean {
  return (
    name === '' ||
    name !== name.trim() ||
    /^\\*["#]/.test(name) ||
    safeText(name) !== name ||
    nameProblem(name) !== undefined ||
    pastedLine(name) !== undefined ||
    isHeader(name)
  );
}

/** True for what would be the header of a CSV file, were it a line below a title. */
function isHeader(name: string): boolean {
  const plain = name.replaceAll('"', '');
  return DELIMITERS.some((delimiter) => findColumn(plain.split(delimiter)) !== undefined);
}
