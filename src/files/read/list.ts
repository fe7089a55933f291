import { LEFT_LIST_LINE } from './detect.ts';
import { listLine } from '../list-line.ts';
import type { InputRow, ReadContext, ReadRows } from '../member-file.ts';
import {
  characterProblem,
  isErrorWord,
  isPlainText,
  nameProblem,
  plainNameProblem,
} from '../name.ts';
import { mayBePasted, pastedTextError, pastedLine } from './pasted.ts';
import { type Problem, Problems } from '../problems.ts';
import { quotedName } from '../quoted-name.ts';

/** A plain list: one name a line. A line that begins with `#` is a comment. */

/**
 * The names of a list, trimmed; blank lines are skipped. What follows a name is part of it: names
 * may hold `#` and commas. A line that is a whole JSON string is that name, whatever is in it.
 *
 * @throws usage (2): `bad-row`, `bad-name`, `spreadsheet-damage`, `not-names`
 */
export function readList(text: string, { file }: ReadContext): ReadRows {
  const problems = new Problems(file);
  const rows: InputRow[] = [];
  // Checked as a whole: one by one it takes as long as all the rest.
  const isPlain = isPlainText(text);
  const problemOf = isPlain ? plainNameProblem : nameProblem;
  const isPasted = mayBePasted(text);
  let line = 0;
  for (const each of text.includes('\r') ? text.split(/\r\n?|\n/) : text.split('\n')) {
    line++;
    if (!isPasted && SIMPLE.test(each)) {
      rows.push({ name: each, row: { file, line } });
      continue;
    }
    const typed = each.trim();
    if (typed === '' || (typed.startsWith('#') && !isErrorWord(typed))) continue;
    const quoted = quotedName(typed);
    const name = quoted ?? unescaped(typed);
    const problem = quoted === undefined ? problemOf(name) : problemInQuotes(typed, isPlain);
    if (problem !== undefined) {
      problems.add(line, problem);
      continue;
    }
    const like = isPasted && quoted === undefined ? pastedLine(typed) : undefined;
    if (like !== undefined) throw pastedTextError(file, line, typed, like);
    rows.push({ name, row: { file, line } });
  }
  problems.throwIfAny();
  return { rows, hasTypes: false };
}

/** Almost every name, and nothing can be wrong with one of these. */
const SIMPLE = /^[a-z][a-z0-9._@-]{0,99}$/i;

/** Anything may be in quotes, but has to be seen: what cannot be is written as an escape. */
function problemInQuotes(line: string, isPlain: boolean): Problem | undefined {
  return isPlain ? undefined : characterProblem(line.replace(DAMAGED, ''));
}

/** What is seen, and a sign of damage where it is not in quotes. */
const DAMAGED = /[\ufffd\u2500-\u259f]/g;

/** A backslash before `#` or `"` at the beginning of a line makes it part of the name. */
const ESCAPED = /^\\+(?=["#])/;

function unescaped(typed: string): string {
  return typed.startsWith('\\') && ESCAPED.test(typed) ? typed.slice(1) : typed;
}

/**
 * A list of names, each under a line with what became of it; the first line says that it is a list,
 * whatever the names look like, and that a run left it.
 */
export function listText(
  rows: readonly { readonly name: string; readonly reason: string }[],
  newline: string,
): string {
  const lines = rows.flatMap(({ name, reason }) => [`# ${reason}`, listLine(name)]);
  return [LEFT_LIST_LINE, ...lines, ''].join(newline);
}
