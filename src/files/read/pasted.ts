import { inQuotes, shortened } from '../../domain/shorten.ts';
import type { GroupctlError } from '../../errors.ts';
import { fileError } from '../file-error.ts';

/** What stands in a table, a page or a report that was pasted or saved, and is no name. */

const TABLE = 'a table that was printed for people';
/** A template with its line that shows how rows are written. */
const TEMPLATE = 'an import template: this is its line with an example';
/** Files that were put together: this line is the header of the second. */
export const TWO_FILES = 'several files in one: this is a header again';

/** What this program prints for people or other programs, and does not read. */
const OWN_YAML = 'YAML, as "--output=yaml" prints it';
const OWN_TABLE = 'what "--output=table" prints';
export const OWN_LONG = 'what "members list --long" prints';
/** What names groups, and no members. */
export const GROUPS = 'a list of groups, as "security groups list --output=csv" prints it';

const QUOTED = 'a list of quoted or separated names, as a program has it';

/** Lines that no file of names has, wherever they stand in it. */
const NEVER: readonly (readonly [line: RegExp, like: string])[] = [
  // `-----`, `---- ----`, `+----+----+`, `|---|---|`, and the same in box-drawing characters.
  [/^(?=.*(?:[-=]{2}|[\u2500\u2550]{2}))[-=+|:\s\u2500-\u257f]+$/, TABLE],
  // `(2 rows)`, `2 rows in set`, `3 members in QA`.
  [/^\(?\d[\d,.]* (?:rows?|records?|members?|items?|entries|users?)\b/i, TABLE],
  [/^example\s*:/i, TEMPLATE],
  [/^@\{[^=\n]*=.*\}$/, 'objects of PowerShell that were written as text'],
  [/^<(?:!--|[!?/]?[a-z][a-z0-9]*(?:\s[^>]*)?\/?>)/i, 'an HTML or XML page'],
];

/** `Group name     QA` */
const NET_GROUP = /^(?:global |local )?(?:group|alias) name\s{3,}\S/i;
/** `jsmith, djones`: a name like `Smith, John` is not written in small letters. */
export const SEVERAL = 'several names in one line';

/** Lines that no list of names has; in a cell of a column with names they are left to the server. */
const NOT_IN_LISTS: readonly (readonly [line: RegExp, like: string])[] = [
  [/^- [a-z]\w*:(?: |$)/i, OWN_YAML],
  [/^(?:[A-Z]+ {2,})?MEMBER {2,}[A-Z]/, OWN_TABLE],
  [NET_GROUP, 'what "net group" prints'],
  [/^\|.*\|$/, 'a table in Markdown'],
  [/^[^|\s]+(?:\|[^|\s]+)+$/, 'a table with | between its columns'],
  [/^[a-z0-9._-]+(?:[,;] ?[a-z0-9._-]+)+$/, SEVERAL],
  [/^(['`]).+\1[,;]?$/, QUOTED],
  [/^(?!version\s*:).*[,;]$/i, QUOTED],
  [/\S\s+[|\u2502\u2503\u2551]\s+\S/, TABLE],
  [/\S {3,}\S/, TABLE],
  [/^[a-z][\w-]{0,40}\s*::?\s/i, 'a list of properties (LDIF, or Format-List of PowerShell)'],
  [/^[^:]+:$/, 'a list under a heading'],
  [/^[-*\u2022]\s+\S/, 'a list with bullets'],
  [/^\d{1,4}[.)]\s+\S/, 'a numbered list'],
  [/^the (?:command completed|request will be processed)\b/i, 'what "net group" prints'],
  [/^[^:\s]+:[^:]*:\d+:/, 'lines of /etc/group or /etc/passwd'],
  [/ \(members: \d+\)$/, 'what "security groups list" prints'],
];

/** What a file looks like in which this stands as a name; undefined: it can be a name. */
export function pastedIn(cell: string): string | undefined {
  // Letters begin almost every name, and none of these but the example.
  if (/^[a-df-z]/i.test(cell)) return undefined;
  return NEVER.find(([line]) => line.test(cell))?.[1];
}

/** The same of a line of a list. */
export function pastedLine(line: string): string | undefined {
  return pastedIn(line) ?? NOT_IN_LISTS.find(([pattern]) => pattern.test(line))?.[1];
}

/** False for a text in which no line can be of that kind: most lists need one check. */
export function mayBePasted(text: string): boolean {
  return SIGNS.some((sign) => sign.test(text));
}

/**
 * What every line of such a file has somewhere. Blanks before it are those of its own line: from each of
 * many blank lines, `\s*` would run over all that follow.
 */
const SIGNS = [
  /[<>|(:\u2500-\u257f]| {3}|[-=]{2}|^[^\S\n\r\u2028\u2029]*(?:[-*\u2022\d]|the )/im,
  /^[^\S\n\r\u2028\u2029]*['`@]|[,;]\s*$|^[^\S\n\r\u2028\u2029]*[a-z0-9._-]+[,;] ?[a-z0-9]/m,
];

/** @returns usage (2), `not-names`: what the file looks like, and how to save one that can be read */
export function pastedTextError(
  file: string,
  line: number,
  text: string,
  like: string,
): GroupctlError {
  return fileError(
    'not-names',
    `${file}, line ${line}: ${inQuotes(text)} is not a name. The file looks like ${like}.`,
    { file, line, text: shortened(text) },
    HINTS[like] ?? SAVE_IT,
  );
}

const ONE_A_LINE =
  'Write one name a line, without quotes and commas. A name that looks like this goes in double quotes.';
const OWN_HINT = 'groupctl reads back --output=csv and --output=json.';
const DELETE_LINE = 'Delete the line.';
const HINTS: Readonly<Record<string, string>> = {
  [TEMPLATE]: DELETE_LINE,
  [TWO_FILES]: DELETE_LINE,
  [SEVERAL]: ONE_A_LINE,
  [QUOTED]: ONE_A_LINE,
  [OWN_YAML]: OWN_HINT,
  [OWN_TABLE]: OWN_HINT,
  [OWN_LONG]: OWN_HINT,
  [GROUPS]: 'For a list of members, use "security groups members list --output=csv".',
};
const SAVE_IT =
  'Save it as CSV with a header (in PowerShell: Export-Csv), or with one name a line. A name that looks like this goes in double quotes.';
