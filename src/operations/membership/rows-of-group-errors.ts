import { type Group, groupLabel } from '../../domain/group.ts';
import { forShell, inQuotes, shortened } from '../../domain/shorten.ts';
import type { GroupctlError } from '../../errors.ts';
import type { GroupCell, GroupName } from '../../files/member-file.ts';
import type { RequestedMember } from './plan.ts';
import { identifyingText, textsOf } from './group-names.ts';
import { fileError } from '../../files/file-error.ts';

/** Errors of rows that are not, or not for certain, about the group of the run. */

/** A row that says which group it is about. */
export interface GroupRow extends RequestedMember {
  readonly groups: readonly GroupCell[];
}

/** @returns usage (2), `other-group` */
export function otherGroupError(
  row: GroupRow,
  { column, names }: GroupCell,
  group: Group,
): GroupctlError {
  return groupRowError(
    row,
    'other-group',
    `the column ${shortened(column)} names another group (${named(names)}), not ${inQuotes(groupLabel(group))}`,
    `To take only the rows of ${inQuotes(group.name)}, use --group-column=${forShell(column)}. To take every row, use --group-column=none.`,
    { column, groups: names.flatMap(textsOf) },
  );
}

/** @returns usage (2), `ambiguous-group`: the server has several groups that the row can mean */
export function severalGroupsError(
  row: GroupRow,
  { column }: GroupCell,
  cell: string,
  groups: readonly Group[],
): GroupctlError {
  const words = groups.map((group) => inQuotes(groupLabel(group)));
  const hasSlugs = groups.every(({ slug }) => slug !== undefined);
  return groupRowError(
    row,
    'ambiguous-group',
    `${inQuotes(cell)} in the column ${shortened(column)} can mean ${words.join(' or ')}`,
    hasSlugs
      ? 'Write the ID of the group there. If every row is about the group of --name, use --group-column=none.'
      : 'Make a file of the rows of one group, and use --group-column=none.',
    { column, candidates: groups.map(({ name, slug, id }) => ({ name, slug, id })) },
  );
}

/** @returns usage (2), `ambiguous-column`: one column names this group, and one another */
export function columnsDifferError(row: GroupRow, one: GroupCell, other: GroupCell): GroupctlError {
  const columns = [one.column, other.column];
  const options = columns.map((each) => `--group-column=${forShell(each)}`).join(' or ');
  return groupRowError(
    row,
    'ambiguous-column',
    `the columns ${columns.map(shortened).join(' and ')} name different groups (${named(one.names)}, ${named(other.names)})`,
    `Choose one of them with ${options}. To take every row, use --group-column=none.`,
    { columns },
  );
}

/** @returns usage (2), `bad-row`: the group has several names in one cell, or another spelling */
export function unclearColumnError(
  row: GroupRow,
  { column }: GroupCell,
  each: GroupName,
  { name }: Group,
): GroupctlError {
  const hint =
    typeof each === 'string'
      ? 'Write the name of one group in each cell.'
      : 'If the IDs and slugs are from another server, delete them, or use --group-column=none.';
  return groupRowError(
    row,
    'bad-row',
    `the column ${shortened(column)} holds ${shortened(identifyingText(each).trim())}, which is no group, so it is not certain whether the row is about ${inQuotes(name)}`,
    hint,
    { column },
  );
}

/** @returns usage (2), `bad-row` */
export function unseenInGroupError(
  row: GroupRow,
  { column }: GroupCell,
  what: string,
): GroupctlError {
  return groupRowError(
    row,
    'bad-row',
    `${what} in the column ${shortened(column)}, so it is not certain which group the row is about`,
    `Delete the character. To take every row, use --group-column=none.`,
    { column },
  );
}

/** @returns usage (2), `bad-row` */
export function noGroupError(row: GroupRow): GroupctlError {
  const column = row.groups[0]?.column ?? '';
  return groupRowError(
    row,
    'bad-row',
    `no group in the column ${shortened(column)}, so it is not known which group the row is about`,
    undefined,
    { column },
  );
}

/** @returns usage (2), `no-rows-of-group` */
export function noRowsError(file: string, column: string, group: Group): GroupctlError {
  const message = `${file} has no row of ${inQuotes(groupLabel(group))} in the column ${inQuotes(column)}.`;
  return fileError('no-rows-of-group', message, { file, column, group: group.name });
}

function groupRowError(
  { row }: GroupRow,
  code: string,
  message: string,
  hint: string | undefined,
  details: Readonly<Record<string, unknown>>,
): GroupctlError {
  const { file, line } = row ?? { file: 'the file', line: 1 };
  return fileError(code, `${file}, line ${line}: ${message}.`, { file, line, ...details }, hint);
}

function named(names: readonly GroupName[]): string {
  return names
    .map((each) => {
      if (typeof each === 'string') return shortened(each);
      const [name = ''] = textsOf(each);
      const decides = each.id ?? each.slug;
      return decides === undefined ? shortened(name) : `${shortened(name)} [${shortened(decides)}]`;
    })
    .join(', ');
}
