import { shown } from '../domain/shown.ts';
import { LEFT_MARK } from './detect.ts';
import type { InputRow, ReadContext, ReadRows } from './member-file.ts';
import { isErrorWord, isPlainText, nameProblem, plainNameProblem } from './name.ts';
import { Problems } from './problems.ts';

/** A plain list: one name a line. A line that begins with `#` is a comment. */

/**
 * The names of a list, trimmed; blank lines are skipped. What follows a name is part of it: names
 * may hold `#`, commas and quotes.
 *
 * @throws usage (2): `bad-row`, `bad-name`, `spreadsheet-damage`
 */
export function readList(text: string, { file }: ReadContext): ReadRows {
  const problems = new Problems(file);
  const rows: InputRow[] = [];
  // Looked at as a whole: one by one it takes as long as all the rest.
  const problemOf = isPlainText(text) ? plainNameProblem : nameProblem;
  let line = 0;
  for (const each of text.includes('\r') ? text.split(/\r\n?|\n/) : text.split('\n')) {
    line++;
    const typed = each.trim();
    if (typed === '' || (typed.startsWith('#') && !isErrorWord(typed))) continue;
    const name = unescaped(typed);
    const problem = problemOf(name);
    if (problem !== undefined) problems.add(line, problem);
    else if (isQuoted(typed)) {
      problems.add(line, {
        code: 'bad-row',
        message: `${shown(typed)} is in quotes, which a plain list does without`,
      });
    } else rows.push({ name, row: { file, line } });
  }
  problems.throwIfAny();
  return { rows, hasTypes: false };
}

function isQuoted(typed: string): boolean {
  return typed.length > 1 && typed.startsWith('"') && typed.endsWith('"');
}

/** A backslash before `#` or `"` at the beginning of a line makes it part of the name. */
const ESCAPED = /^\\+(?=["#])/;

function unescaped(typed: string): string {
  return typed.startsWith('\\') && ESCAPED.test(typed) ? typed.slice(1) : typed;
}

/** A name as a line of a list; undefined where no line can hold it. */
export function listLine(name: string): string | undefined {
  if (/[\r\n]/.test(name) || name.trim() === '') return undefined;
  return /^\\*["#]/.test(name) ? `\\${name}` : name;
}

/**
 * A list of names, each under a line with what became of it; the first line says that it is a list,
 * whatever the names look like, and that a run left it.
 */
export function listText(
  rows: readonly { readonly name: string; readonly reason: string }[],
  newline: string,
): string {
  const lines = rows.flatMap(({ name, reason }) => {
    const line = listLine(name);
    return [`# ${reason}`, line ?? `# no line can hold the name ${JSON.stringify(name)}`];
  });
  return [LEFT_MARK, ...lines, ''].join(newline);
}
